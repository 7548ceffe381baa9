"""Roll-ups: the values of several indicators, projects, offices, countries, years made one figure, by declared rules and explained."""
