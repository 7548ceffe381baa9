"""Addresses of narrative reports; each group of pages keeps its own list."""

from django.urls import URLPattern, URLResolver

from migov.work.reports.views import lists, page, review, text

app_name = "reports"
urlpatterns: list[URLPattern | URLResolver] = [
    *lists.urlpatterns,
    *page.urlpatterns,
    *text.urlpatterns,
    *review.urlpatterns,
]
