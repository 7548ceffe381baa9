"""Pages of evaluations. Thin: read, ask or act, show."""
