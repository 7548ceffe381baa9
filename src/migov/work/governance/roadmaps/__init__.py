"""Roadmaps: what a country will do about its gaps, followed up year by year."""
