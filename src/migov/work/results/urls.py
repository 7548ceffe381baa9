"""Addresses of results."""

from django.urls import path

from migov.work.results import urls_library, urls_reporting, urls_rollups, urls_sheets, views

app_name = "results"
urlpatterns = [
    path("", views.indicator_list, name="list"),
    path("export.<slug:fmt>", views.list_export, name="export"),
    path("indicators/<int:pk>/", views.indicator_page, name="indicator"),
    path("matrix/<int:pk>/<slug:fmt>/", views.matrix_export, name="matrix-export"),
    *urls_reporting.urlpatterns,
    *urls_library.urlpatterns,
    *urls_sheets.urlpatterns,
    *urls_rollups.urlpatterns,
]
