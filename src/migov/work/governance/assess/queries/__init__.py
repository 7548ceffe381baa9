"""Questions about assessments; no change of state."""
