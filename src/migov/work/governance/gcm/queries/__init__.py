"""The questions of reviews; they change nothing."""
