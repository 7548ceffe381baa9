"""Addresses of the API and of the pages about it."""

from django.urls import include, path

from migov.exchange.api import v1, views

app_name = "api"
version_1 = [
    path("openapi.json", views.openapi, name="openapi"),
    path("", v1.addresses()),
    path("<path:rest>", views.unknown),
]
urlpatterns = [
    path("", views.about, name="about"),
    path("keys/", views.keys, name="keys"),
    path("keys/<int:pk>/revoke/", views.revoke, name="revoke"),
    path("v1/", include(version_1)),
]
