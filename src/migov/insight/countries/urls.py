"""Addresses of countries."""

from django.urls import path

from migov.insight.countries import views

app_name = "countries"
urlpatterns = [
    path("", views.country_list, name="list"),
    path("<slug:code>/", views.country_page, name="country"),
    path("<slug:code>/brief.<slug:fmt>", views.brief, name="brief"),
]
