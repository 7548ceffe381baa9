"""Cooperation Frameworks: their structure, whether migration is in them, and what became of what was suggested."""
