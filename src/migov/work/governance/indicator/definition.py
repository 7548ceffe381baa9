"""The six domains and thirty sub-categories of SDG indicator 10.7.2, and how people spell them. One source: the shipped question set."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

DATA = files("migov.work.governance.assess") / "data" / "sdg-10-7-2.toml"
ALL = "alldomains"
PLACE = re.compile(r"[sq]?0?([1-5]|[a-e])[.)]?")
# Domain and place. Two digits with nothing between them could be a number of another list.
BOTH = re.compile(
    r"(?:domain\s*|dom\s*|d\s*)?([1-6])(?:[\s.,:;/\\-]+s?([1-5])|[\s.,:;/\\-]*([a-e]))(?![^\W_])[.):\s-]*"
)


@dataclass(frozen=True)
class Subcategory:
    """code: as in the question set, "1-4"; number: as people write it, "1.4"."""

    code: str
    title: str
    domain: str
    names: frozenset[str]

    @property
    def number(self) -> str:
        """As people write it."""
        return self.code.replace("-", ".")


@dataclass(frozen=True)
class PolicyDomain:
    """code: as in the published series, "domain1"."""

    code: str
    title: str
    names: frozenset[str]
    subcategories: tuple[Subcategory, ...]

    @property
    def number(self) -> int:
        """1 to 6."""
        return int(self.code.removeprefix("domain"))


@cache
def domains() -> tuple[PolicyDomain, ...]:
    """The six domains in order."""
    read = tomllib.loads(DATA.read_text(encoding="utf-8"))
    return tuple(
        PolicyDomain(
            code=domain["code"],
            title=domain["title"],
            names=_keys(domain["title"], *domain["names"]),
            subcategories=tuple(
                Subcategory(one["code"], one["short"], domain["code"], _keys(one["short"], *one["names"]))
                for one in domain["question"]
            ),
        )
        for domain in read["domain"]
    )


@cache
def subcategories() -> dict[str, Subcategory]:
    """All thirty by code."""
    return {one.code: one for domain in domains() for one in domain.subcategories}


@lru_cache(maxsize=1000)
def domain_of(text: str) -> PolicyDomain | None:
    """The domain that is meant by 1, D1, domain1, domain_1, "1 Migrant rights" or its title; None when it is none of them."""
    key = plain(text)
    bare = re.fullmatch(r"(?:domain|dom|d)?0?([1-6])(.*)", key) if text.strip()[:1] not in ("-", "+") else None
    for domain in domains():
        if key in domain.names:
            return domain
        if (
            bare
            and int(bare[1]) == domain.number
            and (not bare[2] or bare[2] in domain.names or text.strip() == f"{bare[1]}.0")
        ):
            return domain
    return None


@lru_cache(maxsize=2000)
def subcategories_of(text: str, domain: PolicyDomain | None = None) -> tuple[Subcategory, ...]:
    """The sub-categories that may be meant: by place (3, c), by domain and place (1.3, 1_3, D1.3, 1c), by title, or "1.3 title".

    A place alone is one of `domain`'s; without it, one of each domain. Empty when it is none of them, or number and title differ.
    """
    key = plain(text)
    named = tuple(one for one in subcategories().values() if key in one.names)
    if named:
        return named
    words = re.sub(
        r"(?<![a-z])(?:sub[\s-]*categor(?:y|ies)|sub)(?![a-z])", " ", text.casefold().replace("_", " ")
    ).strip()
    if place := PLACE.fullmatch(words):
        return tuple(one.subcategories[_place(place[1]) - 1] for one in domains() if domain in (None, one))
    both = BOTH.match(words)
    if both is None:
        return ()
    one = domains()[int(both[1]) - 1].subcategories[_place(both[2] or both[3]) - 1]
    rest = plain(words[both.end() :])
    return (one,) if not rest or rest in one.names else ()


def plain(text: str) -> str:
    """Letters and digits only, in small letters: what is left when spelling is forgiven."""
    return re.sub(r"[\W_]+", "", text.casefold())


def _keys(*names: str) -> frozenset[str]:
    return frozenset(plain(name) for name in names)


def _place(text: str) -> int:
    return int(text) if text.isdigit() else "abcde".index(text) + 1
