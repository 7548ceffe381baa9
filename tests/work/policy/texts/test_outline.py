"""From the lines of a law to its structure, on small texts written for these tests."""

from __future__ import annotations

import pytest

from migov.work.policy.texts.outline import outline
from migov.work.policy.texts.tree import Outline, as_json


def numbers(found: Outline) -> list[str]:
    return [piece.number for piece in found.articles()]


def headed(found: Outline) -> list[tuple[str, str]]:
    return [(piece.number, piece.heading) for piece in found.articles()]


LAW = """LAW ON FOREIGN WORKERS

Chapter I
General Provisions
Article 1 – Scope
1. This Law applies to foreigners who:
a) are recruited for work;
b) work at home:
i) for a household;
ii) for themselves.
2. It does not apply to diplomats.
Article 2 – Documents
No employer may keep the passport of a worker under
Article 1 of this Law.
Chapter II
Final Provisions
Article 2 bis – Transition
Permits stay valid.
Article 3 – Entry into force
This Law enters into force on 1 May 2027.
President of Ruritania
"""


def test_chapters_articles_paragraphs_and_points_stand_where_they_belong():
    found = outline(LAW)
    assert found.title == "LAW ON FOREIGN WORKERS"
    assert headed(found) == [("1", "Scope"), ("2", "Documents"), ("2 bis", "Transition"), ("3", "Entry into force")]
    assert [(one.number, one.heading) for one in found.pieces] == [
        ("I", "General Provisions"),
        ("II", "Final Provisions"),
    ]
    labels = [piece.label for piece in found.articles()[0].walk()]
    assert labels == [
        "Article 1", "Article 1(1)", "Article 1(1)(a)", "Article 1(1)(b)", "Article 1(1)(b)(i)", "Article 1(1)(b)(ii)", "Article 1(2)"
    ]  # fmt: skip
    eids = [piece.eid for piece in found.articles()[0].walk()]
    assert eids[1:3] == ["art_1__para_1", "art_1__para_1__list_1__point_a"]
    assert [piece.eid for piece in found.articles()][2] == "art_2-bis"
    assert found.closing == "President of Ruritania"
    assert found.doubts == []


def test_a_reference_at_the_beginning_of_a_line_is_no_article():
    assert "Article 1 of this Law" in outline(LAW).articles()[1].words()


def test_a_table_of_contents_is_not_counted_and_gives_headings_that_the_body_has_not():
    entries = ["Short title.", "Meaning of words.", "Entry into the country.", "Permits.", "Offences and\npenalties."]
    contents = "\n".join(f"{number}. {entry}" for number, entry in enumerate(entries, 1))
    body = "\n".join(
        f"{number}. (1) The Minister shall do what section {number} asks, with all that this needs.\n(2) It is done at once."
        for number in range(1, 6)
    )
    found = outline(f"IMMIGRATION ACT\nARRANGEMENT OF SECTIONS\nPART I\n{contents}\nPART I\nPRELIMINARY\n{body}\n")
    assert headed(found) == [
        ("1", "Short title"), ("2", "Meaning of words"), ("3", "Entry into the country"), ("4", "Permits"), ("5", "Offences and penalties"),
    ]  # fmt: skip
    assert [(one.number, one.heading) for one in found.pieces] == [("I", "PRELIMINARY")]
    assert found.articles()[0].label == "Section 1" and found.articles()[0].eid == "sec_1"


def test_sections_inserted_by_an_amending_act_are_not_its_own():
    found = outline(
        "1. Short title\nThis Act is the Amendment Act.\n2. Section 5 amended\nAfter section 5 insert:\n“5A. Stateless persons\n(1) A"
        " stateless person may apply.\n6. Children\nA child may apply.”\n3. Commencement\nThis Act commences on assent."
    )
    assert numbers(found) == ["1", "2", "3"]
    assert "A stateless person may apply" in found.articles()[1].words()


def test_numbers_that_are_missing_or_twice_are_told():
    law = "\n".join(f"Article {n}\nHeading {n}\nWhat article {n} says is said here." for n in (1, 2, 4, 5, 5, 6))
    found = outline(law)
    assert numbers(found) == ["1", "2", "4", "5", "6"]
    assert any("article 2 is followed by 4" in doubt for doubt in found.doubts)


def test_a_stray_lower_number_is_text():
    found = outline(
        "\n".join(
            [
                *(f"{n}. Heading {n}\nThe rule of section {n} is that it holds." for n in range(1, 6)),
                "3. Not a section but a footnote",
                "6. Last\nThe end.",
            ]
        )
    )
    assert numbers(found) == ["1", "2", "3", "4", "5", "6"]
    assert "Not a section but a footnote" in found.articles()[4].words()


def test_odd_numbers_of_points_are_kept_and_made_safe():
    before = "\n".join(f"({letter}) term {letter};" for letter in "abcdefghijklmnop")
    after = "\n".join(f"({letter}) term {letter};" for letter in "rstuvwxyz")
    found = outline(
        f"Article 1 – Terms\nIn this Law:\n{before}\n(q) home means:\n(q.a) a house;\n(q.b) a flat;\n{after}\n(z\n1\n) a centre;\n"
        "Article 2 – End\nIt ends."
    )
    terms = found.articles()[0].children
    assert [piece.number for piece in terms] == [*"abcdefghijklmnopqrstuvwxyz", "z^1"]
    assert [piece.number for piece in terms[16].children] == ["q.a", "q.b"]
    assert terms[16].children[0].eid == "art_1__list_1__point_q__list_1__point_q-a"
    assert terms[-1].eid == "art_1__list_1__point_z-1"


def test_words_after_a_list_belong_to_what_holds_the_list():
    found = outline(
        "Article 1\n1. A person who:\n(a) enters;\n(b) stays;\nshall register.\nArticle 2\n1. It ends.\n2. Now."
    )
    paragraph = found.articles()[0].children[0]
    assert [child.kind for child in paragraph.children] == ["point", "point", "text"]
    assert paragraph.children[2].text == "shall register."


@pytest.mark.parametrize(
    ("article", "chapter"),
    [
        ("Статья {}. {}", "Глава {}"), ("Стаття {}. {}", "Розділ {}"), ("მუხლი {}. {}", "თავი {}"), ("Neni {}\n{}", "KREU {}"),
        ("Член {}\n{}", "Глава {}"), ("Articolul {}. {}", "Capitolul {}"), ("Madde {} – {}", "BÖLÜM {}"), ("Maddə {}. {}", "Fəsil {}"),
        ("Հոդված {}. {}", "Գլուխ {}"), ("{}-бап. {}", "{}-тарау"), ("{}-берене. {}", "{}-глава"), ("{}-modda. {}", "{}-bob"),
        ("Моддаи {}. {}", "Боби {}"), ("Члан {}.\n{}", "Поглавље {}"), ("Članak {}.\n{}", "Poglavlje {}"),
    ],
)  # fmt: skip
def test_articles_are_found_in_the_languages_of_the_region(article, chapter):
    words = "Ҳар Текст Şəxs"
    lines = []
    for number in range(1, 7):
        if number in (1, 4):
            lines += [chapter.format("I" if number == 1 else "II"), f"{words} глава"]
        lines += [article.format(number, f"{words} {number}"), f"1. {words} қоида.", f"2. {words} қоида."]
    found = outline("\n".join(lines))
    assert numbers(found) == ["1", "2", "3", "4", "5", "6"]
    assert [piece.heading for piece in found.articles()] == [f"{words} {number}" for number in range(1, 7)]
    if chapter not in ("Боби {}", "{}-тарау", "{}-глава", "{}-bob"):
        assert [piece.number for piece in found.pieces] == ["I", "II"]


def test_headings_above_the_number_are_found():
    law = "ZAKON O STRANCIMA\n" + "\n".join(
        f"Predmet zakona {n}\nČlan {n}.\nOvim zakonom se uređuje pitanje {n}.\n(2) Strani državljanin ima prava."
        for n in range(1, 7)
    )
    found = outline(law)
    assert headed(found) == [(str(n), f"Predmet zakona {n}") for n in range(1, 7)]
    assert "Predmet zakona 2" not in found.articles()[0].words()


def test_a_text_without_articles_is_kept_and_says_so():
    found = outline("A letter to the Minister.\nWe thank you.")
    assert found.articles() == []
    assert "We thank you." in found.preface
    assert found.doubts == ["No articles were found."]


def test_schedules_stand_behind_the_articles():
    found = outline(
        "ACT\n"
        + "\n".join(f"{n}. Heading {n}\nThe rule {n} holds." for n in range(1, 5))
        + "\nFIRST SCHEDULE\nFORMS\n1. A form.\n2. Another form.\n"
    )
    assert numbers(found) == ["1", "2", "3", "4"]
    assert [(piece.kind, piece.number, piece.heading) for piece in found.pieces[-1:]] == [
        ("schedule", "First", "FORMS")
    ]
    assert len(found.pieces[-1].children) == 2


def test_every_word_of_the_body_is_kept():
    body = LAW.split("Chapter I\n", 1)[1]
    found = outline(LAW)
    kept = " ".join([found.closing, *(" ".join((piece.number, piece.heading, piece.text)) for piece in found.walk())])
    missing = [word for word in body.replace(")", " ").split() if word.strip(".;:–") not in kept]
    assert [word for word in missing if word not in ("Chapter", "Article", "–")] == []


def test_the_answer_for_programs_names_part_chapter_and_place():
    said = as_json(outline(LAW))
    assert said["articles"][2] == {
        "number": "2 bis", "heading": "Transition", "kind": "article", "part": "", "chapter": "II", "eid": "art_2-bis"
    }  # fmt: skip
    assert said["counts"]["articles"] == 4 and said["counts"]["points"] == 4


def test_lines_made_to_take_long_do_not():
    law = "1. " + "." * 200_000 + "x\n2. " + "a) " * 50_000 + "\n3. " + "*" * 60_000 + "\n4. End\nIt ends."
    assert isinstance(outline(law), Outline)


def test_a_treaty_in_two_languages_is_counted_once():
    said = "".join(f"Article {n}\nHeading {n}\nEvery person has right {n}.\n" for n in range(1, 6))
    other = "".join(f"Artikel {n}\nKop {n}\nIedereen heeft recht {n}.\n" for n in range(1, 6))
    found = outline(f"CONVENTION ON RIGHTS\n{said}{other}")
    assert numbers(found) == ["1", "2", "3", "4", "5"]
    assert "Iedereen" not in found.articles()[-1].words()
    assert [piece.heading for piece in found.attached[0].articles()] == [f"Kop {n}" for n in range(1, 6)]


def test_sections_with_chapters_in_their_numbers():
    chapters = []
    for chapter in (1, 2, 5):
        listed = [f"§ {chapter}.{n}. Matter {n}." for n in (1, 2, 3)]
        body = [f"§ {chapter}.{n}. Matter {n}.\nThe rule of this section is that it holds for all." for n in (1, 2, 3)]
        chapters += [f"Chapter {chapter}.", "MATTERS", *listed, *body]
    found = outline("CODE OF LAWS\n" + "\n".join(chapters))
    assert numbers(found) == ["1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "5.1", "5.2", "5.3"]
    assert [piece.number for piece in found.pieces] == ["1", "2", "5"]
    assert found.doubts == []


def test_chapters_that_are_only_numbered_and_headings_above():
    law = ["ZAKON O STRANCIMA", "", "I OSNOVNE ODREDBE", ""]
    for n in range(1, 7):
        if n == 4:
            law += ["II ULAZAK STRANACA", ""]
        law += [
            f"Naslov {n}",
            "",
            f"Član {n}",
            "",
            "Ovim zakonom uređuje se jedno pitanje:",
            "1)podatak od interesa;",
            "2) drugi podatak.",
            "",
        ]
    found = outline("\n".join(law))
    assert headed(found) == [(str(n), f"Naslov {n}") for n in range(1, 7)]
    assert [(one.number, one.heading, len(one.children)) for one in found.pieces] == [
        ("I", "OSNOVNE ODREDBE", 3),
        ("II", "ULAZAK STRANACA", 3),
    ]
    assert [one.number for one in found.articles()[0].children] == ["1", "2"]
