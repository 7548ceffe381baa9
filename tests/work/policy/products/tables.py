"""Tables of concordance made by hand, for documents."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from migov.work.policy.products.edition import Edition
from migov.work.policy.review.table import Answered, Cited, Concordance, Line, Source

ICRMW = Source(
    "icrmw", "ICRMW",
    "International Convention on the Protection of the Rights of All Migrant Workers and Members of Their Families",
    number="IV-13",
)  # fmt: skip
TRAFFICKING = Source(
    "eu-2011-36", "Directive 2011/36/EU",
    "Directive 2011/36/EU on preventing and combating trafficking in human beings and protecting its victims",
    number="2011/36/EU", celex="32011L0036",
)  # fmt: skip
GCM = Source("gcm", "GCM", "Global Compact for Safe, Orderly and Regular Migration", "framework", "political")
PASSPORT = Cited("Article 2(1)", "art_2__para_1", "", "No employer may keep the passport of a worker.")
CHILD = Cited("Article 3", "art_3", "Detention", "1. A child shall not be detained for reasons of residence status.")


def line(row: int, place: str, judgement: str = "", *, source: Source = ICRMW, **fields: Any) -> Line:
    """A row; what is not said is plain."""
    defaults: dict[str, Any] = {"obligation": f"The State shall do what {place} says.", "weight": source.weight}
    return Line(row=row, source=source.code, place=place, judgement=judgement, **(defaults | fields))


def table(*lines: Line, sources: tuple[Source, ...] = (ICRMW,), **fields: Any) -> Concordance:
    """A table of a draft law of Moldova, as the office has it on one day."""
    defaults: dict[str, Any] = {
        "review": 7, "version": 3, "title": "Review of the Draft Law", "text_title": "Draft Law on Foreign Workers",
        "citation": "Draft 112/2026", "version_label": "second reading", "on": date(2026, 11, 23), "country": "MDA",
        "country_name": "Moldova", "summary": "The draft protects workers well, and detention less well.",
    }  # fmt: skip
    return Concordance(sources=sources, lines=lines, **(defaults | fields))


def edition(*lines: Line, sources: tuple[Source, ...] = (ICRMW,), kind: str = "bill", **fields: Any) -> Edition:
    """The same, ready for documents."""
    return Edition(
        table(*lines, sources=sources, **fields),
        kind=kind,
        base_url="https://migov.example.org",
        rows_url="/policy/reviews/7/",
    )


MIXED = (
    line(
        1, "21", "full", heading="Confiscation of documents", obligation="Nobody but an authorised official takes identity documents.",
        provisions=(PASSPORT,), comment="Clear.", content="It shall be unlawful for anyone to confiscate documents.",
        guidance=("CMW/C/GC/2, 23-28",),
    ),
    line(
        2, "16(4)", "contrary", obligation="No arbitrary arrest or detention.", provisions=(CHILD, PASSPORT),
        comment="The draft allows detention without time limit.", wording="Detention is ordered by a court.",
        planned_act="Amendments to the Law on Foreigners", planned_for="2027",
        answer=Answered("agree", "Will be changed before the second reading.", date(2026, 11, 20)),
    ),
    line(3, "17(3)", "none", obligation="Persons detained are held apart from convicts."),
    line(
        4, "22(4)", "partial", type="may", obligation="A decision may be reviewed.", comment="Only on points of law.",
        provisions=(CHILD,),
    ),
    line(5, "83", "na", type="institutional", obligation="States report to the Committee."),
    line(6, "64(1)", "discretionary", obligation="States consult."),
    line(7, "25", "", obligation="Equal treatment at work."),
)  # fmt: skip


def rows(count: int, words: int = 40, **fields: Any) -> tuple[Line, ...]:
    """So many rows with all judgements in turn, each answered by a provision of so many words."""
    judgements = ("full", "partial", "none", "contrary", "na", "discretionary")
    return tuple(
        replace(
            line(number, f"{number}", judgements[number % 6]),
            provisions=(Cited(f"Article {number}", f"art_{number}", f"Heading {number}", f"Word{number} " * words),)
            if number % 6 != 2
            else (),
            comment=f"Comment {number}.",
            **fields,
        )
        for number in range(1, count + 1)
    )
