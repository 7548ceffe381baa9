"""Assessments: question sets, answers of the government and the office, validation, scores, the published series, gaps and roadmaps."""
