"""Addresses of the clearance service."""

from django.urls import URLPattern, URLResolver

from migov.services.clearance import (
    views_absence,
    views_changes,
    views_decide,
    views_downloads,
    views_lists,
    views_load,
    views_review,
    views_rules,
    views_timeline,
)

app_name = "clearance"
urlpatterns: list[URLPattern | URLResolver] = [
    *views_lists.urlpatterns,
    *views_absence.urlpatterns,
    *views_rules.urlpatterns,
    *views_load.urlpatterns,
    *views_review.urlpatterns,
    *views_changes.urlpatterns,
    *views_decide.urlpatterns,
    *views_timeline.urlpatterns,
    *views_downloads.urlpatterns,
]
