from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    name = "migov.work.knowledge"
    label = "knowledge"
