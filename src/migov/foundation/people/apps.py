from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "migov.foundation.people"
    label = "people"
