"""Pages of requests for assistance. Thin: read, ask, show."""
