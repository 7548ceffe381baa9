"""Writing the sections of an input, and pulling facts into them. How sections are written: services/writing."""

from __future__ import annotations

import re

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from migov.foundation.people.access import Actor
from migov.foundation.people.models import User
from migov.foundation.records import journal
from migov.services.writing import saving
from migov.services.writing.desk import Desk, Saved, other
from migov.services.writing.errors import NoSection
from migov.services.writing.settling import Held
from migov.work.cooperation.inputs import templates
from migov.work.cooperation.inputs.actions import ground
from migov.work.cooperation.inputs.actions.ground import InputRefused
from migov.work.cooperation.inputs.facts import Offered
from migov.work.cooperation.models import Edition, Input, Lock, PulledFact, Section, SetAside

DESK = Desk(
    section=Section, edition=Edition, set_aside=SetAside, lock=Lock, paper_field="input", writable=ground.writable,
    paper=lambda key: Input.objects.select_related("record").get(pk=key), record=lambda paper: paper.record,
    permission=ground.WRITE, knows=lambda paper, code: templates.part_of(paper, code) is not None,
)  # fmt: skip


def write(paper: Input | int, code: str, *, text: str, by: Actor) -> Saved:
    """Put a text in the place of what stands, as programs do. Raises as `saving.save`."""
    return saving.write(DESK, ground.key(paper), code, text=text, by=by)


@transaction.atomic
def pull(
    paper: Input | int, code: str, fact: Offered, *, at: int | None = None, seen: int | None = None, by: Actor
) -> PulledFact:
    """Put a fact into a section, with the number of its note; its source and day are kept.

    at: behind how many characters of the text, as it stood in the revision `seen`; it comes behind the word that stands there. At the
    end of the text where none is given, or the text is another by now. Where it ends is in `details` of what is returned.

    Raises NoSection, InputRefused where it is there already, Held where another person writes, Closed, PermissionDenied.
    """
    found = ground.writable(ground.key(paper), by)
    if not DESK.knows(found, code):
        raise NoSection(_("There is no such section."))
    standing = PulledFact.objects.current().filter(input=found)
    if standing.filter(section=code, key=fact.key).exists():
        raise InputRefused(_("This fact is in the section already."))
    row = _free(found, code, by)
    same = standing.filter(key=fact.key, text=fact.plain).first()
    note = same.note if same else _next_note(found)
    text, ends = put_in(row.text, said(fact.plain, note), at if seen == row.revision else None)
    made = PulledFact.objects.create(
        input=found, section=code, note=note, **_values(fact), details={"ends": ends}, by=by if isinstance(by, User) else None
    )  # fmt: skip
    saving.save(DESK, row, text=text, revision=row.revision, token="", by=by)
    journal.write("fact pulled", by=by, record=found.record, detail={"section": code, "fact": fact.text})
    return made


@transaction.atomic
def renew(pulled: PulledFact | int, fact: Offered, *, by: Actor) -> PulledFact:
    """Put the newer value of a fact in the place of the one that was pulled; the older one is kept as superseded.

    Raises InputRefused where its words no longer stand in the section as they were pulled: then the text is changed by hand, and
    `keep` says that it is right. Raises Held, Closed, PermissionDenied.
    """
    old = _standing(pulled)
    found = ground.writable(old.input_id, by)
    row = _free(found, old.section, by)
    note = old.note
    if PulledFact.objects.current().filter(input=found, note=note).exclude(pk=old.pk).exists():
        note = _next_note(found)  # another section still says what it said
    before, after = said(old.text, old.note), said(fact.plain, note)
    place = re.search(r"\s+".join(map(re.escape, before.split())), row.text)
    if place is None:
        raise InputRefused(
            _("The sentence was changed since it was pulled in. Change it by hand, then say that it is right.")
        )
    text = row.text[: place.start()] + after + row.text[place.end() :]
    made = _supersede(old, fact, note, by)
    saving.save(DESK, row, text=text, revision=row.revision, token="", by=by)
    journal.write(
        "fact renewed", by=by, record=found.record, detail={"section": old.section, "from": old.text, "to": fact.text}
    )
    return made


@transaction.atomic
def keep(pulled: PulledFact | int, fact: Offered, *, by: Actor) -> PulledFact:
    """Say that the text stands with the newer value of a fact, whatever words it has. Raises Closed, PermissionDenied."""
    old = _standing(pulled)
    found = ground.writable(old.input_id, by)
    made = _supersede(old, fact, old.note, by)
    journal.write(
        "fact checked", by=by, record=found.record, detail={"section": old.section, "from": old.text, "to": fact.text}
    )
    return made


@transaction.atomic
def drop(pulled: PulledFact | int, *, by: Actor) -> None:
    """Take a fact from the list of sources. Its sentence stays in the text if it stands there: only its note number is taken out.

    Raises Held, Closed, PermissionDenied.
    """
    old = _standing(pulled)
    found = ground.writable(old.input_id, by)
    row = _free(found, old.section, by)
    PulledFact.objects.filter(pk=old.pk).supersede()
    text = re.sub(rf"[ \t]?\[{old.note}\]", "", row.text)
    if text != row.text:
        saving.save(DESK, row, text=text, revision=row.revision, token="", by=by)
    journal.write("fact dropped", by=by, record=found.record, detail={"section": old.section, "fact": old.text})


def put_in(text: str, words: str, at: int | None) -> tuple[str, int]:
    """A text with some words in it, and where they end. at: behind how many characters; in a word, behind it. None: as a paragraph at
    the end. On an empty line they are a paragraph, else the next sentence.
    """
    if at is None or at > len(text):
        before, after = (f"{text.rstrip()}\n\n" if text.strip() else ""), ""
    else:
        while 0 < at < len(text) and not text[at - 1].isspace() and not text[at].isspace():
            at += 1
        before, after = text[:at], text[at:]
        if before.endswith("\n") and (not after or after.startswith("\n")):  # on an empty line: a paragraph of its own
            before, after = f"{before.rstrip()}\n\n", f"\n\n{after.lstrip()}" if after.strip() else ""
        if before and not before[-1].isspace():
            before += " "
        if after and not after[0].isspace():
            after = f" {after}"
    return f"{before}{words}{after}", len(before) + len(words)


def said(text: str, note: int) -> str:
    """A fact as it stands in a text: its words with the number of its note."""
    return f"{text.strip()} [{note}]"


def _free(found: Input, code: str, by: Actor) -> Section:
    """A section that nobody else writes now. Raises Held."""
    row: Section = DESK.row_of(found, code)
    if holder := other(DESK.standing_lock(row), by):
        raise Held(holder)
    return row


def _next_note(found: Input) -> int:
    """A number that no fact of the input ever had: an earlier version may still name those."""
    return (PulledFact.objects.filter(input=found).aggregate(Max("note"))["note__max"] or 0) + 1


def _values(fact: Offered) -> dict[str, object]:
    return {
        "key": fact.key[:200],
        "text": fact.plain,
        "source": fact.source,
        "as_of": fact.as_of,
        "address": fact.address[:300],
    }


def _standing(pulled: PulledFact | int) -> PulledFact:
    key = pulled if isinstance(pulled, int) else pulled.pk
    found = PulledFact.objects.current().filter(pk=key).first()
    if found is None:
        raise InputRefused(_("This fact was changed or taken out meanwhile."))
    return found


def _supersede(old: PulledFact, fact: Offered, note: int, by: Actor) -> PulledFact:
    if not PulledFact.objects.filter(pk=old.pk).supersede():
        raise InputRefused(_("This fact was changed or taken out meanwhile."))
    return PulledFact.objects.create(
        input_id=old.input_id, section=old.section, note=note, **_values(fact), by=by if isinstance(by, User) else None
    )  # fmt: skip
