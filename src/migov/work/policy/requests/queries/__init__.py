"""The questions about requests for assistance."""
