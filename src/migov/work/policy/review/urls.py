"""Addresses of reviews and of what was released."""

from django.urls import URLPattern

from migov.work.policy.review.views import coverage, lists, released, rows, state

urlpatterns: list[URLPattern] = [
    *lists.urlpatterns,
    *rows.urlpatterns,
    *state.urlpatterns,
    *coverage.urlpatterns,
    *released.urlpatterns,
]
