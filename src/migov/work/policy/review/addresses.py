"""Where reviews are found."""

from __future__ import annotations

from django.urls import reverse

from migov.foundation.records.models import Record


def page_of(record: Record) -> str:
    """Address of a review's page; a government is led on from there to what was released to it."""
    return reverse("policy:review", args=[record.pk])
