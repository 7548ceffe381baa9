"""Cooperation: mechanisms and who takes part in them, meetings and what came of them, commitments, and what we say there."""
