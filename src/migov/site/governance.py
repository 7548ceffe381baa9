"""`migov governance`: SDG indicator 10.7.2 from files of answers, and regional shares from published categories, without a database;
`migov import sdg-10-7-2`: the official series."""

from __future__ import annotations

import csv
import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from migov.site import console
from migov.site.console import Told, finish

if TYPE_CHECKING:
    from migov.work.governance.indicator.countries import CountryScore
    from migov.work.governance.indicator.shares import Share
    from migov.work.governance.indicator.tables import Refused

governance = typer.Typer(
    help="Assessments of migration governance.", pretty_exceptions_enable=False, no_args_is_help=True, rich_markup_mode=None,
)  # fmt: skip

AsJson = Annotated[bool, typer.Option("--json", help="Print everything as one JSON object on stdout.")]
ExistingFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]
DOMAINS = ("D1", "D2", "D3", "D4", "D5", "D6")
LARGEST = 50_000_000  # bytes; thirty answers of every country for a century are a tenth of it


@governance.callback()
def main() -> None:
    """Assessments of migration governance."""


@governance.command("score-10-7-2")
def score(file: ExistingFile, as_json: AsJson = False) -> None:
    """Score SDG indicator 10.7.2 from a file of answers (CSV: country, year, domain, subcategory, answer).

    One row for each answer; any number of countries and years. A sub-category without a row is missing: its domain has no score. A
    file with anything wrong in it is refused as a whole.
    """
    from migov.work.governance.indicator.answers import read_answers
    from migov.work.governance.indicator.countries import score_countries, shares_of
    from migov.work.governance.indicator.tables import Refused

    try:
        reading = read_answers(_content(file), country_code)
    except Refused as refused:
        _refuse(file, refused, as_json, {"countries": [], "region": []})
    scored = score_countries(reading.given)
    shares = shares_of(scored)
    if as_json:
        countries = [one.to_json() for one in scored]
        region = [share.to_json() for share in shares]
        finish({"countries": countries, "region": region, "errors": [], "notes": reading.notes}, as_json=True)
    _table_of_scores(scored)
    _table_of_shares(shares)
    for note in reading.notes:
        console.tell(f"Note: {note}.")
    raise SystemExit(console.OK)


@governance.command("regional-share")
def regional_share(
    file: ExistingFile,
    country: Annotated[
        list[str] | None, typer.Option(help="Only this country (ISO alpha-3, alpha-2, M49 or name); may be repeated.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compute the share of reporting countries that meet or fully meet, from published categories (sg_cpa_migrs.csv).

    Over all countries in the file, or those named with --country.
    """
    from migov.work.governance.indicator.shares import read_published, shares_published
    from migov.work.governance.indicator.tables import Refused

    try:
        rows = read_published(_content(file))
    except Refused as refused:
        _refuse(file, refused, as_json, {"shares": []})
    if country:
        wanted = {_code(name) for name in country}
        there = {_code(row.area) for row in rows}
        absent = sorted(wanted - there)
        rows = [row for row in rows if _code(row.area) in wanted]
        if not rows:
            raise Told(f"{file.name} has no rows of {', '.join(absent)}.")
        for name in absent:
            console.tell(f"Note: {file.name} has no rows of {name}.")
    shares = shares_published(rows)
    if as_json:
        finish({"shares": [share.to_json() for share in shares], "errors": []}, as_json=True)
    _table_of_shares(shares)
    raise SystemExit(console.OK)


def register(imports: typer.Typer) -> None:
    """Add the command to `migov import`."""
    imports.command("sdg-10-7-2")(series)


def series(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, readable=True)],
    as_of: Annotated[str | None, typer.Option(help="Day on which the database said so, such as 2024-07-01.")] = None,
    as_json: AsJson = False,
) -> None:
    """Load the official series: a folder with sg_cpa_migrs.csv, sg_cpa_migrp.csv and geo_area.csv. All of it or nothing."""
    from migov.site.cli import data

    try:
        day = date.fromisoformat(as_of) if as_of else None
    except ValueError:
        raise typer.BadParameter(f"“{as_of}” is not a day, such as 2024-07-01.", param_hint="--as-of") from None
    data(as_json)
    from migov.foundation.people.access import SYSTEM
    from migov.work.governance.assess.series.files import SeriesRefused
    from migov.work.governance.assess.series.loading import load_series

    try:
        with console.at_work(folder.name, as_json):
            done = load_series(folder, by=SYSTEM, as_of=day)
    except SeriesRefused as refused:
        raise Told(str(refused)) from None
    finish(done.to_json(), as_json=as_json, title="The official series of SDG indicator 10.7.2 is loaded")


def country_code(text: str) -> str | None:
    """The ISO alpha-3 code of a country given as alpha-3, alpha-2, M49 number or name; None when it is not in the list."""
    return _countries().get(_key(text))


@cache
def _countries() -> dict[str, str]:
    data = files("migov.foundation.places") / "data" / "countries.csv"
    found: dict[str, str] = {}
    for row in csv.DictReader(data.read_text(encoding="utf-8").splitlines()):
        for name in (
            row["name"],
            row["short_name"],
            row["short_name"].rstrip("*"),
            row["m49"],
            row["iso2"],
            row["iso3"],
        ):
            if name:
                found[_key(name)] = row["iso3"]
    return found


def _key(text: str) -> str:
    key = " ".join(text.casefold().removesuffix(".0").split())
    return key.zfill(3) if key.isdigit() else key


def _code(text: str) -> str:
    return country_code(text) or text


def _content(file: Path) -> bytes:
    if file.stat().st_size > LARGEST:
        raise Told(f"{file.name} is larger than {LARGEST // 1_000_000} MB; it cannot be a table of answers.")
    return file.read_bytes()


def _refuse(file: Path, refused: Refused, as_json: bool, nothing: dict[str, Any]) -> NoReturn:
    """Tell every problem, and end with the status of a refusal."""
    for problem in refused.problems:
        console.wrong(f"{file.name}, {problem}")
    console.wrong(f"{file.name} was refused: {len(refused.problems)} to correct; nothing was scored.")
    if as_json:
        said = {"complete": False, **nothing, "errors": [problem.to_json() for problem in refused.problems]}
        sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")
        sys.stdout.flush()
    raise SystemExit(console.REFUSED)


def _table_of_scores(scored: Sequence[CountryScore]) -> None:
    from migov.work.governance.scoring import CATEGORY_LABELS, rounded

    def shown(score: Any, category: int | None, missing: int) -> str:
        return f"{rounded(score, 1)} ({category})" if score is not None else f"{missing} missing"

    rows = []
    for one in scored:
        parts = [shown(part.exact, part.category, len(part.missing)) for part in one.scores.domains]
        missing = sum(len(part.missing) for part in one.scores.domains)
        rows.append((one.country, str(one.year), shown(one.scores.exact, one.scores.category, missing), *parts))
    console.table("SDG indicator 10.7.2, percent (category)", ["Country", "Year", "All", *DOMAINS], rows)
    for one in scored:
        for part in one.scores.domains:
            if part.missing:
                codes = ", ".join(code.replace("-", ".") for code in part.missing)
                console.out.print(f"{one.country} {one.year}, {part.code}: no answer for {codes}", markup=False)
    labels = "; ".join(f"{number} {label}" for number, label in CATEGORY_LABELS.items())
    console.out.print(f"Categories: {labels}.", markup=False, soft_wrap=True)
    if any(one.country == "XKX" for one in scored):
        console.out.print(_footnote("XKX"), markup=False, soft_wrap=True)


def _table_of_shares(shares: Sequence[Share]) -> None:
    years: defaultdict[int, list[str]] = defaultdict(list)
    for share in shares:
        said = f"{share.percent} ({share.met}/{share.countries})" if share.countries else "none reports"
        years[share.year].append(said)
    rows = [(str(year), *cells) for year, cells in years.items()]
    console.table("Countries that meet or fully meet, percent (of those that report)", ["Year", "All", *DOMAINS], rows)
    _legend()


def _legend() -> None:
    from migov.work.governance.indicator.definition import domains

    said = "; ".join(f"D{one.number} {one.title}" for one in domains())
    console.out.print(f"Domains: {said}.", markup=False, soft_wrap=True)


@cache
def _footnote(code: str) -> str:
    import tomllib

    notes = tomllib.loads((files("migov.foundation.places") / "data" / "notes.toml").read_text(encoding="utf-8"))
    return f"{code}: Kosovo (UNSCR 1244). {notes['kosovo_footnote']}"
