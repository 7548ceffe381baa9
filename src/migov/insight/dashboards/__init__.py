"""Dashboards: how the work of the region, an office, a theme or a country stands today, with what needs attention."""
