"""Where reports, pledges and practices are found."""

from __future__ import annotations

from django.urls import reverse

from migov.foundation.records.models import Record


def report_page(record: Record) -> str:
    """Address of a report's page."""
    return reverse("governance:gcm-report", args=[record.pk])


def pledge_page(record: Record) -> str:
    """Address of a pledge's page."""
    return reverse("governance:pledge", args=[record.pk])


def practice_page(record: Record) -> str:
    """Address of a practice's page."""
    return reverse("governance:practice", args=[record.pk])
