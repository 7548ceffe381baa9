"""Proposals: a project on paper, from an idea to what is endorsed, carried out, amended and closed."""
