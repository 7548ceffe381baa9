"""Briefing books: everything known on countries, themes or a meeting, as a document."""
