from typing import TYPE_CHECKING, Any, cast

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from migov.foundation.records.models import Record


def page_of(record: "Record") -> str:
    """Address of a document's page."""
    from django.urls import reverse

    return reverse("files:page", args=[record.pk])


def place_of(record: "Record", span: "Mapping[str, Any]") -> str:
    """Address of the passage that a sentence comes from, on the reading page."""
    from django.urls import reverse

    number = span.get("passage")
    return f"{reverse('files:text', args=[record.pk])}?passage={number}#p{number}" if number is not None else ""


def carry_over(instance: "Record", created: bool, **given: Any) -> None:
    """Documents are seen by whoever sees the work they belong to: a change of office or visibility reaches them at once."""
    if not created and instance.parent_id is None:
        from migov.services.files import actions

        actions.carry_over(instance)


class FilesConfig(AppConfig):
    name = "migov.services.files"
    label = "files"

    def ready(self) -> None:
        from django.db.models.signals import post_save

        from migov.foundation.records import kinds
        from migov.foundation.records.models import Record
        from migov.foundation.shell import search
        from migov.services.files import wording, work
        from migov.services.files.models import KIND
        from migov.services.files.search import find
        from migov.services.jobs import registry
        from migov.services.suggestions import sources

        kinds.register(kinds.Kind(KIND, cast(str, _("document")), cast(str, _("documents")), page_of, place_of))
        search.register(find)
        sources.register(KIND, wording.parts, by_passage=True)
        # Not atomic: reading takes its time and writes once, at its end, in a transaction of its own.
        registry.register(work.KIND, work.read_document, atomic=False, page=work.page_of)
        post_save.connect(carry_over, sender=Record, dispatch_uid="files.carry_over")
