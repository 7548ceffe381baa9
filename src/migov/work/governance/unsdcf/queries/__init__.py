"""Questions about Cooperation Frameworks. Other rooms ask `of_country` and `coverage`."""

from migov.work.governance.unsdcf.queries.counting import Count, Coverage, Taken, coverage
from migov.work.governance.unsdcf.queries.register import Line, of_country

__all__ = ["Count", "Coverage", "Line", "Taken", "coverage", "of_country"]
