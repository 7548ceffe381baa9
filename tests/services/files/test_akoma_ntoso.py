"""Laws in Akoma Ntoso are kept as documents: told by their root, read by line."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from migov.services.files.extraction import Unreadable, read_file, read_pages
from migov.services.files.formats import NotAccepted, recognise

LAW = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<!-- a law -->\n<akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0"><act><body>'
    b"<article><num>1</num><heading>Scope</heading><content><p>It applies.</p></content></article></body></act></akomaNtoso>"
)


def test_it_is_told_by_its_root():
    assert recognise(io.BytesIO(LAW), "law.xml", len(LAW)).code == "akn"


@pytest.mark.parametrize(
    "content",
    [b"<html><body>akomaNtoso</body></html>", b"<other>akomaNtoso</other>", b"<iati-activities/>", b"plain akomaNtoso"],
)
def test_other_xml_is_not_kept(content):
    with pytest.raises(NotAccepted):
        recognise(io.BytesIO(content), "law.xml", len(content))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            b'<?xml version="1.0"?><!-- not <one> --><FORMEX xmlns="x"><P>law</P></FORMEX>',
            "XML that is not Akoma Ntoso",
        ),
        (b'<?xml version="1.0"?><part><p>akomaNtoso</p></part>', "XML that is not Akoma Ntoso"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "f">]>' + LAW.split(b"?>", 1)[1], "with a DOCTYPE is not accepted"),
        (b'<?xml version="1.0"?>\n<!DOCTYPE akomaNtoso>' + LAW.split(b"?>", 1)[1], "with a DOCTYPE is not accepted"),
        (
            b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML//EN"><html><p>x</p></html>',
            "web page (HTML)",
        ),
    ],
)
def test_what_other_xml_is_is_told(content, told):
    with pytest.raises(NotAccepted, match=re.escape(told)):
        recognise(io.BytesIO(content), "law.xml", len(content))


def test_xhtml_is_kept_as_a_web_page():
    page = b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML//EN"><html><p>x</p></html>'
    assert recognise(io.BytesIO(page), "charter.html", len(page)).code == "html"


@pytest.mark.parametrize("text", ['<a name="top"></a>\n# Law', '<?xml version="1.0"?><a/>', "<br>text", "a\x0bb"])
def test_plain_text_may_hold_marks(text):
    assert recognise(io.BytesIO(text.encode()), "law.md", len(text)).code == "md"


def test_cyrillic_text_before_unicode_is_kept_and_other_text_told_how_to_be_saved():
    law = "Настоящий Закон устанавливает права иностранных граждан, прибывших для работы.".encode("cp1251")
    assert recognise(io.BytesIO(law), "law.txt", len(law)).code == "txt"
    other = "Grenzübergänge".encode("latin-1")
    for name in ("law.txt", "law.html", "law.xml"):
        with pytest.raises(NotAccepted, match="Save it as UTF-8"):
            recognise(io.BytesIO(other), name, len(other))


def test_under_another_name_it_is_not_kept():
    with pytest.raises(NotAccepted):
        recognise(io.BytesIO(LAW), "law.pdf", len(LAW))


def test_its_words_are_read_with_their_numbers(tmp_path: Path):
    file = tmp_path / "law.xml"
    file.write_bytes(LAW)
    assert read_pages(file).texts == ["1 Scope\n\nIt applies."]


@pytest.mark.parametrize("content", [b"<akomaNtoso>", b"<akomaNtoso/>", b"<other><p>x</p></other>"])
def test_what_holds_nothing_or_is_broken_says_so(content):
    with pytest.raises(Unreadable):
        read_file(io.BytesIO(content), ".xml", "law.xml")


def test_nothing_from_outside_is_read(tmp_path: Path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret words")
    content = (
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "' + secret.as_uri().encode() + b'">]><akomaNtoso><p>law &x;</p></akomaNtoso>'
    )
    assert "secret words" not in read_file(io.BytesIO(content), ".xml", "law.xml").texts[0]
