"""Changes to roadmaps: drawing one up (drawing), its lines (lines), and following it up year by year (following)."""
