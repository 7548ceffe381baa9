"""Mechanisms shared by every kind of work: alignment, jobs, documents."""
