"""One room per kind of work."""
