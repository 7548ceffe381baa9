"""What becomes of texts beside the one that stands: words that were set aside, earlier editions, wording that reviewers suggest."""

from __future__ import annotations

import re
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.services.clearance.models import Clearance
from migov.services.clearance.subjects import Refused
from migov.services.writing import prose
from migov.services.writing.desk import LONGEST, Desk, Saved, other, said
from migov.services.writing.errors import Conflict, Unwritable


class Held(Unwritable):
    """Another person writes the section now. holder: who."""

    def __init__(self, holder: object) -> None:
        words = _("%(name)s is writing this section now. Take it over, or wait until it is free.")
        super().__init__(words % {"name": holder})
        self.holder = holder


@transaction.atomic
def settle(desk: Desk, kept: Any, *, text: str | None, revision: int, by: Actor, take_over: bool = False) -> Saved:
    """Decide what becomes of words that were set aside: `text` is what shall stand, None leaves what stands.

    revision: what the page showed as standing. take_over: also where another person writes now. Only their author settles words.
    Raises Conflict when the section changed since (nothing is settled then), Held, Closed, Unwritable, PermissionDenied.
    """
    aside = desk.set_aside.objects.select_related("section").get(pk=kept if isinstance(kept, int) else kept.pk)
    if aside.by_id != by.pk:
        access.require(by, "people.manage")  # somebody who has left: the administrator settles for them
    key = desk.paper_key(aside.section)
    if text is None:
        access.require(by, desk.permission, desk.record(desk.paper(key)))
        row = aside.section
    else:
        row = _put(desk, key, aside.section.code, text, revision, by, "words settled", take_over)
    desk.set_aside.objects.filter(pk=aside.pk, settled_at__isnull=True).update(settled_at=timezone.now())
    return said(row)


@transaction.atomic
def restore(desk: Desk, edition: Any, *, by: Actor) -> Saved:
    """Put an earlier text in the place of what stands, which is kept as an edition. Raises Held, Closed, PermissionDenied."""
    found = desk.edition.objects.select_related("section").get(pk=edition if isinstance(edition, int) else edition.pk)
    section = found.section
    return said(_put(desk, desk.paper_key(section), section.code, found.text, None, by, "earlier text put back"))


@transaction.atomic
def accept_wording(desk: Desk, clearance: Clearance, anchor: str, quote: str, wording: str, by: Actor) -> None:
    """Put a reviewer's wording in the place of the words it is about, once, in the text as it stands now.

    anchor: "section:" and a code; the paper has the key of the record that is cleared. Raises Refused where the words are no longer
    there, another person writes the section, or the paper is closed; PermissionDenied.
    """
    code = anchor.removeprefix("section:")
    key = clearance.record_id
    row = desk.section.objects.filter(**{f"{desk.paper_field}_id": key}, code=code).first()
    if row is None and code == anchor:
        raise Refused(_("This wording is not about a section of the text."))
    if not quote.strip():
        raise Refused(_("The comment names no words that the wording could replace. Change the section by hand."))
    try:
        paper = desk.writable(key, by)
        standing = desk.row_of(paper, code).text
        found = re.search(r"\s+".join(map(re.escape, quote.split())), standing)
        if found is None:
            raise Refused(_("The words that the comment is about are no longer in the section. Change it by hand."))
        changed = standing[: found.start()] + prose.tidy(wording) + standing[found.end() :]
        _put(desk, key, code, changed, None, by, "wording accepted")
    except Unwritable as error:
        raise Refused(str(error)) from error


def _put(
    desk: Desk, key: int, code: str, text: str, revision: int | None, by: Actor, verb: str, take_over: bool = False
) -> Any:
    """Write a text from outside of an editor's page. Own pages that are open with the section find that it changed."""
    paper = desk.writable(key, by)
    row, now = desk.row_of(paper, code), timezone.now()
    lock = desk.standing_lock(row, now)
    holder = other(lock, by)
    if holder is not None and not take_over:
        raise Held(holder)
    text = prose.tidy(text)
    if len(text) > LONGEST:
        raise Unwritable(_("The text is too long to be saved."))
    if revision is not None and revision != row.revision:
        words = _("The section changed again while you compared. Both texts are shown anew.")
        raise Conflict(words, now=row.text, mine=text)
    if text != row.text:
        desk.put(paper, row, text, by=by, now=now, page_from=row.revision + 1, verb=verb)
    if lock is not None:
        lock.delete()
    return row
