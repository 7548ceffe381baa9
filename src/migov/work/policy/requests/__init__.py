"""Requests for assistance: filed, accepted, planned, worked, delivered, closed."""
