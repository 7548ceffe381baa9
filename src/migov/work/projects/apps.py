from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "migov.work.projects"
    label = "projects"
