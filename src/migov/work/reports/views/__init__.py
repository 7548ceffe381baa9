"""Pages of narrative reports."""
