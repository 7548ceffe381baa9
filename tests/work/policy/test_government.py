"""Every address of migov, asked for by a government: no word of another country's, of an unreleased review, or of the office's own notes.

A world is made in which whatever a government may not read carries a word of its own; then all addresses are asked for with all keys.
An address that is added later is asked for too; one with a new kind of key fails here until somebody says what to put in.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date
from itertools import product as combinations
from types import SimpleNamespace
from typing import Any

import pypdf
import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.exceptions import NoReverseMatch

from migov.foundation.people.models import Role
from migov.services.files import actions as files
from migov.work.policy.models import Hours, Product, RequestNote, Row
from migov.work.policy.review import actions as reviewing
from tests.factories import PlaceFactory, cast, person
from tests.work.policy import making
from tests.work.policy.review.steps import clear, judge_all

pytestmark = pytest.mark.django_db
HIDDEN = "Zyxhidden"  # begins every word that Moldova's focal point may not read
SHOWN = "Zyxshown"  # begins those that it may


def _country(code: str, word: str, people: SimpleNamespace) -> dict[str, Any]:
    """A request with a draft and two reviews of it, one released, for one country."""
    request = making.assistance_request(country=code, title=f"{word} request", summary=f"{word} what is asked")
    text = making.legal_text(country=code, title=f"{word} law", citation=f"{word} Act", request=request)
    version = making.text_version(text, {"1": (f"{word} heading", [f"{word} no passport is kept by an employer"])})
    document = files.add(
        request.record, ContentFile(f"{word} letter of the ministry".encode(), "letter.txt"), by=people.fatos
    )
    RequestNote.objects.create(request=request, by=people.fatos, text=f"{HIDDEN}note of colleagues", internal=True)
    RequestNote.objects.create(request=request, by=people.fatos, text=f"{word} note for the ministry", internal=False)
    Hours.objects.create(
        request=request, person=people.fatos, day=date(2026, 3, 1), hours=3, note=f"{HIDDEN}hours of work"
    )
    Product.objects.create(request=request, kind="opinion", title=f"{HIDDEN}product in the making")
    Product.objects.create(request=request, kind="opinion", title=f"{word} product", handed_on=date(2026, 3, 2))
    of = making.instrument("test-convention", order=1)
    wanted = [making.requirement(of, "8", "1", "No passport is kept")] if code == "MDA" else list(_requirements())
    released = reviewing.start(version, instruments=[wanted[0].article.instrument], by=people.fatos)
    judge_all(released, people.fatos, comment=f"{word} comment", internal=f"{HIDDEN}internal remark")
    reviewing.release(clear(released, people), by=people.fatos, note=f"{word} covering words")
    going = reviewing.start(version, instruments=[wanted[0].article.instrument], by=people.fatos)
    judge_all(going, people.fatos, comment=f"{HIDDEN}comment before release", internal=f"{HIDDEN}internal")
    going.record.title = f"{HIDDEN}review under way"
    going.record.save()
    # The office writes on after the release: the government still reads what was released.
    Row.objects.filter(review=released).update(comment=f"{HIDDEN}comment after release")
    return {"request": request, "text": text, "document": document, "released": released, "going": going}


def _requirements() -> Iterator[Any]:
    from migov.work.policy.models import Requirement

    yield from Requirement.objects.filter(article__instrument__code="test-convention")


@pytest.fixture
def world() -> SimpleNamespace:
    people = SimpleNamespace(**cast())
    own, other = _country("MDA", SHOWN, people), _country("ALB", f"{HIDDEN}albania", people)
    kept = making.legal_text(country="MDA", title=f"{HIDDEN}working paper", visibility="internal")
    making.text_version(kept, {"1": (f"{HIDDEN}heading", [f"{HIDDEN}paragraph"])})
    return SimpleNamespace(people=people, own=own, other=other, kept=kept)


def _patterns(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            name = f"{before}{one.namespace}:" if one.namespace else before
            yield from _patterns(one, name)
        elif one.name:
            yield f"{before}{one.name}", one


def _keys(world: SimpleNamespace) -> dict[str, list[Any]]:
    """What to put in for each kind of key: keys of what is shown and of what is hidden."""
    records = [
        found[what].pk for found in (world.own, world.other) for what in ("request", "text", "document", "released", "going")
    ]  # fmt: skip
    rows = [
        Row.objects.filter(review=found[what].pk).first().pk
        for found in (world.own, world.other)
        for what in ("released", "going")
    ]
    return {
        "pk": [*records, world.kept.pk],
        "row": rows,
        "number": [1],
        "fmt": ["csv", "xlsx", "docx", "pdf"],
        "product": ["concordance", "commented", "gaps", "summary"],
        "code": ["MDA", "ALB", "test-convention"],
        "place": ["MDA", "ALB"],
        "instrument": ["test-convention"],
    }


def _asked(world: SimpleNamespace, namespace: str) -> Iterator[tuple[str, str]]:
    keys = _keys(world)
    for name, pattern in _patterns(get_resolver()):
        if not name.startswith(namespace):
            continue
        wanted = list(pattern.pattern.converters)
        for values in combinations(*(keys.get(one, [world.own["request"].pk]) for one in wanted)):
            try:
                yield name, reverse(name, kwargs=dict(zip(wanted, values, strict=True)))
            except NoReverseMatch:  # a code where a number belongs
                continue


def _words(answer: HttpResponseBase) -> str:
    """All words of a page or file, those in packed files included."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined,arg-type]
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            content = b"".join(parts.read(name) for name in parts.namelist())
    elif content.startswith(b"%PDF"):
        return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages).replace("\n", "")
    return content.decode(errors="replace")


def test_no_address_of_the_room_shows_a_government_what_is_not_its_own(world: SimpleNamespace) -> None:
    client = Client()
    client.force_login(world.people.ion, backend="django.contrib.auth.backends.ModelBackend")
    shown, wrong = set(), []
    for name, address in _asked(world, "policy:"):
        answer = client.get(address)
        words = _words(answer)
        if answer.status_code >= 500 or HIDDEN in words:
            wrong.append(f"{name} {address} {answer.status_code}: {words[max(0, words.find(HIDDEN) - 60) :][:160]}")
        if answer.status_code == 200 and SHOWN in words:
            shown.add(name)
    assert wrong == []
    # It does read its own: the check above can fail.
    assert {
        "policy:request",
        "policy:text",
        "policy:text-version",
        "policy:released",
        "policy:released-document",
    } <= shown


def test_no_other_address_of_migov_shows_it_either(world: SimpleNamespace) -> None:
    client = Client()
    client.force_login(world.people.ion, backend="django.contrib.auth.backends.ModelBackend")
    own = world.own["request"].pk
    addresses = {"/search/?q=Zyx", "/", "/countries/MDA/", "/countries/ALB/", "/notices/", "/lessons/", "/clearance/"}
    records = [world.own["going"], *world.other.values(), world.kept]
    for name, pattern in _patterns(get_resolver()):
        if name.startswith("policy:") or list(pattern.pattern.converters) != ["pk"]:
            continue
        addresses |= {reverse(name, kwargs={"pk": record.pk}) for record in records}
    wrong = []
    for address in sorted(addresses):
        answer = client.get(address, follow=True)
        if answer.status_code >= 500 or HIDDEN in _words(answer):
            wrong.append(f"{address} {answer.status_code}")
    assert wrong == []
    assert own and len(addresses) > 100


def test_nothing_that_a_government_or_a_stranger_sends_changes_what_is_not_theirs(world: SimpleNamespace) -> None:
    albanian = person(Role.FOCAL_POINT, country=PlaceFactory(code="ALB"), username="albanian")
    foreign = [world.own[what].pk for what in ("request", "text", "document", "released", "going")]
    rows = list(Row.objects.filter(review_id__in=foreign).values_list("pk", flat=True))
    before = _state()
    for who in (albanian, world.people.jan, world.people.nobody, None):
        client = Client()
        if who is not None:
            client.force_login(who, backend="django.contrib.auth.backends.ModelBackend")
        for name, pattern in _patterns(get_resolver()):
            wanted = list(pattern.pattern.converters)
            if not name.startswith("policy:") or "pk" not in wanted:
                continue
            given = {"number": 1, "row": rows[0], "fmt": "csv", "product": "concordance"}
            for pk in foreign:
                kwargs = {key: pk if key == "pk" else given.get(key, pk) for key in wanted}
                answer = client.post(
                    reverse(name, kwargs=kwargs),
                    {
                        "verb": "decline", "do": "decline", "reason": "x", "text": "x", "note": "x", "stance": "agree", "title": "x",
                        "judgement": "none", "revision": "1", "seen": "1", "confirm": "on",
                    },
                )  # fmt: skip
                requirement = (
                    name == "policy:requirement"
                )  # requirements are everybody's; their keys are other rows' keys
                assert requirement or answer.status_code in (302, 403, 404, 405), f"{who} {name}"
                if answer.status_code == 302:
                    assert who is None and "/accounts/" in answer["Location"], f"{who} {name}: {answer['Location']}"
    assert _state() == before


def _state() -> dict[str, list[dict[str, Any]]]:
    models = [*apps.get_app_config("policy").get_models(), apps.get_model("records", "Record")]
    return {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in models}
