"""Addresses of results cards."""

from django.urls import path

from migov.insight.cards import views

app_name = "cards"
urlpatterns = [
    path("projects/<int:pk>/", views.project_card, name="project"),
    path("projects/<int:pk>/card.<slug:fmt>", views.project_card, name="project-file"),
    path("countries/<slug:code>/", views.country_card, name="country"),
    path("countries/<slug:code>/card.<slug:fmt>", views.country_card, name="country-file"),
]
