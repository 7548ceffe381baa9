"""Addresses of this part of the room; each group of pages keeps its own list."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from migov.work.cooperation.inputs.views import checks, clearance, correcting, lists, page, positions, steps, text

urlpatterns: list[URLPattern | URLResolver] = [
    *lists.urlpatterns,
    *page.urlpatterns,
    *steps.urlpatterns,
    *text.urlpatterns,
    *checks.urlpatterns,
    *clearance.urlpatterns,
    *positions.urlpatterns,
    *correcting.urlpatterns,
]
