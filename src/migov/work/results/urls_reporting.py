"""Addresses of reporting and verifying values."""

from django.urls import URLPattern, path

from migov.work.results import views_entries, views_reporting, views_verifying

urlpatterns: list[URLPattern] = [
    path("report/", views_reporting.overview, name="report"),
    path("report/<int:pk>/", views_reporting.page, name="report-project"),
    path("report/<int:pk>/cells/", views_reporting.cells, name="report-cells"),
    path("report/<int:pk>/frequency/", views_reporting.frequency, name="report-frequency"),
    path("report/<int:pk>/submit/", views_reporting.submit, name="report-submit"),
    path("entries/<int:pk>/", views_entries.page, name="entry"),
    path("entries/<int:pk>/describe/", views_entries.describe, name="entry-describe"),
    path("entries/<int:pk>/discard/", views_entries.discard, name="entry-discard"),
    path("entries/<int:pk>/another/", views_entries.another, name="entry-another"),
    path("entries/<int:pk>/<slug:step>/", views_entries.take, name="entry-take"),
    path("verify/", views_verifying.page, name="verify"),
    path("verify/lock/", views_verifying.lock, name="verify-lock"),
]
