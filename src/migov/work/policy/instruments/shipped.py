"""The instruments that migov knows from the start: what they are, their articles, what they require, and guidance on it.

Facts and our own lines only; the words of articles are loaded by the office. Loading costs one query where nothing has changed.
"""

from __future__ import annotations

import csv
import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from django.db import transaction
from django.utils import timezone

from migov.foundation.frameworks.models import Element
from migov.foundation.people import access
from migov.foundation.people.access import SYSTEM, Actor
from migov.foundation.people.models import Theme
from migov.foundation.records import journal
from migov.work.policy.instruments.requirement_files import Known, Stated, read_requirements
from migov.work.policy.models import Article, Guidance, Instrument, Requirement, RequirementGuidance

DATA = files("migov.work.policy.instruments") / "data"
TABLES = ("instruments.toml", "articles.csv", "guidance.toml", "known_acts.csv")
FACTS = (
    "title", "short_title", "body", "kind", "weight", "number", "celex", "eli", "depositary", "place_adopted", "adopted_on",
    "in_force_on", "transposed_by", "note",
)  # fmt: skip
DATES = {"adopted_on", "in_force_on", "transposed_by"}
SOURCE = "UN Treaty Collection, NORMLEX, Treaty Office of the Council of Europe, EUR-Lex"
OF_REQUIREMENT = ("article", "paragraph", "obligation", "type", "addressee", "weight", "terms", "order", "retired_at")


@dataclass
class Shipped:
    """What loading did: how many there are now. changed: whether anything was written."""

    instruments: int = 0
    requirements: int = 0
    changed: bool = False
    retired: list[str] = field(default_factory=list)


def digest(home: Traversable = DATA) -> str:
    """One word for all that is shipped; it changes with any of the files."""
    seen = hashlib.sha256()
    requirements = sorted((home / "requirements").iterdir(), key=lambda one: one.name)
    for file in (*(home / name for name in TABLES), *requirements):
        if file.is_file():
            seen.update(file.name.encode() + b"\0" + file.read_bytes())
    return seen.hexdigest()


@transaction.atomic
def load_instruments(*, by: Actor = SYSTEM, home: Traversable = DATA) -> Shipped:
    """Bring instruments, articles, guidance and requirements to what is shipped. Places, themes and frameworks are there already.

    Requirements that are no longer shipped are retired, never deleted; loaded words of articles stay. Raises LoadRefused for files
    with a fault, PermissionDenied.
    """
    access.require(by, "instruments.load")
    now = digest(home)
    loaded = list(Instrument.objects.exclude(shipped="").values_list("shipped", flat=True))
    standing = Requirement.objects.filter(retired_at__isnull=True)
    if set(loaded) == {now}:
        return Shipped(len(loaded), standing.count())
    instruments = _instruments(_toml(home / "instruments.toml", "instrument"), now)
    _articles(home / "articles.csv", instruments)
    guidance = _guidance(_toml(home / "guidance.toml", "guidance"))
    done = Shipped(len(instruments), changed=True)
    stated = read_requirements(home / "requirements", _known(instruments, guidance))
    done.retired = _requirements(stated)
    done.requirements = len(stated)
    _acts(home / "known_acts.csv", by)
    journal.write(
        "instruments loaded", by=by,
        detail={"instruments": done.instruments, "requirements": done.requirements, "retired": done.retired},
    )  # fmt: skip
    return done


def _toml(file: Traversable, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(file.read_text(encoding="utf-8"))[name]
    return found


def _instruments(rows: list[dict[str, Any]], now: str) -> dict[str, Instrument]:
    fresh = [
        Instrument(
            code=row["code"], order=place, source=SOURCE, shipped=now,
            **{name: row.get(name, None if name in DATES else "") for name in FACTS if name in row or name != "weight"},
        )
        for place, row in enumerate(rows)
    ]  # fmt: skip
    Instrument.objects.exclude(code__in=[row["code"] for row in rows]).update(shipped="")
    Instrument.objects.bulk_create(
        fresh, update_conflicts=True, unique_fields=["code"], update_fields=[*FACTS, "order", "source", "shipped"]
    )
    made = Instrument.objects.in_bulk([row["code"] for row in rows], field_name="code")
    for row in rows:
        one = made[row["code"]]
        one.to, one.replaced_by = made.get(row.get("to", "")), made.get(row.get("replaced_by", ""))
    Instrument.objects.bulk_update(made.values(), ["to", "replaced_by"], batch_size=200)
    return made


def _articles(file: Traversable, instruments: Mapping[str, Instrument]) -> None:
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    fresh = [
        Article(
            instrument=instruments[row["instrument"]], number=row["number"], heading=row["heading"], part=row["part"], order=place
        )
        for place, row in enumerate(rows)
    ]  # fmt: skip
    Article.objects.bulk_create(
        fresh, update_conflicts=True, unique_fields=["instrument", "number"], update_fields=["heading", "part", "order"],
        batch_size=500,
    )  # fmt: skip


def _guidance(rows: list[dict[str, Any]]) -> dict[str, int]:
    fresh = [Guidance(**row) for row in rows]
    Guidance.objects.bulk_create(
        fresh, update_conflicts=True, unique_fields=["code"], update_fields=["symbol", "title", "committee", "year"]
    )
    return dict(Guidance.objects.values_list("code", "pk"))


def _known(instruments: Mapping[str, Instrument], guidance: Mapping[str, int]) -> Known:
    articles = Article.objects.values_list("instrument__code", "number", "pk")
    elements = Element.objects.values_list("framework__code", "code", "pk")
    return Known(
        articles={(instrument, number): key for instrument, number, key in articles},
        weights={code: one.weight for code, one in instruments.items()},
        themes=dict(Theme.objects.values_list("code", "pk")),
        elements={(framework, code): key for framework, code, key in elements},
        guidance=guidance,
    )


def _requirements(stated: list[Stated]) -> list[str]:
    """Write the requirements and what they point at. Returns the codes of those that were retired."""
    place = dict(Article.objects.values_list("pk", "order"))
    stated = sorted(stated, key=lambda one: place[one.article])
    Requirement.objects.bulk_create(
        [
            Requirement(
                code=one.code, article_id=one.article, paragraph=one.paragraph, obligation=one.obligation, type=one.type,
                addressee=one.addressee, weight=one.weight, terms=list(one.terms), order=order,
            )
            for order, one in enumerate(stated)
        ],
        update_conflicts=True, unique_fields=["code"], update_fields=OF_REQUIREMENT, batch_size=300,
    )  # fmt: skip
    gone = Requirement.objects.filter(retired_at__isnull=True).exclude(code__in=[one.code for one in stated])
    retired = list(gone.values_list("code", flat=True))
    gone.update(retired_at=timezone.now())
    keys = dict(Requirement.objects.values_list("code", "pk"))
    _joined(Requirement.themes.through, "theme_id", ((keys[one.code], key) for one in stated for key in one.themes))
    _joined(
        Requirement.elements.through, "element_id", ((keys[one.code], key) for one in stated for key in one.elements)
    )
    cited = [
        RequirementGuidance(requirement_id=keys[one.code], guidance_id=key, paragraphs=paragraphs)
        for one in stated
        for key, paragraphs in one.guidance.items()
    ]
    RequirementGuidance.objects.all().delete()
    RequirementGuidance.objects.bulk_create(cited, batch_size=500)
    return retired


def _joined(through: Any, other: str, wanted: Iterable[tuple[int, int]]) -> None:
    """Have a table of pairs hold exactly the wanted ones."""
    want = set(wanted)
    have = {(one, two): key for key, one, two in through.objects.values_list("pk", "requirement_id", other)}
    through.objects.filter(pk__in=[key for pair, key in have.items() if pair not in want]).delete()
    through.objects.bulk_create(
        [through(**{"requirement_id": one, other: two}) for one, two in want - have.keys()], batch_size=500
    )


def _acts(file: Traversable, by: Actor) -> None:
    """Acts that are known for certain: what a constitution applies directly where no depositary counts the place, and a cessation."""
    from migov.work.policy.instruments.treaties.loading import load_rows
    from migov.work.policy.instruments.treaties.own import read_own

    load_rows(read_own(file.name, file.read_text(encoding="utf-8")), by=by, name=file.name)
