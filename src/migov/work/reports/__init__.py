"""Narrative reports on projects: to donors and within the office, written beside the results and cleared before they are delivered."""
