from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    """Turns one report tree into HTML, DOCX, PDF, XLSX and JSON. It keeps nothing in the database."""

    name = "migov.services.documents"
    label = "documents"
    verbose_name = _("Documents")
