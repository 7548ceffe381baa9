"""The verbs of narrative reports."""
