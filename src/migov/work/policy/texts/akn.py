"""Akoma Ntoso 3: an outline from a document, and a document from an outline. Knows no Django."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date
from typing import Any

from lxml import etree

from migov.services.files.extraction import Unreadable
from migov.work.policy.texts.numerals import tidy
from migov.work.policy.texts.tree import Outline, Piece, name

NAMESPACE = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
ROOT = re.compile(rb"<(?:\w+:)?akomaNtoso[\s>]")
BOXES = {
    "part": "part", "subpart": "section", "title": "title", "subtitle": "section", "book": "title", "tome": "title", "chapter": "chapter",
    "subchapter": "section", "division": "section", "subdivision": "section",
}  # fmt: skip
BLOCKS = {"p", "block", "li", "td", "th", "docTitle", "longTitle", "num", "heading"}
UNITS = {"article": "article", "clause": "clause", "rule": "rule", "regulation": "regulation"}
SMALL = {
    "paragraph", "subsection", "subparagraph", "point", "indent", "item", "alinea", "subclause", "subrule", "level", "list",
    "hcontainer", "transitional", "crossHeading", "proviso",
}  # fmt: skip
LANGUAGES = {
    "en": "eng", "sq": "sqi", "hy": "hye", "az": "aze", "be": "bel", "bs": "bos", "ka": "kat", "he": "heb", "kk": "kaz", "ky": "kir",
    "mk": "mkd", "ro": "ron", "ru": "rus", "sr": "srp", "tg": "tgk", "tr": "tur", "tk": "tuk", "uk": "ukr", "uz": "uzb", "fr": "fra",
    "de": "deu", "sh": "hbs", "cnr": "cnr",
}  # fmt: skip


def is_akn(content: bytes) -> bool:
    """Whether XML is Akoma Ntoso, by the name of its root."""
    return bool(ROOT.search(content[:4096]))


def read(content: bytes, filename: str) -> Outline:
    """The outline of a document in Akoma Ntoso, of any version. Raises Unreadable for what is no XML, or has no body."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        raise Unreadable(f"{filename}: expected Akoma Ntoso; its XML is not well formed.") from None
    if _tag(root) != "akomaNtoso":
        raise Unreadable(f"{filename}: expected Akoma Ntoso.")
    body = next((node for node in root.iter() if _tag(node) in ("body", "mainBody")), None)
    if body is None:
        raise Unreadable(f"{filename} holds no body.")
    found = Outline(title=_title(root))
    units = {_tag(node) for node in body.iter()}
    basic = (
        "article" if "article" in units else next((unit for unit in ("section", "clause", "rule") if unit in units), "")
    )
    before: list[str] = []
    behind: list[str] = []
    for part in ("preface", "preamble"):
        node = next((one for one in root.iter() if _tag(one) == part), None)
        if node is not None:
            before += (line for line in _text(node).split("\n") if line != found.title)
    for child in body:
        piece = _piece(child, basic)
        if piece is None:
            (behind if found.pieces else before).append(_text(child))
        else:
            found.pieces.append(piece)
    for attached in _outermost(root, {"attachment", "component"}):  # one within another is among its words
        if _tag(attached.getparent()) == "meta":
            continue
        heading = _child(attached, "heading")
        words = [_text(node) for node in _outermost(attached, {"mainBody"})]
        found.pieces.append(Piece("schedule", "", _text(heading) if heading is not None else "", "\n".join(words)))
    conclusions = next((node for node in root.iter() if _tag(node) == "conclusions"), None)
    if conclusions is not None:
        behind.append(_text(conclusions))
    found.preface, found.closing = "\n".join(filter(None, before)), "\n".join(filter(None, behind))
    if not found.articles():
        found.doubts.append("No articles were found.")
    return name(found)


def _tag(node: Any) -> str:
    return node.tag.rpartition("}")[2] if node is not None and isinstance(node.tag, str) else ""


def _child(node: Any, tag: str) -> Any:
    return next((child for child in node if _tag(child) == tag), None)


def _outermost(node: Any, tags: Set[str]) -> Iterator[Any]:
    """The elements of these names at or below an element, in reading order; none that stands within another of them."""
    left = [node]
    while left:
        one = left.pop()
        if _tag(one) in tags:
            yield one
        else:
            left.extend(reversed(list(one)))


def _text(node: Any) -> str:
    """All words of an element, its blocks parted by line ends."""
    blocks = list(_outermost(node, BLOCKS)) or [node]
    return "\n".join(filter(None, (" ".join("".join(one.itertext()).split()) for one in blocks)))


def _title(root: Any) -> str:
    for tag in ("docTitle", "shortTitle", "longTitle"):
        node = next((one for one in root.iter() if _tag(one) == tag), None)
        if node is not None and _text(node):
            return _text(node)
    for node in root.iter():
        if _tag(node) == "FRBRalias" and node.get("value", "Untitled") != "Untitled":
            return str(node.get("value"))
    return ""


def _piece(node: Any, basic: str) -> Piece | None:
    """An element of the hierarchy as a piece; None for what has no place in it."""
    tag = _tag(node)
    num, heading = _child(node, "num"), _child(node, "heading")
    number = (
        tidy(re.sub(r"^(?:article|section|clause|rule|part|chapter|title|regulation)\s+", "", _text(num), flags=re.I))
        if num is not None
        else ""
    )
    if tag == basic or tag in UNITS:
        kind, unit = "article", UNITS.get(tag, tag)
    elif tag == "section" or tag in BOXES:
        kind, unit = BOXES.get(tag, "section"), ""
    elif tag in SMALL:
        within = _tag(node.getparent())
        kind = "paragraph" if within == basic and number[:1].isdigit() else "point" if number else "text"
        unit = ""
    else:
        return None
    piece = Piece(kind, number, _text(heading) if heading is not None else "", line=node.sourceline or 0, unit=unit)
    _fill(piece, node, basic)
    if kind == "text" and not piece.children and not piece.text and not piece.heading:
        return None
    return piece


def _fill(piece: Piece, node: Any, basic: str) -> None:
    own: list[str] = []
    _contents(piece, own, node, basic)
    piece.text = "\n".join(own).strip()


def _contents(piece: Piece, own: list[str], node: Any, basic: str) -> None:
    """What stands in an element: its own words before anything below it, and what is below it."""
    for child in node:
        tag = _tag(child)
        if tag in ("num", "heading", "subheading"):
            continue
        if tag in (
            "content",
            "intro",
            "wrapUp",
            "p",
            "blockList",
            "listIntroduction",
            "listWrapUp",
            "wrap",
            "mainBody",
        ):
            _words(piece, own, child, basic)
            continue
        if tag == "list":
            _contents(piece, own, child, basic)
            continue
        below = _piece(child, basic)
        if below is not None:
            piece.children.append(below)


def _words(piece: Piece, own: list[str], node: Any, basic: str) -> None:
    """The words of a piece, with the lists among them."""
    tag = _tag(node)
    if tag in ("content", "intro", "wrapUp", "wrap", "mainBody"):
        for child in node:
            _words(piece, own, child, basic)
        if not len(node) and (said := _text(node)):
            _say(piece, own, said)
    elif tag == "blockList":
        for child in node:
            if _tag(child) == "item":
                num = _child(child, "num")
                point = Piece("point", tidy(_text(num)) if num is not None else "", line=child.sourceline or 0)
                its: list[str] = []
                for inner in child:
                    if _tag(inner) != "num":
                        _words(point, its, inner, basic)
                point.text = "\n".join(its).strip()
                piece.children.append(point)
            else:
                _words(piece, own, child, basic)
    elif said := _text(node):
        _say(piece, own, said)


def _say(piece: Piece, own: list[str], said: str) -> None:
    """Words before anything below are the piece's own; behind it they are a piece among it."""
    if piece.children:
        piece.children.append(Piece("text", text=said))
    else:
        own.append(said)


@dataclass(frozen=True, slots=True)
class About:
    """What Akoma Ntoso says of a text. country: two letters, "xk" for Kosovo (UNSCR 1244). number: of the text within its year."""

    title: str
    kind: str = "act"
    country: str = ""
    language: str = "en"
    dated: date | None = None
    number: str = ""
    label: str = ""
    made: date | None = None


def write(outline: Outline, about: About) -> bytes:
    """A document in Akoma Ntoso 3: FRBR identification, preface, body with eIds. Words, numbers and headings come back by `read`."""
    root = etree.Element(f"{{{NAMESPACE}}}akomaNtoso", nsmap={None: NAMESPACE})  # type: ignore[dict-item]  # lxml writes None for no prefix
    holder = _under(root, "bill" if about.kind == "bill" else "act", name="bill" if about.kind == "bill" else "act")
    _meta(holder, about)
    preface = _under(holder, "preface")
    _under(_under(preface, "longTitle"), "p").append(_docs_title(about.title))
    if outline.preface:
        preamble = _under(holder, "preamble")
        for said in outline.preface.split("\n"):
            _under(preamble, "p").text = _clean(said)
    body = _under(holder, "body")
    for piece in outline.pieces:
        _element(body, piece)
    if not outline.pieces:
        _under(_under(_under(body, "hcontainer", name="empty", eId="hcontainer_1"), "content"), "p")
    if outline.closing:
        conclusions = _under(holder, "conclusions")
        for said in outline.closing.split("\n"):
            _under(conclusions, "p").text = _clean(said)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _docs_title(title: str) -> Any:
    node = etree.Element(f"{{{NAMESPACE}}}docTitle")
    node.text = _clean(title)
    return node


def _clean(text: str) -> str:
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text)


def _under(above: Any, tag: str, **attributes: str) -> Any:
    return etree.SubElement(above, f"{{{NAMESPACE}}}{tag}", attributes)


def _meta(holder: Any, about: About) -> None:
    day = (about.dated or about.made or date(1970, 1, 1)).isoformat()
    made = (about.made or about.dated or date(1970, 1, 1)).isoformat()
    country = about.country.lower() or "xx"
    kind = "bill" if about.kind == "bill" else "act"
    language = LANGUAGES.get(about.language, about.language or "und")
    work = f"/akn/{country}/{kind}/{day}/{about.number or 'text'}"
    expression = f"{work}/{language}@{day}"
    identification = _under(_under(holder, "meta"), "identification", source="#migov")
    parts: tuple[tuple[str, str, Mapping[str, str]], ...] = (
        ("FRBRWork", work, {"FRBRcountry": country}),
        ("FRBRExpression", expression, {"FRBRlanguage": language}),
        ("FRBRManifestation", f"{expression}.akn", {}),
    )
    for tag, uri, more in parts:
        part = _under(identification, tag)
        _under(part, "FRBRthis", value=f"{uri}/!main" if tag != "FRBRManifestation" else uri)
        _under(part, "FRBRuri", value=uri)
        if tag == "FRBRWork":
            _under(part, "FRBRalias", value=_clean(about.title), name="title")
        _under(part, "FRBRdate", date=made if tag == "FRBRManifestation" else day, name="generation")
        _under(part, "FRBRauthor", href="#migov")
        for name_of, value in more.items():
            if name_of == "FRBRlanguage":
                _under(part, name_of, language=value)
            else:
                _under(part, name_of, value=value)
    references = _under(holder[0], "references", source="#migov")
    _under(references, "TLCOrganization", eId="migov", href="/ontology/organization/migov", showAs="migov")


def _element(above: Any, piece: Piece) -> None:
    """One piece as an element, with all below it."""
    if piece.kind == "text":
        node = _under(above, "hcontainer", name="text", eId=piece.eid)
    elif piece.kind == "schedule":
        node = _under(above, "hcontainer", name="schedule", eId=piece.eid)
    elif piece.kind == "article":
        unit = piece.unit if piece.unit in ("article", "section", "clause", "rule") else "article"
        node = _under(above, unit, eId=piece.eid)
    elif piece.kind == "paragraph":
        node = _under(above, "paragraph", eId=piece.eid)
    else:
        node = _under(above, piece.kind, eId=piece.eid)
    if piece.number:
        _under(node, "num").text = _number(piece)
    if piece.heading:
        _under(node, "heading").text = _clean(piece.heading)
    said = [line for line in piece.text.split("\n") if line.strip()]
    if not piece.children:
        _paragraphs(_under(node, "content"), said or [""])
        return
    held: Any = None  # the list that is open: points that follow each other stand in one
    for place, child in enumerate(piece.children):
        if child.kind == "point" and held is None:
            held = _under(node, "list", eId=child.eid.rsplit("__", 1)[0])
        elif child.kind != "point":
            held = None
        if not place and said:
            _paragraphs(_under(node if held is None else held, "intro"), said)
        _element(node if held is None else held, child)


def _paragraphs(node: Any, said: Iterable[str]) -> None:
    for line in said:
        _under(node, "p").text = _clean(line)


def _number(piece: Piece) -> str:
    if piece.kind == "paragraph":
        return f"{piece.number}."
    return f"({piece.number})" if piece.kind == "point" else piece.number
