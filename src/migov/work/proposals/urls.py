"""Addresses of proposals; each tab keeps its own list beside its views."""

from importlib import import_module
from importlib.util import find_spec

from django.urls import URLPattern, URLResolver

app_name = "proposals"
ROOMS = ("life", "text", "matrix", "budget", "plan", "risks", "markers", "review", "running", "exports")
urlpatterns: list[URLPattern | URLResolver] = []
for room in ROOMS:  # until all are there, those that are
    if find_spec(f"migov.work.proposals.views.{room}"):
        urlpatterns += import_module(f"migov.work.proposals.views.{room}").urlpatterns
