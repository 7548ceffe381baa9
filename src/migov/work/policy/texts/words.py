"""The words by which articles, parts, chapters and annexes call themselves in the languages of the region."""

from __future__ import annotations

import re

# What an article is called, before its number. The kind says how it is cited.
ARTICLES = {
    "article": (
        "Article", "Статья", "Стаття", "მუხლი", "Neni", "Член", "Члан", "Članak", "Član", "Articolul", "Art", "Madde", "MADDE",
        "Maddə", "Հոդված", "Модда", "Моддаи", "Artículo", "Artikel", "Artikull", "Артыкул", "סעיף", "Čl", "Бап", "Берене",
    ),
    "section": ("Section", "Sec", "§", "§§"),
    "clause": ("Clause",),
    "regulation": ("Regulation", "Reg"),
    "rule": ("Rule",),
}  # fmt: skip
# And after it: "12-бап", "5-модда", "Madde" stands before, "12-modda" after.
ARTICLES_AFTER = ("бап", "берене", "модда", "modda", "мадда", "статья", "madde")
# Laws whose articles carry their heading above the number.
CONTAINERS = {
    "part": (
        "Part", "Часть", "Частина", "Част", "ნაწილი", "კარი", "Pjesa", "Deo", "Dio", "Део", "Дио", "Дел", "Partea", "Kısım", "Hissə",
        "Մաս", "Частка", "Qism", "Қисм",
    ),
    "title": ("Title", "Titulli", "Titlul", "Раздзел", "Наслов", "Book", "Книга"),
    "chapter": (
        "Chapter", "Глава", "Розділ", "თავი", "Kreu", "Поглавје", "Поглавље", "Poglavlje", "Glava", "Capitolul", "Bölüm", "Fəsil",
        "Գլուխ", "Bob", "Боб", "Тарау", "Разделение", "Kapitulli",
    ),
    "section": (
        "Section", "Раздел", "Seksioni", "Secțiunea", "Secţiunea", "Odeljak", "Odjeljak", "Одељак", "Оддел", "Bölmə", "Бөлім", "Бөлүм",
        "Bo‘lim", "Bo'lim", "Бўлим", "Фасл", "Բաժին", "Ayrım", "Sub-Part", "Subpart", "Division", "Subtitle", "Параграф",
    ),
    "schedule": (
        "Schedule", "Annex", "Appendix", "Приложение", "Додаток", "დანართი", "Shtojca", "Anexa", "Ek", "Əlavə", "Прилог", "Prilog",
        "Қосымша", "Тиркеме", "Ilova", "Замима", "Հավելված", "Дадатак",
    ),
}  # fmt: skip
CONTAINERS_AFTER = {
    "chapter": ("тарау", "bob", "боб", "bölüm", "глава"),
    "section": ("бөлім", "бөлүм", "bo‘lim", "bo'lim", "бўлим"),
    "part": ("kısım", "qism"),
}
RANKS = {"schedule": 0, "part": 1, "title": 2, "chapter": 3, "section": 4}
CONTENTS = re.compile(
    r"^(?:(?:arrangement|index|table|list)\s+of\s+(?:contents|sections|clauses|articles|provisions|regulations|paragraphs)|contents"
    r"|содержание|оглавление|зміст|სარჩევი|përmbajtja|садржај|sadržaj|cuprins|i̇çindekiler|içindekiler|mündəricat)\W*$",
    re.IGNORECASE,
)
ORDINALS = (
    "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth"
)
NUMBER_WORDS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
SUFFIX = r"(?:\s?(?:bis|ter|quater|quinquies|sexies|septies|octies)\b)?"
NUMBER = rf"\d{{1,4}}(?:[⁰¹²³⁴⁵⁶⁷⁸⁹]+|\^\d+)?(?:[-–.]\d{{1,3}})*(?:\s?-?[A-Za-zА-Яа-я]{{1,2}}(?![\w’'])(?!\)))?{SUFFIX}"
ROMAN_NUMBER = r"[IVXLCDMІХМС]{1,8}(?:[-–.]?(?:\d+|[A-H]))?(?![\w’'])"


def _any(words: tuple[str, ...] | list[str]) -> str:
    return "|".join(sorted((re.escape(word) for word in words), key=len, reverse=True))


KIND_OF_ARTICLE = {word.casefold(): kind for kind, words in ARTICLES.items() for word in words} | {
    word.casefold(): "article" for word in ARTICLES_AFTER
}
_ALL = [word for words in ARTICLES.values() for word in words]
ARTICLE_LINE = re.compile(
    rf"^(?P<word>{_any(_ALL)})(?![^\W\d_])(?P<dot>\.?)\s*(?:No\.?\s*|№\s*)?(?P<number>{NUMBER}|{ROMAN_NUMBER}|[A-Z](?![\w’'.]))"
    r"(?P<mark>\s*[.:–—)-]+(?=\s|$)|\s*[–—]\s*|)(?P<rest>.*)$",
    re.IGNORECASE,
)
ARTICLE_AFTER_LINE = re.compile(
    rf"^(?P<number>{NUMBER})\s*[-–.]?\s*(?P<word>{_any(list(ARTICLES_AFTER))})(?P<mark>\s*[.:–—]+(?=\s|$)|)(?P<rest>.*)$",
    re.IGNORECASE,
)
SECTION_LINE = re.compile(
    r"^(?P<number>\d{1,3}(?:[A-Z]{1,2}\d?)?(?:\.\d{1,3})?(?:\s(?:bis|ter|quater))?)\s?(?P<mark>\.\s?[—–-]|\.|[—–](?=\s*\())\s*(?P<rest>(?!\d).*)$"
)
_KINDS_OF_CONTAINER = {word.casefold(): kind for kind, words in CONTAINERS.items() for word in words}
_CONTAINER_WORDS = _any([word for kind, words in CONTAINERS.items() for word in words if kind != "schedule"])
CONTAINER_LINE = re.compile(
    rf"^(?:THE\s+)?(?P<word>{_CONTAINER_WORDS})(?!\w)\s*(?P<number>{ROMAN_NUMBER}|{NUMBER}|[A-Z](?![\w’'])|(?:{NUMBER_WORDS}|{ORDINALS})\b"
    r"|[^\W\d_]{4,12}(?=$))(?P<mark>\s*[.:–—-]*)(?P<rest>.*)$",
    re.IGNORECASE,
)
_AFTER = {word.casefold(): kind for kind, words in CONTAINERS_AFTER.items() for word in words}
CONTAINER_AFTER_LINE = re.compile(
    rf"^(?P<number>\d{{1,3}}|{ROMAN_NUMBER}|[^\W\d_]{{4,12}})\s*[-–.]?\s*(?P<word>{_any(list(_AFTER))})(?P<mark>\s*[.:–—-]*)(?P<rest>.*)$",
    re.IGNORECASE,
)
SCHEDULE_LINE = re.compile(
    rf"^(?:THE\s+)?(?:(?P<before>{ORDINALS})\s+)?(?P<word>{_any(list(CONTAINERS['schedule']))})(?!\w)"
    rf"(?:\s*(?:№|No\.?)?\s*(?P<number>{ROMAN_NUMBER}|\d{{1,3}}[A-Z]?|[A-Z](?![\w’'])|(?:{NUMBER_WORDS})\b))?(?P<mark>\s*[.:–—-]*)(?P<rest>.*)$",
    re.IGNORECASE,
)
# "II. RIGHTS OF FOREIGNERS": chapters that are only numbered, as in laws of the western Balkans and in protocols.
BARE_CHAPTER = re.compile(r"^(?P<number>[IVXLC]{1,7})(?P<mark>[.)–—-]?)\s+(?P<rest>[^\W\d_].{2,140})$")
ATTACHED = re.compile(r"^\W*(?:SUBSIDIARY LEGISLATION|SUBORDINATE LEGISLATION)\W*$", re.IGNORECASE)
CLOSING = re.compile(
    r"^(?:Done (?:at|in)\b|In (?:witness|faith) whereof|For the European Parliament\b|President of \w+\s{2,}"
    r"|(?:The )?President of (?:the )?[A-Z]\w+(?: [A-Z]\w+)*\s*$|Президент (?:Р|К|У|Т|р)|Председатель\b.{0,60}$|საქართველოს პრეზიდენტი"
    r"|(?:Made|Passed|Assented to) (?:this|on|in)\b|OBJECTS AND REASONS)"
)


def kind_of_container(word: str) -> str:
    """Part, title, chapter, section or schedule. Raises KeyError for a word that is none."""
    word = word.casefold()
    return _AFTER[word] if word in _AFTER and word not in _KINDS_OF_CONTAINER else _KINDS_OF_CONTAINER[word]
