"""Addresses of IATI imports."""

from django.urls import path

from migov.exchange.iati import publish_pages, views

app_name = "iati"
urlpatterns = [
    path("", views.imports, name="imports"),
    path("<int:pk>/", views.one_import, name="import"),
    path("<int:pk>/problems.csv", views.problems, name="problems"),
    path("publish/", publish_pages.publishing, name="publish"),
    path("publish/projects/", publish_pages.projects, name="publish-projects"),
    path("publish/take-back/", publish_pages.take_back, name="take-back"),
    path("publish/<int:pk>/<str:what>.xml.gz", publish_pages.publication, name="publication"),
]
