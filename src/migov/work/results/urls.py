"""Addresses of results."""

from django.urls import path

from migov.work.results import views

app_name = "results"
urlpatterns = [
    path("", views.indicator_list, name="list"),
    path("export.<slug:fmt>", views.list_export, name="export"),
    path("indicators/<int:pk>/", views.indicator_page, name="indicator"),
    path("matrix/<int:pk>/<slug:fmt>/", views.matrix_export, name="matrix-export"),
]
