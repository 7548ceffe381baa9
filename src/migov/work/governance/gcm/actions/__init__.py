"""The verbs of reviews, each a function in one transaction."""
