"""Questions about proposals, a module for each thing that is asked about."""
