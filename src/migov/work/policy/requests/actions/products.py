"""What the office hands over for a request, and which documents its government sees."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people.access import Actor
from migov.foundation.records import journal
from migov.foundation.records.models import Record, Visibility
from migov.foundation.shell import formats
from migov.services.files import actions as files
from migov.services.files import work as reading
from migov.services.files.actions import About
from migov.services.files.formats import NotAccepted
from migov.services.files.models import Document
from migov.services.notices.actions import tell
from migov.work.policy.models import AssistanceRequest, Product
from migov.work.policy.models.requests import KIND
from migov.work.policy.requests import people, sharing
from migov.work.policy.requests.actions import ground
from migov.work.policy.requests.actions.filing import page_of
from migov.work.policy.requests.actions.ground import RequestError
from migov.work.policy.requests.life import AT_WORK

FIELDS = ("kind", "title", "note", "document", "about", "people_reached")


@transaction.atomic
def write_product(
    request: AssistanceRequest, values: Mapping[str, Any], *, by: Actor, product: Product | None = None, file: File | None = None,
    at: datetime | None = None,
) -> Product:  # fmt: skip
    """Add a product, or change one. values: of FIELDS; document: one of the request's. file: kept as a document of the request, within
    the office until the product is handed over. Raises PermissionDenied, RequestError with the field.
    """
    found = _working(request, by)
    given = {name: value for name, value in values.items() if name in FIELDS}
    given["title"] = str(given.get("title", product.title if product else "")).strip()
    if not given["title"]:
        raise RequestError(_("Say what it is."), "title")
    document = given.get("document")
    if document is not None and document.of_id != found.pk:
        raise RequestError(_("This document does not belong to the request."), "document")
    if file is not None:
        try:
            given["document"] = files.add(found.record, file, by=by, about=About(title=given["title"]))
        except NotAccepted as refused:
            raise RequestError(str(refused), "file") from None
        reading.read_soon(given["document"], by=by)
    if product is None:
        made = Product.objects.create(request=found, **given)
        journal.write("product added", by=by, record=found.record, detail={"title": made.title}, at=at)
    else:
        made = _of(found, product)
        changed = {
            name: {"from": ground.words(getattr(made, name)), "to": ground.words(value)}
            for name, value in given.items()
            if getattr(made, name) != value
        }
        for name, value in given.items():
            setattr(made, name, value)
        made.save()
        if changed:
            journal.write("product changed", by=by, record=found.record, detail={"title": made.title, **changed}, at=at)
    if made.handed_on is not None:
        _share(made.document, found)
    return made


@transaction.atomic
def hand_over(
    request: AssistanceRequest, product: Product, *, by: Actor, on: date | None = None, at: datetime | None = None
) -> Product:
    """Hand a product over: from now on the government sees it, with its document. Raises PermissionDenied, RequestError."""
    found = _working(request, by)
    made = _of(found, product)
    today = timezone.localdate(at)
    on = on or today
    if on > today:
        raise RequestError(_("This day is still to come."), "on")
    if made.handed_on is not None:
        raise RequestError(_("It was handed over on %(day)s.") % {"day": formats.day(made.handed_on)})
    hand_over_now(made, found, on)
    journal.write("product handed over", by=by, record=found.record, detail={"title": made.title}, at=at)
    tell(
        people.without(people.government(found), by), kind=KIND, record=found.record, url=f"{page_of(found)}#products",
        title=_("The office hands over: %(title)s") % {"title": made.title}, text=found.record.title,
        key=f"request-product:{made.pk}",
    )  # fmt: skip
    return made


def hand_over_now(product: Product, found: AssistanceRequest, on: date) -> None:
    """Note that a product was handed over and let the government see its document. For actions that hold the request."""
    product.handed_on = on
    product.save(update_fields=["handed_on"])
    _share(product.document, found)


def _share(document: Document | None, found: AssistanceRequest) -> None:
    if document is not None:
        same = Document.objects.standing().filter(series=document.series, of_id=found.pk).values("pk")
        Record.objects.filter(pk__in=same).update(visibility=found.record.visibility)


@transaction.atomic
def remove_product(request: AssistanceRequest, product: Product, *, by: Actor, at: datetime | None = None) -> None:
    """Take away a product that was not handed over; its document stays. Raises PermissionDenied, RequestError."""
    found = _working(request, by)
    made = _of(found, product)
    if made.handed_on is not None:
        raise RequestError(_("It was handed over and stays."))
    journal.write("product removed", by=by, record=found.record, detail={"title": made.title}, at=at)
    made.delete()


@transaction.atomic
def share_document(
    request: AssistanceRequest, document: Document, shared: bool, *, by: Actor, at: datetime | None = None
) -> None:
    """Let the government see a document that the office added, or keep it within the office again. Raises PermissionDenied,
    RequestError for what the government sent itself or what belongs to a product that was handed over.
    """
    found = ground.held(request.pk, by, ground.WORK)
    held = sharing.documents(found.pk).filter(pk=document.pk).first()
    if held is None:
        raise RequestError(_("There is a newer version of this document, or it was removed."))
    if not shared:
        if sharing.own_of_government(held):
            raise RequestError(_("The government sent this document itself."))
        series = found.products.filter(handed_on__isnull=False).values("document__series")
        if Document.objects.filter(pk=held.pk, series__in=series).exists():
            raise RequestError(_("This document was handed over with a product."))
    wanted = found.record.visibility if shared else Visibility.INTERNAL
    if held.record.visibility == wanted:
        return
    Record.objects.filter(pk=held.pk).update(visibility=wanted)
    verb = "document shared" if shared else "document kept within"
    journal.write(verb, by=by, record=found.record, detail={"title": held.record.title}, at=at)
    if shared:
        tell(
            people.without(people.government(found), by), kind=KIND, record=found.record, url=f"{page_of(found)}#documents",
            title=_("The office shares a document with you: %(title)s") % {"title": held.record.title},
            text=found.record.title, key=f"request-document:{held.pk}",
        )  # fmt: skip


def _working(request: AssistanceRequest, by: Actor) -> AssistanceRequest:
    found = ground.held(request.pk, by, ground.WORK)
    if found.state not in AT_WORK:
        raise RequestError(_("A request has products once it was accepted."))
    return found


def _of(found: AssistanceRequest, product: Product) -> Product:
    made = Product.objects.filter(pk=product.pk, request=found).first()
    if made is None:
        raise RequestError(_("This product is not there any more."))
    return made
