"""The questions about reviews. No change of state."""

from migov.work.policy.review.queries.concordances import concordance, released

__all__ = ["concordance", "released"]
