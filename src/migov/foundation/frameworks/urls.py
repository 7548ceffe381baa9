"""Addresses of frameworks."""

from django.urls import path

from migov.foundation.frameworks import views

app_name = "frameworks"
urlpatterns = [
    path("", views.frameworks, name="list"),
    path("<slug:code>.csv", views.framework_csv, name="csv"),
    path("<slug:code>.jsonld", views.framework_skos, name="skos"),
    path("<slug:code>/", views.framework, name="framework"),
    path("<slug:code>/<str:element_code>/", views.element, name="element"),
]
