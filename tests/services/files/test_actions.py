"""Documents: what is kept and what is refused, reading, versions, who sees them, and what the database holds up."""

from __future__ import annotations

import io
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from migov.foundation.records.models import JournalEntry, Record
from migov.services.files import actions, integrity
from migov.services.files.actions import About
from migov.services.files.formats import NotAccepted
from migov.services.files.models import Document, Passage
from tests.factories import result
from tests.services.files.conftest import ABOUT_TRAFFICKING, added, docx, packed, pdf, pptx, upload, work, xlsx

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


# Adding


def test_a_document_is_kept_under_a_name_that_nobody_guesses(people: dict[str, Any], store: Path) -> None:
    of = work("partners", illustrative=True)
    document = actions.add(of, upload("../Final_report v2.txt", ABOUT_TRAFFICKING), by=people["ana"])
    record = document.record
    assert (document.name, record.title) == ("Final_report v2.txt", "Final report v2")
    assert (record.kind, record.parent, record.office, record.owner) == ("document", of, of.office, people["ana"])
    assert (record.visibility, record.illustrative) == ("partners", True)
    (file,) = [path for path in store.rglob("*") if path.is_file()]
    assert file.name.startswith(document.sha256) and len(file.name) == 64 + 1 + 32 and "report" not in file.name
    entry = JournalEntry.objects.get(record_id=record.pk, verb="document added")
    assert entry.by_id == people["ana"].pk and entry.detail["file"] == "Final_report v2.txt"


@pytest.mark.parametrize(
    ("name", "make", "content_type", "state"),
    [
        ("a.txt", lambda: "Border posts", "text/plain", "waiting"),
        ("a.md", lambda: "# Border posts", "text/markdown", "waiting"),
        ("a.htm", lambda: "<!doctype html><p>Border posts</p>", "text/html", "waiting"),
        ("a.PDF", lambda: pdf("Border posts"), "application/pdf", "waiting"),
        ("a.docx", lambda: docx("Border posts"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "waiting"),
        ("a.xlsx", lambda: xlsx([["Border posts"]]), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "waiting"),
        ("a.pptx", lambda: pptx("Border posts"), "application/vnd.openxmlformats-officedocument.presentationml.presentation", "waiting"),
        ("a.png", lambda: PNG, "image/png", "kept"),
        ("a.jpeg", lambda: b"\xff\xd8\xff\xe0" + bytes(40), "image/jpeg", "kept"),
        ("a.csv", lambda: "year,people\n2026,40\n", "text/csv", "kept"),
    ],
)  # fmt: skip
def test_what_is_kept_is_told_by_its_content(
    people: dict[str, Any], name: str, make: Any, content_type: str, state: str
) -> None:
    document = actions.add(work(), upload(name, make()), by=people["ana"])
    assert (document.content_type, document.state) == (content_type, state)
    read = actions.read(document, by=people["ana"])
    if state == "waiting":
        assert read.is_read and "Border posts" in read.passages.get().text
    else:
        assert read.state == "kept" and not read.passages.exists()


def bomb() -> bytes:
    """A Word document that unpacks to far more than it says on the outside."""
    return packed(word__document_xml=b"<w>" + bytes(40 * 1024**2) + b"</w>")


def typed(part: str, content_type: str, encoding: str = "utf-8") -> bytes:
    """An office file whose list of parts says that one of them, whatever its name, is of a type."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as held:
        held.writestr(
            "[Content_Types].xml", f'<Types><Override ContentType="{content_type}"/></Types>'.encode(encoding)
        )
        held.writestr(part, b"<w/>")
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "make", "told"),
    [
        ("report.pdf", lambda: b"MZ\x90\x00\x03" + bytes(200), "should be: PDF file. What is in it: something else"),
        ("report.docx", lambda: "<html><p>Hello</p></html>", r"should be: Word document \(DOCX\). What is in it: web page"),
        ("report.txt", lambda: "<!DOCTYPE html><script>1</script>", None),
        ("report.pdf", lambda: docx("x"), "What is in it: Word document"),
        ("report.docx", lambda: packed(xl__workbook_xml=b"<w/>"), "What is in it: Excel workbook"),
        ("report.docx", bomb, "would unpack to far more than a document holds"),
        ("report.docx", lambda: packed(word__document_xml=b"<w/>", word__vbaProject_bin=b"x"), "holds macros"),
        ("report.docx", lambda: packed(word__document_xml=b"<w/>", word__VBAPROJECT_BIN=b"x"), "holds macros"),
        ("report.docx", lambda: typed("word/document.xml", "application/vnd.ms-office.vbaProject"), "holds macros"),
        ("report.docx", lambda: typed("word/document.xml", "application/vnd.ms-word.document.macroEnabled.main+xml"), "holds macros"),
        ("report.xlsx", lambda: typed("xl/workbook.xml", "application/vnd.ms-excel.macrosheet+xml", "utf-16"), "holds macros"),
        ("report.docx", lambda: typed("word/document.xml", "x" * (5 * 1024**2)), "What is in it: something else"),
        ("report.docx", lambda: packed(some_txt=b"x"), "What is in it: something else"),
        ("report.docx", lambda: b"PK\x03\x04" + bytes(60), "What is in it: something else"),
        ("report.docx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(60), "old version of Office"),
        ("report.txt", lambda: b"MZ\x90\x00\x03\x00\x00", "should be: text file"),
        ("report.txt", lambda: "Grenzübergang".encode("latin-1"), "Save it as UTF-8"),
        ("figures.csv", lambda: b"PK\x03\x04" + bytes(60), r"should be: table of figures \(CSV\)"),
        ("report.png", lambda: "<svg onload=alert(1)>", "should be: PNG picture"),
        ("report.svg", lambda: "<svg/>", "migov keeps PDF, DOCX"),
        ("report", lambda: "text", "migov keeps PDF, DOCX"),
        ("report.exe", lambda: b"MZ", "migov keeps PDF, DOCX"),
        ("empty.pdf", lambda: b"", "“empty.pdf” is empty"),
        ("large.txt", lambda: b"a" * (26 * 1024**2), "has 26.0 MB; a document has 25 MB at most"),
    ],
)  # fmt: skip
def test_what_is_forged_empty_or_too_large_is_refused_in_a_sentence(
    people: dict[str, Any], store: Path, name: str, make: Any, told: str | None
) -> None:
    if told is None:  # a web page under the name of a text is kept as text, and only ever saved as a file
        assert actions.add(work(), upload(name, make()), by=people["ana"]).content_type == "text/plain"
        return
    with pytest.raises(NotAccepted, match=told):
        actions.add(work(), upload(name, make()), by=people["ana"])
    assert not Record.objects.filter(kind="document").exists() and not [p for p in store.rglob("*") if p.is_file()]


def test_the_limit_is_a_setting(people: dict[str, Any], settings: Any) -> None:
    settings.MIGOV_DOCUMENT_MAX_BYTES = 1024
    with pytest.raises(NotAccepted, match="MB at most"):
        actions.add(work(), upload("note.txt", "a" * 1025), by=people["ana"])


def test_the_same_content_is_kept_once_for_a_record(people: dict[str, Any]) -> None:
    of = work()
    first = added(of, people["ana"])
    with pytest.raises(NotAccepted, match="is here already: it is “Note”"):
        actions.add(of, upload("other.txt", ABOUT_TRAFFICKING), by=people["ana"])
    assert added(work(), people["ana"]).sha256 == first.sha256
    actions.remove(first, by=people["ana"])
    assert added(of, people["ana"]).sha256 == first.sha256


def test_documents_belong_to_a_whole_that_is_in_the_register(people: dict[str, Any]) -> None:
    of = work()
    with pytest.raises(NotAccepted):
        actions.add(result(of.project).record, upload("note.txt", "x"), by=people["kim"])
    Record.objects.filter(pk=of.pk).update(removed_at=of.created_at)
    with pytest.raises(NotAccepted):
        actions.add(of, upload("note.txt", "x"), by=people["kim"])


def test_only_those_who_decide_its_alignments_add_documents(people: dict[str, Any]) -> None:
    of = work()
    for who in ("boris", "galina", "hana", "ion", "jan", "nobody"):
        with pytest.raises(PermissionDenied):
            actions.add(of, upload("note.txt", "x"), by=people[who])
    for number, who in enumerate(("ana", "carla", "dora", "emil", "fatos", "kim")):
        actions.add(of, upload("note.txt", f"Note {number}"), by=people[who])
    document = Document.objects.first()
    assert document is not None
    for change in (actions.read, actions.remove):
        with pytest.raises(PermissionDenied):
            change(document, by=people["boris"])
    with pytest.raises(PermissionDenied):
        actions.describe(document, About("Mine"), by=people["galina"])


# Reading


def test_passages_know_their_page_and_their_place(people: dict[str, Any]) -> None:
    document = added(work(), people["ana"], pdf("Border posts are open.", "1 2 3", ABOUT_TRAFFICKING), "report.pdf")
    assert (document.state, document.pages, document.language, document.why) == ("read", 3, "en", "")
    first, second = document.passages.all()
    assert [(p.number, p.page) for p in (first, second)] == [(1, 1), (2, 3)]
    content = document.text.content
    assert [content[p.start : p.end] for p in (first, second)] == [first.text, second.text]
    assert "trafficking" in second.text


def test_a_long_text_without_pages_has_passages_without_a_page(people: dict[str, Any]) -> None:
    text = "\n\n".join(f"Paragraph {number}. " + "People move and work. " * 30 for number in range(30))
    document = added(work(), people["ana"], docx(*text.split("\n\n")), "long.docx")
    passages = list(document.passages.all())
    assert document.pages is None and len(passages) >= 30 and {p.page for p in passages} == {None}
    content = document.text.content
    assert all(content[p.start : p.end] == p.text and p.text.strip() == p.text for p in passages)
    assert all(first.end <= second.start for first, second in pairwise(passages))


def test_what_cannot_be_read_says_why_and_is_kept(people: dict[str, Any], store: Path) -> None:
    import pypdf

    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    made = io.BytesIO()
    writer.write(made)
    scan = added(work(), people["ana"], made.getvalue(), "scan.pdf")
    assert scan.state == "unreadable" and "perhaps its pages are pictures" in scan.why
    writer.encrypt("secret", algorithm="RC4-128")
    made = io.BytesIO()
    writer.write(made)
    assert "protected by a password" in added(work(), people["ana"], made.getvalue(), "secret.pdf").why
    broken = added(work(), people["ana"], b"%PDF-1.7 nothing more", "broken.pdf")
    assert broken.why == "It is damaged: it cannot be opened as a PDF file."
    assert JournalEntry.objects.filter(verb="document could not be read").count() == 3
    assert len([path for path in store.rglob("*") if path.is_file()]) == 3
    Path(broken.file.path).unlink()
    assert "not there any more" in actions.read(broken, by=people["ana"]).why
    assert any("is not in the store" in line for line in integrity.findings())


def test_reading_again_puts_passages_in_the_place_of_those_before(people: dict[str, Any]) -> None:
    document = added(work(), people["ana"])
    Passage.objects.filter(document=document).update(text="changed")
    actions.read(document, by=people["ana"])
    assert document.passages.get().text == ABOUT_TRAFFICKING


def test_very_long_texts_are_cut_and_say_so(people: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST_CHARACTERS", 1000)
    document = added(work(), people["ana"], "People move. " * 500)
    assert "only the first 1,000 characters" in document.why and len(document.text.content) == 1000


def test_characters_that_no_database_holds_are_left_out(people: dict[str, Any]) -> None:
    document = added(
        work(),
        people["ana"],
        "<p>Border&#0; posts \ud83d\ude00</p>".encode("utf-16", "surrogatepass").decode("utf-16"),
        "a.html",
    )
    assert "\x00" not in document.text.content and "😀" in document.text.content


# Versions, description, removal


def test_a_new_version_takes_the_place_of_the_one_before(people: dict[str, Any]) -> None:
    of = work()
    first = added(of, people["ana"], about=About("Proposal", "proposal"))
    second = added(
        of, people["carla"], "A new text on migration.", "v2.txt", replaces=first, about=About(kind="proposal")
    )
    assert (second.version, second.series, second.record.title) == (2, first.series, "Proposal")
    assert list(Document.objects.standing().filter(of=of)) == [second]
    with pytest.raises(NotAccepted, match="newer version already"):
        actions.add(of, upload("v3.txt", "Third"), by=people["ana"], replaces=first)
    with pytest.raises(NotAccepted, match="newer version already"):
        actions.add(work(), upload("v3.txt", "Third"), by=people["ana"], replaces=second)
    assert Document.objects.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=second.pk).update(version=1)


def test_a_description_changes_only_what_differs(people: dict[str, Any]) -> None:
    document = added(work(), people["ana"])
    actions.describe(document, About("Terms of reference", "study", None, "en"), by=people["ana"])
    entry = JournalEntry.objects.get(verb="document described")
    assert entry.detail == {
        "title": {"from": "Note", "to": "Terms of reference"},
        "kind": {"from": "other", "to": "study"},
    }
    actions.describe(document, About("Terms of reference", "study", None, "en"), by=people["ana"])
    assert JournalEntry.objects.filter(verb="document described").count() == 1
    with pytest.raises(ValueError, match="needs a title"):
        actions.describe(document, About(" "), by=people["ana"])


def test_what_is_removed_is_kept_for_the_record(people: dict[str, Any]) -> None:
    document = added(work(), people["ana"])
    actions.remove(document, by=people["ana"], note="Wrong project")
    actions.remove(document, by=people["ana"])
    assert not Document.objects.standing().exists() and document.passages.exists() and Path(document.file.path).exists()
    assert JournalEntry.objects.get(verb="document removed").detail == {"note": "Wrong project"}


def test_documents_follow_the_visibility_and_office_of_their_work(people: dict[str, Any]) -> None:
    of = work("partners")
    document = added(of, people["ana"])
    assert Document.objects.visible_to(people["ion"]).exists()
    of.visibility = "office"
    of.save()
    document.record.refresh_from_db()
    assert document.record.visibility == "office"
    assert not Document.objects.visible_to(people["ion"]).exists()
    assert not Record.objects.visible_to(people["boris"]).filter(pk=document.pk).exists()
    Record.objects.filter(pk=of.pk).update(visibility="public")  # past the model: still not shown to more people
    assert not Document.objects.visible_to(people["jan"]).exists()
    assert "is not seen by the same people" in next(integrity.findings())


@pytest.mark.parametrize(
    "wrong",
    [{"version": 0}, {"size": 0}, {"state": "unreadable", "why": ""}, {"state": "lost"}, {"kind": "poem"}],
    ids=str,
)  # fmt: skip
def test_the_database_refuses_what_cannot_be(people: dict[str, Any], wrong: dict[str, Any]) -> None:
    document = added(work(), people["ana"])
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Passage.objects.filter(document=document).update(end=0)


def test_a_bomb_that_lies_about_its_size_does_no_harm(people: dict[str, Any]) -> None:
    """The table of contents says less than there is: what unpacks past it is an error, not memory."""
    made = io.BytesIO(docx("Border"))
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as held:
        held.writestr("word/media/large.bin", bytes(30 * 1024**2))
    lying = made.getvalue().replace((30 * 1024**2).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    document = added(work(), people["ana"], lying, "lying.docx")
    assert document.state in ("read", "unreadable")
