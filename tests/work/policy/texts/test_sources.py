"""The same law out of every kind of file, and files that are not what they say."""

from __future__ import annotations

import io
import json
import time
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from migov.services.files.extraction import Unreadable
from migov.work.policy.texts import akn
from migov.work.policy.texts.outline import outline
from migov.work.policy.texts.sources import outline_of_file, outline_of_path
from migov.work.policy.texts.tree import Outline
from tests.work.policy.texts.test_outline import LAW

ARTICLES = [("1", "Scope"), ("2", "Documents"), ("2 bis", "Transition"), ("3", "Entry into force")]


def found(content: bytes, suffix: str) -> Outline:
    return outline_of_file(io.BytesIO(content), suffix, f"law{suffix}")


def headed(of: Outline) -> list[tuple[str, str]]:
    return [(one.number, one.heading) for one in of.articles()]


def test_plain_text_in_other_encodings_of_line_ends():
    assert headed(found(LAW.replace("\n", "\r\n").encode(), ".txt")) == ARTICLES


def test_markdown_with_front_matter_headings_and_lists():
    text = (
        '---\ntitle: "Law on workers"\n---\n## Chapter I\n### General\n#### Article 1\n##### Scope\nThis Law:\n\n'
        "- (a) **applies** to [workers](x.md);\n"
        "- (b) ends.\n\n#### Article 2\n##### End\nIt ends.\n"
    )
    law = found(text.encode(), ".md")
    assert law.title == "Law on workers" and headed(law) == [("1", "Scope"), ("2", "End")]
    assert [child.text for child in law.articles()[0].children] == ["applies to workers;", "ends."]


def test_a_strategy_without_articles_has_its_headings():
    text = "# Strategy\n\n## Vision\n\nGood migration:\n\n1. Safe.\n2. Orderly.\n3. Regular.\n\n"
    text += "## Aims\n\n### Data\n\nBetter data.\n\n### Rights\n\nRights.\n"
    law = found(text.encode(), ".md")
    assert [(one.kind, one.heading) for one in law.walk() if one.heading][:3] == [
        ("part", "Strategy"),
        ("article", "Vision"),
        ("chapter", "Aims"),
    ]
    assert "headings of the file" in law.doubts[-1]


def test_a_web_page_with_counted_lists():
    page = (
        "<html><head><title>x</title><style>p{}</style></head><body><h1>Law on Work</h1><h3>Article 1</h3><h4>Scope</h4><ol><li>First.</li>"
        "<li>Second:<ol type='a'><li>one;</li><li>two.</li></ol></li></ol><h3>Article 2</h3><h4>End</h4><p>Now.<br>Really.</p>"
        "<script>Article 3</script></body></html>"
    )
    law = found(page.encode(), ".html")
    assert headed(law) == [("1", "Scope"), ("2", "End")]
    assert [piece.label for piece in law.articles()[0].walk()] == [
        "Article 1",
        "Article 1(1)",
        "Article 1(2)",
        "Article 1(2)(a)",
        "Article 1(2)(b)",
    ]


def word(paragraphs: list[str]) -> Document:
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    return document


def saved(document: Document) -> bytes:
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def test_a_word_document():
    assert headed(found(saved(word(LAW.split("\n"))), ".docx")) == ARTICLES


def test_numbers_that_word_counts_by_itself():
    document = Document()
    numbering = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for at, (form, text) in enumerate([("decimal", "Article %1."), ("decimal", "%2."), ("lowerLetter", "(%3)")])
    )
    numbering.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{levels}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="78"><w:abstractNumId w:val="77"/></w:num>'))
    told = "0 Scope|1 This Law applies to:|2 workers;|2 families.|1 It ends.|0 Force|1 Now.|0 End|1 Done."
    for level, text in (one.split(" ", 1) for one in told.split("|")):
        paragraph = document.add_paragraph(text)
        properties = paragraph._p.get_or_add_pPr()
        properties.append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="78"/></w:numPr>')
        )
    law = found(saved(document), ".docx")
    assert headed(law) == [("1", "Scope"), ("2", "Force"), ("3", "End")]
    assert [one.label for one in law.articles()[0].walk()][1:] == [
        "Article 1(1)",
        "Article 1(1)(a)",
        "Article 1(1)(b)",
        "Article 1(2)",
    ]


def test_akoma_ntoso_of_others_is_read():
    law = found(
        b"""<?xml version="1.0"?><akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0"><act name="act"><meta/><body>
        <part eId="p"><num>Part 1</num><heading>General</heading>
        <section eId="s1"><num>1.</num><heading>Scope</heading><subsection><num>(1)</num><intro><p>This Act:</p></intro>
        <paragraph><num>(a)</num><content><p>applies;</p></content></paragraph></subsection></section>
        <section eId="s2"><num>2.</num><heading>Terms</heading><content><blockList><listIntroduction>In this Act</listIntroduction>
        <item><num>(a)</num><p>one</p></item></blockList></content></section></part></body></act></akomaNtoso>""",
        ".xml",
    )
    assert headed(law) == [("1", "Scope"), ("2", "Terms")]
    assert [one.label for one in law.walk()] == [
        "Part 1",
        "Section 1",
        "Section 1(1)",
        "Section 1(1)(a)",
        "Section 2",
        "Section 2(a)",
    ]
    assert law.articles()[1].text == "In this Act"


def test_what_is_written_keeps_words_and_odd_numbers():
    law = outline("Article 3-1 – Terms\nIn this Law:\n(a) a < b & c;\n(b) end.\nArticle 3-2 bis – End\nIt ends.\x0b")
    content = akn.write(law, akn.About("Law", "bill", "xk", "sq"))
    again = akn.read(content, "law.xml")
    assert [(one.kind, one.number, one.heading, one.words()) for one in again.walk()] == [
        (one.kind, one.number, one.heading, one.words()) for one in law.walk()
    ]
    assert b'<list eId="art_3-1__list_1">' in content
    assert b"/akn/xk/bill/" in content and b"sqi" in content and b'eId="art_3-2-bis"' in content


def test_entities_are_not_expanded():
    content = (
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><akomaNtoso><act><body><article><num>1</num>'
        b"<content><p>&x;</p></content></article></body></act></akomaNtoso>"
    )
    law = found(content, ".xml")
    assert "root:" not in law.articles()[0].words()


@pytest.mark.parametrize(
    ("content", "suffix"),
    [(b"not a zip", ".docx"), (b"<akomaNtoso><act>", ".xml"), (b"<akomaNtoso></akomaNtoso>", ".xml"), (b"x", ".exe"), (b"", ".txt"),
     (b"\xff\xfe\xff", ".md")],
)  # fmt: skip
def test_what_cannot_be_read_says_why(content, suffix):
    with pytest.raises(Unreadable):
        found(content, suffix)


def test_the_command_prints_the_structure(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    from migov.site.cli import app

    file = tmp_path / "law.txt"
    file.write_text(LAW)
    with pytest.raises(SystemExit) as ended:
        app(["policy", "outline", str(file), "--json"], standalone_mode=False)
    said = json.loads(capsys.readouterr().out)
    assert ended.value.code == 0
    assert [(one["number"], one["heading"]) for one in said["articles"]] == ARTICLES
    assert said["chapters"] == [
        {"kind": "chapter", "number": "I", "heading": "General Provisions"},
        {"kind": "chapter", "number": "II", "heading": "Final Provisions"},
    ]


def test_the_command_refuses_what_it_cannot_read(tmp_path: Path):
    from migov.site.cli import app
    from migov.site.console import Told

    file = tmp_path / "law.exe"
    file.write_text("x")
    with pytest.raises((Told, SystemExit)):
        app(["policy", "outline", str(file)], standalone_mode=False)


def test_the_same_file_is_read_from_its_path(tmp_path: Path):
    file = tmp_path / "law.txt"
    file.write_text(LAW)
    assert headed(outline_of_path(file)) == ARTICLES


def test_a_real_law_comes_back_from_akoma_ntoso_as_it_went(real):
    law = outline_of_path(real("national_laws/georgia_law_on_international_protection_en.txt"))
    again = akn.read(akn.write(law, akn.About("Law", "act", "ge")), "law.xml")
    assert [(one.kind, one.number, one.heading, one.text, one.eid) for one in again.walk()] == [
        (one.kind, one.number, one.heading, one.text, one.eid) for one in law.walk()
    ]
    assert (again.preface, again.closing) == (law.preface, law.closing)


def test_a_pdf_with_page_heads_and_broken_lines():
    import typst

    long = "Decision on the termination or revocation of the protection of a person, as well as on its extension or on a refusal of it"
    lines = ["LAW ON PROTECTION"]
    for number in range(1, 41):
        lines += [
            f"Article {number} – {long if number % 3 else 'Scope'}",
            f"1. The authority decides within {number} days on an application under Article 7 of this Law or of another law, or:",
            "(a) refers it to a court; or",
            "(b) ends the procedure.",
            "2. The decision says why.",
        ]
    page = '#set page(height: 12cm, numbering: "1", header: [Law on Protection])\n#set text(size: 10pt)\n'
    body = "\n\n".join("".join(f"\\{sign}" if sign in "#*_-." else sign for sign in line) for line in lines)
    law = found(typst.compile((page + body).encode()), ".pdf")
    assert [one.number for one in law.articles()] == [str(number) for number in range(1, 41)]
    assert {one.heading for one in law.articles()} == {long, "Scope"}
    assert all([child.number for child in one.children] == ["1", "2"] for one in law.articles())
    assert all([point.number for point in one.children[0].children] == ["a", "b"] for one in law.articles())
    assert not any("Law on Protection" in one.words() for one in law.articles())


AKN = (
    '<akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0"><act>{preface}<body><article><num>1</num>'
    "<content>{words}</content></article></body>{behind}</act></akomaNtoso>"
)


@pytest.mark.parametrize("part", ["preface", "words"])
def test_many_short_paragraphs_take_no_time(part):
    many = "<p>x</p>" * 50_000
    given = {"preface": "", "words": "<p>y</p>", "behind": "", part: f"<preface>{many}</preface>"}
    given |= {"words": many} if part == "words" else {}
    began = time.process_time()
    law = found(AKN.format(**given).encode(), ".xml")
    took = time.process_time() - began
    said = law.preface if part == "preface" else law.articles()[0].text
    assert said.count("x") == 50_000 and took < 3  # they took minutes, where each was looked up among all others


def test_blocks_within_blocks_and_attachments_within_attachments_are_said_once():
    words = "<p>one <block>two</block></p><wrapUp><p>three</p></wrapUp>"
    inner = "<attachments><attachment><doc><mainBody><p>inner</p></mainBody></doc></attachment></attachments>"
    behind = f"<attachments><attachment><heading>Annex</heading><doc><mainBody><p>outer</p></mainBody>{inner}</doc>"
    behind += "</attachment></attachments>"
    law = found(AKN.format(preface="", words=words, behind=behind).encode(), ".xml")
    assert law.articles()[0].text == "one two\nthree"
    assert [(one.heading, one.text) for one in law.pieces[1:]] == [("Annex", "outer\ninner")]


def test_a_law_that_was_saved_in_an_old_cyrillic_encoding():
    law = (
        "Статья 1. Сфера действия\nНастоящий Закон устанавливает права иностранных граждан, прибывших для работы.\n"
        "Статья 2. Документы\nРаботодатель не вправе хранить паспорт работника.\n"
    )
    assert headed(found(law.encode("cp1251"), ".txt")) == [("1", "Сфера действия"), ("2", "Документы")]
