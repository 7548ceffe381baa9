"""Pages of meetings, commitments and the calendar. Thin: read, ask, show."""
