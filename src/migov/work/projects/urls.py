"""Addresses of the portfolio."""

from django.urls import path

from migov.work.projects import views

app_name = "projects"
urlpatterns = [
    path("", views.portfolio_list, name="list"),
    path("export.<slug:fmt>", views.portfolio_export, name="export"),
    path("map/", views.region_page, name="map"),
    path("map.svg", views.region_picture, name="map-picture"),
    path("ref/<path:reference>/", views.by_reference, name="by-reference"),
    path("<int:pk>/", views.overview, name="page"),
    path("<int:pk>/money/", views.money, name="money"),
    path("<int:pk>/money/transactions.<slug:fmt>", views.transactions_export, name="transactions-export"),
    path("<int:pk>/documents/", views.documents, name="documents"),
    path("<int:pk>/history/", views.history, name="history"),
    path("<int:pk>/<slug:code>/", views.panel, name="panel"),
]
