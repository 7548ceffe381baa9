"""Where assessments are found."""

from __future__ import annotations

from django.urls import reverse

from migov.foundation.records.models import Record


def page_of(record: Record) -> str:
    """Address of an assessment's page; who reads only what was published is led on from there."""
    return reverse("governance:assessment", args=[record.pk])
