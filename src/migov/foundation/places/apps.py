from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "migov.foundation.places"
    label = "places"
