"""The verbs of requests for assistance."""
