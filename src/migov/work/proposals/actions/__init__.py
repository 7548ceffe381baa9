"""Every change of a proposal, a module for each thing that changes."""
