"""Pages of Cooperation Frameworks. Thin: read, ask, show."""
