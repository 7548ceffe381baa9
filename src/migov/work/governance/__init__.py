"""Governance: what a state has and needs (assessments), what it reports (Global Compact reviews), and what is planned with it."""
