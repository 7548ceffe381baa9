"""Hostile and damaged files are refused in clear words and leave the database as it was."""

from __future__ import annotations

import gzip
import io
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from migov.exchange.iati.load import load_file
from migov.exchange.iati.reader import batches, inspect
from migov.exchange.iati.refusal import ImportRefused, ImportStopped
from migov.exchange.iati.summary import ImportSummary
from migov.foundation.people.access import SYSTEM
from migov.foundation.records.models import JournalEntry, Record
from migov.work.projects.models import ImportedFile, Organisation, Project
from tests.exchange.iati.conftest import activity, document
from tests.factories import OfficeFactory, country_office, person

Load = Callable[..., ImportSummary]

REFERENCE = activity("<tag vocabulary='99' code='&j;'/>")
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE iati-activities [<!ENTITY a "lol">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + f"]><iati-activities>{REFERENCE}</iati-activities>"
)
EXTERNAL = (
    '<?xml version="1.0"?><!DOCTYPE iati-activities [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    f"<iati-activities>{activity().replace('Project XX-A', '&x;')}</iati-activities>"
)
EXTERNAL_DTD = (
    f'<!DOCTYPE iati-activities SYSTEM "http://127.0.0.1:9/x.dtd"><iati-activities>{activity()}</iati-activities>'
)


def assert_untouched() -> None:
    assert not Record.objects.exists()
    assert not Project.objects.exists()
    assert not Organisation.objects.exists()
    assert not ImportedFile.objects.exists()
    assert not JournalEntry.objects.filter(verb__startswith="import").exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("content", [BOMB, EXTERNAL, EXTERNAL_DTD], ids=["bomb", "external", "dtd"])
def test_entities_and_document_types_are_refused(load: Load, content: str, encoding: str) -> None:
    with pytest.raises(ImportRefused, match=r"document type or entities.*Nothing was changed"):
        load(content.encode(encoding))
    assert_untouched()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not an XML file"),
        (b"\x00\x01\x02 junk", "not an XML file"),
        (b"%PDF-1.7 something", "not an XML file"),
        (b"PK\x03\x04zip", "not an XML file"),
        ('<?xml version="1.0" encoding="no-such"?><iati-activities/>', "not an XML file"),
        (" " * 400_000, "no element was found"),
        ("<html><body/></html>", "root element is <html>"),
        ("<iati-organisations/>", "file of IATI organisations"),
        ('<x:feed xmlns:x="urn:x"/>', "root element is <feed>"),
    ],
)
def test_other_files_are_refused(load: Load, content: str | bytes, words: str) -> None:
    with pytest.raises(ImportRefused, match=words) as refused:
        load(content, name="some file.bin")
    assert str(refused.value).startswith("some file.bin")
    assert "<iati-activities>" in refused.value.expected
    assert_untouched()


def test_a_truncated_file_changes_nothing(load: Load) -> None:
    text = document(*(activity(identifier=f"XX-{n}") for n in range(300)))
    with pytest.raises(ImportRefused, match=r"line 302, column \d+\): the file is not well-formed") as refused:
        load(text[: text.rindex("</iati-activity>")])
    assert refused.value.line == 302
    assert "Nothing was changed" in str(refused.value)
    assert_untouched()


def test_junk_behind_good_activities_changes_nothing(load: Load) -> None:
    text = document(activity()).replace("</iati-activities>", "<not closed" + "x" * 1000)
    with pytest.raises(ImportRefused, match="not well-formed"):
        load(text)
    assert_untouched()


def test_gzip_is_read_and_damaged_gzip_refused(load: Load) -> None:
    packed = gzip.compress(document(activity()).encode())
    assert load(packed, name="a.xml.gz").created == 1
    Record.objects.all().delete()
    JournalEntry.objects.all().delete()
    ImportedFile.objects.all().delete()
    for damaged in (packed[: len(packed) // 2], packed[:-4] + b"0000", packed[:30] + b"\xff" * 20 + packed[50:]):
        with pytest.raises(ImportRefused):
            load(damaged)
    assert_untouched()


class Endless(io.RawIOBase):
    """A stream that begins well and never ends, and counts what was taken from it."""

    def __init__(self, head: bytes, filler: bytes) -> None:
        self.head, self.filler, self.at = head, filler, 0
        self.taken = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self.at = offset
        return offset

    def tell(self) -> int:
        return self.at

    def read(self, size: int = -1) -> bytes:
        size = 65536 if size < 0 else size
        data = self.head[self.at : self.at + size]
        if not data:
            start = (self.at - len(self.head)) % len(self.filler)
            data = (self.filler * (size // len(self.filler) + 2))[start : start + size]
        self.at += len(data)
        self.taken += len(data)
        return data


def test_a_file_beyond_the_limit_is_refused_before_it_is_read_whole(settings: Any) -> None:
    settings.MIGOV_IMPORT_MAX_BYTES = 3_000_000
    stream = Endless(b"<iati-activities>", activity().encode())
    with pytest.raises(ImportRefused, match="larger than the 3000000 bytes"):
        for _batch in batches(stream, "endless.xml"):
            pass
    assert stream.taken < 3_200_000


def test_a_packed_file_may_not_grow_beyond_the_limit(load: Load, settings: Any) -> None:
    settings.MIGOV_IMPORT_MAX_BYTES = 2_000_000
    bomb = gzip.compress(b"<iati-activities>" + b" " * 50_000_000 + b"</iati-activities>")
    assert len(bomb) < 100_000
    with pytest.raises(ImportRefused, match="larger than"):
        load(bomb)
    assert_untouched()


@pytest.mark.parametrize(
    ("head", "filler"),
    [
        (b"<iati-activities>", b"<junk/>"),
        (b"<iati-activities><iati-activity>", b"<title/>"),
        (b"<iati-activities><iati-activity><title>", b"word "),
    ],
    ids=["no activity", "endless activity", "endless text"],
)
def test_one_activity_without_end_is_refused_early(settings: Any, head: bytes, filler: bytes) -> None:
    settings.MIGOV_IMPORT_MAX_ACTIVITY_BYTES = 2_000_000
    stream = Endless(head, filler)
    with pytest.raises(ImportRefused):
        for _batch in batches(stream, "endless.xml"):
            pass
    assert stream.taken < 2_200_000


def test_too_deep_nesting_is_refused(load: Load) -> None:
    with pytest.raises(ImportRefused, match="not well-formed"):
        load(document(activity("<result>" * 5000 + "</result>" * 5000)))
    assert_untouched()


def test_only_the_beginning_is_read_to_inspect_a_file() -> None:
    stream = Endless(b'<iati-activities version="2.03">', b"<iati-activity/>")
    assert inspect(stream, "x").version == "2.03"
    assert stream.taken < 10_000


def test_a_stopped_import_changes_nothing(load: Load) -> None:
    text = document(*(activity(identifier=f"XX-{n}") for n in range(250)))
    asked = iter([False, True])
    with pytest.raises(ImportStopped, match="Nothing was changed"):
        load(text, stop=lambda: next(asked))
    assert_untouched()


def test_progress_is_told_in_bytes(load: Load) -> None:
    text = document(*(activity(identifier=f"XX-{n}") for n in range(250)))
    told: list[tuple[int, int | None]] = []
    load(text, progress=lambda done, total, note: told.append((done, total)))
    assert told[-1] == (len(text), len(text))
    assert [done for done, _ in told] == sorted(done for done, _ in told)


@pytest.mark.parametrize("who", ["ana", "carla", "dora", "fatos", "galina", "hana", "ion", "jan", "nobody"])
def test_people_without_the_permission_are_refused(load: Load, people: dict[str, Any], who: str) -> None:
    with pytest.raises(PermissionDenied):
        load(document(activity()), by=people[who])
    assert_untouched()


def test_an_officer_of_one_country_reaches_no_other(load: Load, db: None) -> None:
    tirana, chisinau = country_office("tirana"), country_office("chisinau")
    officer = person("mande", tirana)
    with pytest.raises(PermissionDenied):
        load(document(activity()), by=officer, office=chisinau)
    load(document(activity(identifier="XX-T"), activity(identifier="XX-U")), by=officer, office=tirana)
    load(document(activity(identifier="XX-C")), office=chisinau)
    changed = [activity("<tag vocabulary='99' code='n'/>", identifier=i) for i in ("XX-T", "XX-C")]
    summary = load(document(*changed), by=officer)
    assert (summary.updated, summary.broken) == (1, 1)
    assert (summary.problems[0].code, summary.problems[0].identifier) == ("other-office", "XX-C")
    assert load(document(*changed), by=person("mande", OfficeFactory())).updated == 1


def test_memory_stays_flat(tmp_path: Path, db: None) -> None:
    """Forty megabytes of activities take no more than a small part of that."""
    block = activity("".join(f'<sector code="{n}" vocabulary="99"/>' for n in range(400)), identifier="XX-NUMBER")
    path = tmp_path / "large.xml"
    with path.open("w") as file:
        file.write("<iati-activities>")
        for number in range(2600):
            file.write(block.replace("NUMBER", str(number)))
        file.write("</iati-activities>")
    assert path.stat().st_size > 35_000_000
    load_file(io.BytesIO(document(activity()).encode()), name="warm.xml", by=SYSTEM)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seen = sum(len(batch) for batch in batches(path.open("rb"), "large.xml"))
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert seen == 2600
    assert (after - before) / 1024 < 40


def test_an_element_with_thousands_of_attributes_is_refused_at_once(db) -> None:
    """Putting attributes in order takes the square of their number: a small file could have held the database for minutes."""
    many = " ".join(f'a{n}="1"' for n in range(150_000))
    text = f"<iati-activities><iati-activity><iati-identifier>X</iati-identifier><b {many}/></iati-activity></iati-activities>"
    with pytest.raises(ImportRefused, match="too many attributes"):
        load_file(io.BytesIO(text.encode()), name="wide.xml", by=SYSTEM)
    assert not Record.objects.exists()
