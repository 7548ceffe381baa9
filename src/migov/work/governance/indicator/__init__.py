"""SDG indicator 10.7.2 from files: the thirty sub-categories, reading answers, scores of countries, shares of regions. No database."""
