"""Addresses of IATI imports."""

from django.urls import path

from migov.exchange.iati import views

app_name = "iati"
urlpatterns = [
    path("", views.imports, name="imports"),
    path("<int:pk>/", views.one_import, name="import"),
    path("<int:pk>/problems.csv", views.problems, name="problems"),
]
