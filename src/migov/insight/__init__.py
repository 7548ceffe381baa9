"""Questions asked across all work."""
