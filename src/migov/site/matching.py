"""`migov match`: one text, a document, many texts, how good the matcher is, and learning."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from migov.site import console
from migov.site.console import Told, at_work, finish, wrong
from migov.site.recipes import chosen_from, unknown

if TYPE_CHECKING:
    from migov.services.matching import Answer, Match
    from migov.services.matching.batch import Engine

TOP = 5
WORDS_SHOWN = 6
PAGES_SHOWN = 5

match = typer.Typer(
    help="Text to elements of a framework, ranked, with the words that speak for them.",
    pretty_exceptions_enable=False, no_args_is_help=True, rich_markup_mode=None,
)  # fmt: skip

Code = Annotated[str, typer.Option("--framework", help="Code of the framework, such as gcm.")]
PackFolder = Annotated[
    Path | None,
    typer.Option("--pack", exists=True, file_okay=False, readable=True, help="Use this pack folder, and no database."),
]
Top = Annotated[int, typer.Option(help="How many elements to show.", min=1)]
Plain = Annotated[bool, typer.Option("--no-sentences", help="Without the sentence model, even where it is installed.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as one JSON object on stdout.")]
ExistingFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]
ExistingFiles = Annotated[list[Path] | None, typer.Argument(exists=True, dir_okay=False, readable=True)]


@match.command("text")
def match_text(
    text: Annotated[str, typer.Argument(help="The text, in quotation marks; - reads it from stdin.")],
    framework: Code = "",
    pack: PackFolder = None,
    top: Top = TOP,
    no_sentences: Plain = False,
    as_json: AsJson = False,
) -> None:
    """Match one text."""
    if text == "-":
        text = sys.stdin.read()
        try:
            text.encode()
        except UnicodeEncodeError:
            raise Told("What came on stdin is not text in UTF-8.") from None
    if not text.strip():
        raise Told("There is no text to match.")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Told("The text cannot be read: expected UTF-8.") from None
    with at_work("Matching", as_json):
        chosen, recipe = chosen_from(framework, pack, no_sentences)
        answer = recipe.build().match(text, chosen.code, top=top)
    titles = {element.code: element.title for element in chosen.elements}
    if as_json:
        matches = [{"code": m.code, "title": titles[m.code], **_figures(m)} for m in answer.matches]
        finish({**_about(answer), "matches": matches}, as_json=True)
    if is_foreign(answer):
        _say_below(answer.model, note=answer.note)
        return
    rows = [
        (
            m.code,
            titles[m.code],
            percent(m.probability),
            "yes" if m.suggested else "",
            ", ".join(_spoke(m)[:WORDS_SHOWN]),
        )
        for m in answer.matches
    ]
    console.table(chosen.title, ["Code", "Element", "Probability", "Suggested", "Words"], rows)
    _say_below(answer.model, answer.threshold, nothing=answer.nothing_fits, note=answer.note)


@match.command("file")
def match_file(
    path: ExistingFile,
    framework: Code = "",
    pack: PackFolder = None,
    top: Top = TOP,
    no_sentences: Plain = False,
    as_json: AsJson = False,
) -> None:
    """Match a document (TXT, Markdown, HTML, DOCX, PDF) by its passages; each is told with its page and place."""
    from migov.services.files.extraction import Unreadable, read_pages

    with at_work(path.name, as_json):
        try:
            pages = read_pages(path)
        except Unreadable as problem:
            raise Told(str(problem)) from None
        chosen, recipe = chosen_from(framework, pack, no_sentences)
        from migov.services.matching import match_document

        answer = match_document(recipe.build(), pages.texts, chosen.code)
    for number in pages.unread:
        wrong(f"{path.name}, page {number}: could not be read")
    titles = {element.code: element.title for element in chosen.elements}
    found = answer.matches[:top]
    if as_json:
        matches = [
            {
                "code": one.code, "title": titles[one.code], "probability": one.probability, "suggested": one.suggested,
                "passages": [
                    {"page": p.page, "start": p.start, "end": p.end, "text": p.text, **_figures(m)}
                    for p, m in one.passages
                ],
            }
            for one in found
        ]  # fmt: skip
        about = {
            "file": str(path), "framework": chosen.code, "model": answer.model, "language": answer.language, "note": answer.note,
            "nothing_fits": answer.nothing_fits, "pages": len(pages.texts), "pages_unread": pages.unread,
        }  # fmt: skip
        finish({**about, "matches": matches}, as_json=True, complete=not pages.unread)
    rows = []
    for one in found:
        words = dict.fromkeys(word for _passage, found_there in one.passages for word in _spoke(found_there))
        where = [str(passage.page) for passage, _match in one.passages if passage.page is not None]
        seen = list(dict.fromkeys(where))
        shown = ", ".join(seen[:PAGES_SHOWN]) + (", …" if len(seen) > PAGES_SHOWN else "")
        rows.append(
            (one.code, titles[one.code], percent(one.probability), "yes" if one.suggested else "", str(len(one.passages)))
            + ((shown,) if len(pages.texts) > 1 else ())
            + (", ".join(list(words)[:WORDS_SHOWN]),)
        )  # fmt: skip
    columns = ["Code", "Element", "Probability", "Suggested", "Passages", "Words"]
    if len(pages.texts) > 1:
        columns.insert(5, "Pages")
    console.table(f"{path.name}: {chosen.title}", columns, rows)
    _say_below(answer.model, nothing=answer.nothing_fits, note=answer.note)
    if pages.unread:
        raise SystemExit(console.REFUSED)


@match.command("batch")
def match_batch(
    source: ExistingFile,
    target: Annotated[Path, typer.Option("--out", help="File to write: .jsonl, .jsonl.gz or .parquet.")],
    framework: Code = "",
    pack: PackFolder = None,
    top: Annotated[int | None, typer.Option(help="Only the best elements of each text; default: all.", min=1)] = None,
    no_reasons: Annotated[bool, typer.Option("--no-reasons", help="Without the words that speak for them.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Refuse the file when a row cannot be read.")] = False,
    engine: Annotated[str | None, typer.Option(help="processes (the cores of this machine) or dask.")] = None,
    cluster: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Scheduler of a Dask cluster, such as tcp://10.0.0.5:8786.")
    ] = None,
    workers: Annotated[int | None, typer.Option(help="Processes; default: one for each core.", min=1, max=256)] = None,
    no_sentences: Plain = False,
    as_json: AsJson = False,
) -> None:
    """Match many texts: JSON Lines ({"id", "text"}, also gzipped) or Parquet (columns id, text), in and out, on all cores or a cluster."""
    from migov.services.matching import batch
    from migov.services.matching.encoder import NoSentenceModel
    from migov.services.matching.rows import FileRefused, form_of

    try:
        form_of(target)
    except FileRefused as problem:
        raise typer.BadParameter(str(problem), param_hint="--out") from None
    where = _engine(engine, cluster, workers)
    began = time.perf_counter()
    try:
        with at_work(source.name, as_json) as say:
            chosen, recipe = chosen_from(framework, pack, no_sentences)
            done = batch.match_file(
                source, target, recipe=recipe, framework=chosen.code, top=top, reasons=not no_reasons, engine=where,
                strict=strict, say=say,
            )  # fmt: skip
    except batch.RowsRefused as refused:
        _tell_rows(refused.problems, refused.total)
        raise Told(f"{source.name} was refused; nothing was written.") from None
    except (FileRefused, batch.EngineFailed, NoSentenceModel) as problem:
        raise Told(str(problem)) from None
    seconds = time.perf_counter() - began
    _tell_rows(done.problems, done.bad_rows)
    summary: dict[str, Any] = {
        "file": str(target), "framework": chosen.code, "model": done.model, "threshold": done.threshold, "engine": where.name,
        "texts": done.texts, "nothing_fits": done.nothing_fits, "other_languages": done.other_languages,
        "rows_left_out": done.bad_rows, "seconds": round(seconds, 2), "texts_per_second": round(done.texts / seconds, 1),
    }  # fmt: skip
    if as_json:
        summary["problems"] = [
            {"row": bad.row, "field": bad.field, "expected": bad.expected, "found": bad.found} for bad in done.problems
        ]
    finish(summary, as_json=as_json, complete=not done.bad_rows, title="Matched")


@match.command("evaluate")
def match_evaluate(
    dataset: ExistingFile,
    framework: Code = "",
    pack: PackFolder = None,
    promise: Annotated[
        float, typer.Option(help="Precision to find a threshold for, such as 0.8.", min=0.01, max=1)
    ] = 0.8,
    no_sentences: Plain = False,
    as_json: AsJson = False,
) -> None:
    """Measure the matcher on labelled texts: JSON Lines ({"text", "fits": [codes], "not": [codes]}) or CSV (text, codes)."""
    from migov.services.matching.evaluation import LabelledRefused, UnknownCodes, evaluate_file

    try:
        with at_work(dataset.name, as_json):
            chosen, recipe = chosen_from(framework, pack, no_sentences)
            found = evaluate_file(dataset, recipe.build(), chosen.code, promise=promise)
    except (LabelledRefused, UnknownCodes) as refused:
        raise Told(str(refused)) from None
    if as_json:
        finish(found.to_dict(), as_json=True)
    rows = []
    for name, value in found.figures.items():
        interval = found.intervals.get(name)
        rows.append(
            (name.replace("_", " "), _figure(value), f"{_figure(interval.low)} to {_figure(interval.high)}" if interval else "")
        )  # fmt: skip
    console.table(f"{dataset.name}: {found.texts:,} texts", ["Figure", "Value", "95% interval"], rows)
    point = found.threshold_for_promise
    if point is None:
        console.out.print(f"No threshold keeps a precision of {promise:.0%} on these texts.")
    else:
        console.out.print(
            f"A threshold of {percent(point.threshold)} keeps a precision of {promise:.0%} on these texts."
        )
    _say_below(found.model, found.threshold)


@match.command("train")
def match_train(
    framework: Annotated[str, typer.Option(help="Code of the framework, such as gcm.")],
    labelled: ExistingFiles = None,
    as_json: AsJson = False,
) -> None:
    """Learn from the decisions in the database, and from files of labelled texts; used only when better on decisions held out."""
    from migov.site.cli import data

    data(as_json)
    from migov.foundation.frameworks.models import Framework
    from migov.foundation.people.access import SYSTEM
    from migov.services.matching.evaluation import LabelledRefused, UnknownCodes, read_labelled
    from migov.services.suggestions.learning import CannotLearn, train

    found = Framework.objects.filter(code=framework.lower()).first()
    if found is None:
        raise unknown(framework, list(Framework.objects.values_list("code", flat=True)))
    files = labelled or []
    try:
        with at_work(f"Learning {found.short_title}", as_json) as say:
            more = [one for file in files for one in read_labelled(file)]
            version = train(
                found, by=SYSTEM, more=more, sources=[file.name for file in files],
                tell=lambda step, words: say(step, 3, words),
            )  # fmt: skip
    except (LabelledRefused, UnknownCodes, CannotLearn) as refused:
        raise Told(str(refused)) from None
    used = version.state == version.State.ACTIVE
    summary = {"framework": found.code, "model": version.number, "state": version.state, "decisions": version.decisions}
    if as_json:
        finish({**summary, "card": version.card}, as_json=True, complete=used)
    before, after = version.card.get("base", {}), version.card.get("learned", {})
    rows = [
        (name.replace("_", " "), _figure(before[name]), _figure(after.get(name)))
        for name in before
        if isinstance(before[name], int | float) or before[name] is None
    ]
    console.table("On decisions it had not seen", ["Figure", "Before", "After"], rows)
    if not used:
        wrong(str(version.card.get("reason", "")))
    finish(summary, as_json=False, complete=used, title="The model is in use" if used else "The model is not used")


def is_foreign(answer: Answer) -> bool:
    """Whether the text could not be read for its language: then no ranking is shown, since it would mean nothing."""
    return bool(answer.note) and answer.language != "en" and answer.nothing_fits


def percent(probability: float) -> str:
    """A probability for reading; never 0% or 100%, which would claim to be certain."""
    if probability < 0.01:
        return "<1%"
    return ">99%" if probability > 0.99 else f"{probability:.0%}"


def _figure(value: float | None) -> str:
    return "" if value is None or value != value else f"{value:.3f}"


def _spoke(found: Match) -> list[str]:
    """The words that spoke for an element, each once, those that spoke most first."""
    ordered = sorted(found.reasons, key=lambda reason: -reason.weight)
    return list(dict.fromkeys(" ".join(reason.text.split()) for reason in ordered if reason.weight > 0))


def _figures(found: Match) -> dict[str, Any]:
    return {
        "score": float(found.score),
        "probability": float(found.probability),
        "suggested": bool(found.suggested),
        "reasons": [{"start": r.start, "end": r.end, "text": r.text, "weight": float(r.weight)} for r in found.reasons],
        "narrower": list(found.narrower),
    }


def _about(answer: Answer) -> dict[str, Any]:
    return {
        "framework": answer.framework, "model": answer.model, "threshold": float(answer.threshold), "language": answer.language,
        "note": answer.note, "nothing_fits": answer.nothing_fits,
    }  # fmt: skip


def _say_below(model: str, threshold: float | None = None, *, nothing: bool = False, note: str = "") -> None:
    if nothing:
        console.out.print("\nNothing fits well enough to be suggested; the closest are shown.")
    if note:
        console.out.print(f"\n{note}", markup=False)
    limit = "" if threshold is None else f" An element is suggested from a probability of {percent(threshold)}."
    console.out.print(f"\nModel: {model}.{limit}", markup=False, soft_wrap=True)


def _tell_rows(problems: list[Any], total: int) -> None:
    for problem in problems:
        wrong(str(problem))
    if total > len(problems):
        wrong(f"… and {total - len(problems):,} more.")


def _engine(name: str | None, cluster: str | None, workers: int | None) -> Engine:
    """Where a batch is done. --cluster alone means Dask."""
    from migov.services.matching.batch import EngineFailed, Processes

    name = name or ("dask" if cluster else "processes")
    if name not in {"processes", "dask"}:
        raise typer.BadParameter(f"“{name}” is not an engine; known: processes, dask.", param_hint="--engine")
    if name == "processes":
        if cluster:
            raise typer.BadParameter("a cluster is reached with --engine dask.", param_hint="--engine")
        return Processes(workers)
    if not cluster:
        raise typer.BadParameter(
            "the address of its scheduler is needed: --cluster tcp://HOST:8786", param_hint="--engine"
        )
    from migov.services.matching.cluster import Dask

    try:
        return Dask(cluster)
    except EngineFailed as problem:
        raise Told(str(problem)) from None
