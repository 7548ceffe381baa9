"""Addresses of jobs."""

from django.urls import path

from migov.services.jobs import views

app_name = "jobs"
urlpatterns = [
    path("", views.job_list, name="list"),
    path("<int:pk>/", views.job_page, name="page"),
    path("<int:pk>/stop/", views.job_stop, name="stop"),
]
