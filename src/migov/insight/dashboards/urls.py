"""Addresses of dashboards."""

from django.urls import path

from migov.insight.dashboards import views

app_name = "dashboards"
urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("dashboard.<slug:fmt>", views.dashboard_file, name="file"),
]
