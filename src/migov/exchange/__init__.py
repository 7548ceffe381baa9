"""Formats and the outside world."""
