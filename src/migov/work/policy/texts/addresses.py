"""Where texts, their versions and provisions are found."""

from __future__ import annotations

from urllib.parse import quote

from django.urls import reverse

from migov.work.policy.models import LegalText, TextVersion


def text_url(text: LegalText) -> str:
    """Address of a text's page."""
    return reverse("policy:text", args=[text.pk])


def version_url(version: TextVersion) -> str:
    """Address of the page of a version. version: `text_id` and `number` are enough."""
    return reverse("policy:text-version", args=[version.text_id, version.number])


def provision_url(version: TextVersion, eid: str) -> str:
    """Address of a provision on the page of its version."""
    return f"{version_url(version)}#{quote(eid)}"
