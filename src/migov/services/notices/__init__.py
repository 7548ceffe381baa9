"""Notices: what a person has to know, on the desk and by e-mail, each thing once."""
