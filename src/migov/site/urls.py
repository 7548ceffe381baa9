"""Addresses: every room under its own prefix, the desk at the front door."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

ROOMS = (
    ("", "migov.insight.desk.urls"),
    ("", "migov.foundation.shell.urls"),
    ("frameworks/", "migov.foundation.frameworks.urls"),
    ("alignments/", "migov.services.alignment.urls"),
    ("jobs/", "migov.services.jobs.urls"),
    ("portfolio/", "migov.work.projects.urls"),
    ("results/", "migov.work.results.urls"),
    ("reports/contributions/", "migov.insight.contributions.urls"),
    ("countries/", "migov.insight.countries.urls"),
    ("exchange/iati/", "migov.exchange.iati.urls"),
)

urlpatterns: list[URLPattern | URLResolver] = [path("accounts/", include("allauth.urls"))]
urlpatterns += [path(prefix, include(room)) for prefix, room in ROOMS if find_spec(room)]
