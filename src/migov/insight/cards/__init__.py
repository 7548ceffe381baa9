"""Results cards: one printed page for a project or a country, made of the figures of the moment."""
