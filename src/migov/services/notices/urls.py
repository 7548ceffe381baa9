"""Addresses of the notices service."""

from django.urls import path

from migov.services.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.notice_list, name="list"),
    path("<int:pk>/", views.follow, name="follow"),
    path("read/", views.read_all, name="read-all"),
    path("mailing/", views.prefer, name="prefer"),
]
