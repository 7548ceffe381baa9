"""Addresses of the shell."""

from django.urls import path

from migov.foundation.shell import views

app_name = "shell"
urlpatterns = [
    path("search/", views.search, name="search"),
]
