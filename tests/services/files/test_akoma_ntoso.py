"""Laws in Akoma Ntoso are kept as documents: told by their root, read by line."""

from __future__ import annotations

import io
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
