"""Reviews of the Global Compact: rounds, reports of a country, contributions from outside, pledges and practices."""
