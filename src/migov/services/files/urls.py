"""Addresses of documents."""

from django.urls import path

from migov.services.files import views

app_name = "files"
urlpatterns = [
    path("of/<int:pk>/", views.of_record, name="of"),
    path("of/<int:pk>/declare/<int:alignment>/", views.declare, name="declare"),
    path("<int:pk>/", views.page, name="page"),
    path("<int:pk>/text/", views.text, name="text"),
    path("<int:pk>/download/", views.download, name="download"),
    path("<int:pk>/describe/", views.describe, name="describe"),
    path("<int:pk>/version/", views.version, name="version"),
    path("<int:pk>/read/", views.read, name="read"),
    path("<int:pk>/remove/", views.remove, name="remove"),
]
