"""Inputs: position papers, statements, talking points and interventions, and the library of what was said before."""
