"""The shipped register as it lies in files: mechanisms, what sources say of them, and the names of bodies and sources."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from django.core.exceptions import ValidationError

from migov.foundation.partial_dates import check
from migov.work.cooperation.models import Chair, Field, MechanismState, MechanismType, Part

DATA = files("migov.work.cooperation.mechanisms") / "data"
KINDS = ("consultation.toml", "integration.toml", "networks.toml", "organisations.toml", "initiatives.toml")


class RegisterFault(ValueError):
    """A shipped file that says what cannot be. The text names the file and the mechanism."""


@dataclass(frozen=True, slots=True)
class Line:
    """One sourced row. what: "fact", "member" or "chair". who: code of a place (upper case) or of a body; empty for a fact.

    word: the field, the part or the role. text: the value of a fact, or the source's own word for a part.
    """

    what: str
    word: str
    text: str
    source: str
    as_of: str
    who: str = ""
    since: str = ""
    until: str = ""
    note: str = ""
    order: int = 0

    @property
    def is_place(self) -> bool:
        return self.who.isupper()


@dataclass(slots=True)
class Stated:
    """A mechanism as its file states it."""

    code: str
    title: str
    type: str
    short_name: str = ""
    state: str = MechanismState.ACTIVE
    website: str = ""
    our_role: str = ""
    successor: str = ""
    body: str = ""
    themes: tuple[str, ...] = ()
    lines: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class Register:
    """All that is shipped. bodies: code → (name, short name)."""

    mechanisms: list[Stated]
    bodies: dict[str, tuple[str, str]]


def digest(home: Traversable = DATA) -> str:
    """One word for all that is shipped; it changes with any of the files."""
    seen = hashlib.sha256()
    for file in sorted(home.iterdir(), key=lambda one: one.name):
        if file.name.endswith(".toml"):
            seen.update(file.name.encode() + b"\0" + file.read_bytes())
    return seen.hexdigest()


def read_register(home: Traversable = DATA) -> Register:
    """Read the shipped files. Raises RegisterFault for a row without a source, an unknown word or an impossible date."""
    groups: dict[str, str] = _toml(home / "groups.toml")
    bodies = {code: (name, short) for code, (name, short) in _toml(home / "bodies.toml")["names"].items()}
    found: list[Stated] = []
    for name in KINDS:
        file = _toml(home / name)
        found += [_mechanism(name, row, file["sources"], groups) for row in file.get("mechanism", ())]
    codes = [one.code for one in found]
    twice = {code for code in codes if codes.count(code) > 1}
    if twice:
        raise RegisterFault(f"named twice: {', '.join(sorted(twice))}")
    known = {*codes}
    for one in found:
        if one.successor and one.successor not in known:
            raise RegisterFault(f"{one.code}: there is no {one.successor}")
        for line in one.lines:
            if line.who and not line.is_place and line.who not in bodies:
                raise RegisterFault(f"{one.code}: there is no body {line.who}")
    return Register(found, bodies)


def _toml(file: Traversable) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _mechanism(file: str, row: Mapping[str, Any], sources: Mapping[str, Any], groups: Mapping[str, str]) -> Stated:
    where = f"{file}, {row['code']}"
    try:
        lines = [*_facts(row, sources), *_members(row, sources, groups), *_chairs(row, sources)]
    except KeyError as missing:
        raise RegisterFault(f"{where}: {missing} is not known") from missing
    _words(where, row, lines)
    own = {name: row[name] for name in Stated.__dataclass_fields__ if name in row and name not in ("themes", "lines")}
    return Stated(**own, themes=tuple(row.get("themes", ())), lines=lines)


def _facts(row: Mapping[str, Any], sources: Mapping[str, Any]) -> Iterator[Line]:
    for order, (word, value, source, *note) in enumerate(row.get("facts", ())):
        text, as_of = sources[source]
        yield Line("fact", word, value, text, as_of, note="".join(note), order=order)


def _members(row: Mapping[str, Any], sources: Mapping[str, Any], groups: Mapping[str, str]) -> Iterator[Line]:
    for block in row.get("members", ()):
        text, as_of = sources[block["source"]]
        who = [code for word in block.get("places", "").split() for code in groups.get(word, word).split()]
        for code in (*who, *block.get("bodies", "").split()):
            yield Line(
                "member", block["part"], block.get("wording", ""), text, as_of, code,
                block.get("since", {}).get(code, ""), block.get("until", {}).get(code, ""), block.get("note", ""),
            )  # fmt: skip


def _chairs(row: Mapping[str, Any], sources: Mapping[str, Any]) -> Iterator[Line]:
    for who, role, since, until, source, *note in row.get("chairs", ()):
        text, as_of = sources[source]
        yield Line("chair", role, "", text, as_of, who, since, until, "".join(note))


KNOWN_WORDS = {"fact": set(Field.values), "member": set(Part.values), "chair": set(Chair.Role.values)}


def _words(where: str, row: Mapping[str, Any], lines: list[Line]) -> None:
    if row["type"] not in MechanismType.values or row.get("state", "active") not in MechanismState.values:
        raise RegisterFault(f"{where}: type or state is not known")
    for line in lines:
        if line.word not in KNOWN_WORDS[line.what]:
            raise RegisterFault(f"{where}: {line.word} is not known")
        if not line.source:
            raise RegisterFault(f"{where}: {line.what} without a source")
        for text in (line.as_of, line.since, line.until):
            try:
                check(text)
            except ValidationError as error:
                raise RegisterFault(f"{where}: {text} is no date") from error
