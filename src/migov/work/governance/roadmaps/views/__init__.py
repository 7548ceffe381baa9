"""Pages of roadmaps: the list (lists), one roadmap and its steps (page), its lines (lines), a year's follow-up (years)."""
