"""Evaluations: the register, findings and recommendations, management responses and what became of them."""
