"""Addresses of the pages of records of this part."""

from __future__ import annotations

from django.urls import reverse

from migov.foundation.records.models import Record


def meeting_page(record: Record) -> str:
    """The page of a meeting."""
    return reverse("cooperation:meeting", args=[record.pk])


def commitment_page(record: Record) -> str:
    """The page of a commitment."""
    return reverse("cooperation:commitment", args=[record.pk])
