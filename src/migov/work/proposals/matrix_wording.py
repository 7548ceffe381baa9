"""How results are worded, read by a small set of rules for English.

A result says what will be different ("Border guards apply the referral procedure"), an activity what will be done ("Train border
guards", "Training of border guards"). The rules look at how a title opens and whether it has a predicate; where they are in doubt they
stay silent, because a false remark costs more trust than a missing one.
"""

from __future__ import annotations

import re

# Verbs of doing that open an activity. Those of the second list are nouns as often: they count only before an object.
_VERBS = """
    advocate analyse analyze assist build carry collect compile conduct consult construct contribute convene coordinate co-ordinate
    create define deliver deploy develop disseminate distribute draw elaborate empower enable encourage engage enhance ensure equip
    establish evaluate expand explore facilitate finalise finalize formulate foster furnish harmonise harmonize hire hold identify
    implement improve inform install introduce maintain mentor mobilise mobilize modernise modernize monitor negotiate offer operate
    organise organize prepare procure produce promote provide publish raise recruit refurbish rehabilitate renovate repair scale set
    setup strengthen sustain teach train translate undertake upgrade
"""
_OFTEN_NOUNS = """
    advance assess brief campaign design document draft fund host increase launch map pilot plan print purchase refer reform register
    research review study support survey test transfer update visit
"""
_DOING_NOUNS = """
    acquisition analysis assessment collection compilation conduct construction consultation creation deployment design development
    dissemination distribution drafting elaboration establishment facilitation formulation implementation installation introduction
    mapping mobilisation mobilization organisation organization preparation procurement production promotion provision publication
    purchase recruitment refurbishment rehabilitation renovation repair revision translation undertaking upgrade
"""
_EVENTS = """
    workshop workshops seminar seminars training trainings course courses conference conferences meeting meetings webinar webinars
    study-visit study-visits study-tour study-tours campaign campaigns roundtable roundtables round-table round-tables briefing briefings
"""
_VERB, _NOUN = frozenset(_VERBS.split()), frozenset(_OFTEN_NOUNS.split())
_DOING, _EVENT = frozenset(_DOING_NOUNS.split()), frozenset(_EVENTS.split())
_DOUBLED = {"setting": "set", "mapping": "map", "planning": "plan"}

_LABEL = re.compile(
    r"^\s*(?:(?:output|outcome|result|activity|objective|o|r|a)\s*(?=[\d#:.\-–])|\(?[ivx]{1,4}\)\s|\(?[a-z]\)\s|[•\-–*]\s)?"
    r"\s*(?:#?\d+(?:\.\d+)*[.):]?(?=\s))?\s*[:.\-–)]*\s*",
    re.I,
)
_WORD = re.compile(r"[A-Za-z][\w'’-]*")
_FINITE = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|can|could|will|would|may|do|does|becomes?|remains?|applies|apply|uses|adopts?|adopted|enjoys?|"
    r"exists?|functions?|benefits?\sfrom|gains?|makes?|takes?|receives?|participates?|knows?|understands?|contributes?|responds?)\b"
    r"|\b(?:in|into|at)\s(?:place|use|force|operation|work)\b|\b(?:available|operational|functional|functioning|ready)\b",
    re.I,
)  # fmt: skip
# A participle that says something of what stands before it: at the end, or before what cannot be the noun it belongs to.
_PARTICIPLE = re.compile(
    r"\s(?!(?:need|speed|exceed|indeed|hundred|shed|feed|seed|red|bed|embed|proceed|succeed|related|based|affected|displaced|trafficked)\b)"
    r"(?:re)?\w{2,}(?:ed|built|held|set\sup|made|done|taken|given|written|drawn\sup|put\sin\splace|met)\b"
    r"(?=\s*(?:$|[.,;:)|/]|(?:by|in|to|with|for|on|at|through|according|promptly|rapidly|from|within|under|as|and\s\w+ed)\b))",
    re.I,
)
_NUMBER_OF = re.compile(r"(?:#|no\.?|number|percentage|proportion|per\s?cent|share|%|rate)\s+of\b|%", re.I)
_GOODS = re.compile(
    r"\b(?:train|develop|produc|establish|equip|provid|procur|conduct|organi[sz]|deliver|construct|renovat|rehabilitat|distribut|publish|draft|"
    r"print|purchas|install|prepar|translat|set\sup|carri)(?:p?ed|ied)?\b",
    re.I,
)
_CHANGE = re.compile(
    r"\b(?:appl(?:y|ies|ied|ying)|us(?:e|es|ed|ing)|adopt\w*|improv\w*|increas\w*|reduc\w*|decreas\w*|enhanc\w*|strengthen\w*|able|access|"
    r"benefit\w*|better|safe\w*|more|fewer|less|greater|protect\w*|capable|manage[sd]?|integrat\w*|enforc\w*|contribut\w*|respond\w*|make[sr]?|"
    r"take[sn]?|enjoy\w*|implement\w*|reintegrat\w*|effective\w*|sustainab\w*|capacit\w*)\b",
    re.I,
)
_SECOND = re.compile(r"(?:;|\band\b|,)\s+(?:[\w'’-]+\s+){1,10}?(?:is|are|has|have|will)\b", re.I)
_FIRST = re.compile(r"\b(?:is|are|has|have|will)\b", re.I)
_NEW_SENTENCE = re.compile(r"(?<![A-Z])[.!?]\s+[A-Z]")
MOST_WORDS = 45


def without_label(title: str) -> str:
    """A title without what numbers it: "Output 1.2: Officers apply …" → "Officers apply …"."""
    return title[_LABEL.match(title).end() :] if title else title  # type: ignore[union-attr]


def activity_opening(title: str) -> str:
    """The words that make a title an activity ("Conduct", "Training of"); empty where it is none, or not surely one."""
    plain = without_label(title)
    words = _WORD.findall(plain)
    if not words or _NUMBER_OF.match(plain):
        return ""
    first, second = words[0].lower(), (words[1].lower() if len(words) > 1 else "")
    if (
        first in _VERB
        and second
        and second not in {"of", "is", "are", "up"}
        and not (first == "set" and second == "of")
    ):
        return words[0]
    if first in {"set", "draw", "build", "scale"} and second == "up":
        return f"{words[0]} {words[1]}"
    if first == "study" and second in {"visit", "visits", "tour", "tours"}:
        return f"{words[0]} {words[1]}"
    says = bool(_FINITE.search(plain) or _PARTICIPLE.search(plain))
    if first in _NOUN and second and not says and second not in _NOT_OBJECTS and not _noun_in_ing(second):
        return words[0]
    if _gerund(first) and second and not says and second not in _AFTER_GERUND_NOUNS:
        return f"{words[0]} of" if second == "of" else words[0]
    if first in _DOING and second == "of" and not says:
        return f"{words[0]} of"
    if (
        not says
        and (first in _EVENT or (second in _EVENT and len(words) < 14))
        and re.search(r"\b(?:on|for|of|with|to)\b", plain)
    ):
        return words[0] if first in _EVENT else f"{words[0]} {words[1]}"
    return ""


_NOT_OBJECTS = frozenset({
    "and", "or", "of", "for", "in", "on", "to", "from", "with", "by", "at", "services", "service", "system", "systems", "staff", "centre",
    "centres", "groups", "law", "laws", "structures", "mechanism", "mechanisms", "plan", "plans", "measures", "network", "networks",
    "community", "communities", "population", "populations", "country", "countries", "family", "families", "government",
})  # fmt: skip
_AFTER_GERUND_NOUNS = frozenset({
    "and", "or", "materials", "material", "curricula", "curriculum", "conditions", "standards", "capacity", "capacities", "system",
    "systems", "centre", "centres", "institutions", "providers", "framework", "needs", "mechanism", "mechanisms", "process",
    "environment", "authorities",
})  # fmt: skip


def _noun_in_ing(word: str) -> bool:
    """Whether a word in -ing makes a compound with the noun before it: "support staffing", but not "review existing"."""
    return word.endswith("ing") and word not in {"existing", "ongoing", "remaining"}


def _gerund(word: str) -> bool:
    """Whether a word is the -ing form of a verb of doing: "organising", "providing"."""
    if not word.endswith("ing"):
        return False
    stem = _DOUBLED.get(word, word[:-3])
    return any(verb in _VERB or verb in _NOUN for verb in (stem, f"{stem}e"))


def reads_as_output(title: str) -> str:
    """The word by which an outcome only says what is handed over ("trained", "developed"); empty where it names a change."""
    plain = without_label(title)
    if _CHANGE.search(plain):
        return ""
    found = _GOODS.search(plain)
    return found[0] if found and (_PARTICIPLE.search(f" {plain}") or _FINITE.search(plain)) else ""


def reads_as_indicator(title: str) -> bool:
    """Whether a result is worded as something to measure: "Number of laboratories set up"."""
    return bool(_NUMBER_OF.match(without_label(title)))


def several(title: str) -> bool:
    """Whether a title holds more than one result: two sentences, two predicates joined, or more words than one result needs."""
    plain = without_label(title)
    if _NEW_SENTENCE.search(plain) or len(plain.split()) > MOST_WORDS:
        return True
    first = _FIRST.search(plain)
    return bool(first and _SECOND.search(plain, first.end()))
