"""Addresses of this part of the room."""

from __future__ import annotations

from django.urls import URLPattern

from migov.work.governance.assess.series import views as series
from migov.work.governance.assess.views import lists, page, profile, questions, state, voting, workshops

urlpatterns: list[URLPattern] = [
    *lists.urlpatterns,
    *page.urlpatterns,
    *questions.urlpatterns,
    *workshops.urlpatterns,
    *profile.urlpatterns,
    *state.urlpatterns,
    *voting.urlpatterns,
    *series.urlpatterns,
]
