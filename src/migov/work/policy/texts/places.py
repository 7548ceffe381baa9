"""What texts have to show elsewhere in the room: beside a request."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Viewer
from migov.services.files.models import Document
from migov.work.policy.models import AssistanceRequest
from migov.work.policy.slots import Link, Slot
from migov.work.policy.texts import actions, queries
from migov.work.policy.texts.addresses import text_url


def of_request(request: AssistanceRequest, viewer: Viewer) -> Slot | None:
    """The texts that came with a request; for colleagues also its documents that can be taken in as one. Two queries at most."""
    found = queries.texts_for(viewer).filter(request=request).select_related("record", "country").order_by("pk")
    rows = [
        Link(one.record.title, text_url(one), f"{one.get_kind_display()}, {one.get_status_display()}".capitalize())
        for one in found
    ]
    begin: list[Link] = []
    if access.allowed(viewer, "texts.add"):
        documents = (
            Document.objects.visible_to(viewer)
            .standing()
            .filter(of_id=request.pk)
            .select_related("record")
            .order_by("pk")
        )
        new = reverse("policy:text-new")
        begin = [
            Link(
                _("Take in as a text: %(name)s") % {"name": one.record.title},
                f"{new}?{urlencode({'request': request.pk, 'document': one.pk})}",
            )
            for one in documents
            if actions.suffix_of(one)
        ]
        begin.append(Link(_("Add a text"), f"{new}?{urlencode({'request': request.pk})}"))
    if not rows and not begin:
        return None
    return Slot(_("Texts"), rows, begin, _("No draft law or policy was taken in yet."))
