"""Addresses of this part of the room."""

from __future__ import annotations

from django.urls import URLPattern

from migov.work.governance.gcm.views import contributions, outside, parts, pledges, practices, report, rounds, state

urlpatterns: list[URLPattern] = [
    *rounds.urlpatterns,
    *outside.urlpatterns,
    *report.urlpatterns,
    *parts.urlpatterns,
    *contributions.urlpatterns,
    *state.urlpatterns,
    *pledges.urlpatterns,
    *practices.urlpatterns,
]
