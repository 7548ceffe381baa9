"""The verbs of Cooperation Frameworks."""
