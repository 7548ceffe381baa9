"""The verbs of results: entering values, checking them, and making figures of those that were verified."""
