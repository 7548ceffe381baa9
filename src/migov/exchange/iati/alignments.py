"""Published tags, policy markers and sector codes as alignments.

Tags of SDG goals and targets, SDG sectors, tags that name an element of a loaded framework, and policy markers are what the reporting
organisation says: confirmed. A purpose code of the DAC only hints at an element: proposed, for a person to decide.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from migov.exchange.iati import codes
from migov.exchange.iati.shapes import to_json
from migov.foundation.frameworks.models import Element
from migov.services.alignment.models import Origin, Significance, Status
from migov.services.alignment.shares import sums_to_whole

PREFIXED = re.compile(r"([A-Za-z]+)[\s:/_.-]*(.+)").fullmatch
SDG_INDICATOR = re.compile(r"(?i)(?:sdg\s*)?(\d{1,2}\.[0-9a-z]{1,2})\.\d{1,2}[a-z]?\b").match
LONGEST_SOURCE = 255
# Framework codes that are ordinary words: in somebody else's address they mean something else.
ORDINARY_WORDS = frozenset({"strategy"})


class Finding(NamedTuple):
    """An element that a published code points to."""

    element: int
    framework: str
    origin: str
    significance: str
    status: str
    note: str
    what: str
    code: str
    share: str | None = None

    @property
    def strength(self) -> tuple[bool, bool]:
        return self.status == Status.CONFIRMED, self.significance == Significance.PRINCIPAL


class AlignmentRules:
    """Looks published codes up in the frameworks that are loaded. Codes of elements that are not loaded are counted."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.not_loaded: Counter[str] = Counter()
        self._elements: dict[tuple[str, str], int] = {}
        self._frameworks: dict[str, str] = {}
        loaded = Element.objects.filter(retired_at__isnull=True)
        for pk, framework, short, code in loaded.values_list("pk", "framework__code", "framework__short_title", "code"):
            self._elements[framework, code.lower()] = pk
            self._frameworks[framework.lower()] = framework
            self._frameworks[short.lower()] = framework
        self._known: dict[tuple[str, ...], tuple[Finding, ...]] = {}

    def fingerprint(self) -> str:
        """Which elements can be found; changes when a framework is loaded."""
        return to_json(sorted(f"{framework} {code}" for framework, code in self._elements))

    def find(self, kind: str, vocabulary: str, code: str, significance: str = "", uri: str = "") -> tuple[Finding, ...]:
        """The elements that one classification points to. `kind`: tag, sector, marker or indicator."""
        key = (kind, vocabulary, code, significance, uri)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = tuple(self._find(*key))
        if not found and (missed := self._missing(kind, vocabulary, code, uri)):
            self.not_loaded[missed] += 1
        return found

    def _find(self, kind: str, vocabulary: str, code: str, significance: str, uri: str) -> Iterable[Finding]:
        code = code.strip()
        if kind == "marker":
            yield from self._marker(vocabulary, code, significance)
        elif kind == "sector" and vocabulary == "1":
            for proposal in codes.proposals("sector_to_gcm").get(code, ()):
                element = self._elements.get((proposal.framework, proposal.element.lower()))
                if element is not None:
                    yield Finding(
                        element, proposal.framework, Origin.SECTOR.value, Significance.SIGNIFICANT.value,
                        Status.PROPOSED.value, proposal.reason, "sector code", code,
                    )  # fmt: skip
        else:
            framework, wanted = self._named(kind, vocabulary, code, uri)
            element = self._elements.get((framework, wanted.lower()))
            if element is not None:
                what = {"tag": "tag", "sector": "sector", "indicator": "indicator reference"}[kind]
                yield Finding(
                    element, framework, Origin.PUBLISHED.value, Significance.SIGNIFICANT.value, Status.CONFIRMED.value,
                    "", what, code,
                )  # fmt: skip

    def _named(self, kind: str, vocabulary: str, code: str, uri: str) -> tuple[str, str]:
        """(framework, element) that a code of a vocabulary names; the framework is empty where it names none."""
        if (kind, vocabulary) in (("tag", "2"), ("tag", "3"), ("sector", "7"), ("sector", "8")):
            return "sdg", re.sub(r"(?i)^sdg[\s:_-]*", "", code)
        if (kind, vocabulary) == ("indicator", "9"):
            target = SDG_INDICATOR(code)
            return "sdg", target[1] if target else ""
        if vocabulary != "99":
            return "", ""
        prefixed = PREFIXED(code)
        if prefixed and (framework := self._frameworks.get(prefixed[1].lower())):
            return framework, prefixed[2]
        last = uri.rstrip("/#").rpartition("/")[2].lower()
        if last not in ORDINARY_WORDS and (framework := self._frameworks.get(last)):
            return framework, code
        return "", ""

    def _marker(self, vocabulary: str, code: str, significance: str) -> Iterable[Finding]:
        if vocabulary != "1":
            return
        degrees = codes.degrees()
        degree = degrees.get((code, significance)) or degrees.get(("", significance), "none")
        if degree == "none":
            return
        for proposal in codes.proposals("markers").get(code, ()):
            element = self._elements.get((proposal.framework, proposal.element.lower()))
            if element is not None:
                yield Finding(
                    element, proposal.framework, Origin.PUBLISHED.value, degree, Status.CONFIRMED.value, proposal.reason,
                    "policy marker", code,
                )  # fmt: skip

    def _missing(self, kind: str, vocabulary: str, code: str, uri: str) -> str:
        if (kind, vocabulary) in (("tag", "2"), ("sector", "7")):
            return f"SDG goal {code}"
        if (kind, vocabulary) in (("tag", "3"), ("sector", "8")):
            return f"SDG target {code}"
        if (kind, vocabulary) == ("indicator", "9"):
            return f"SDG indicator {code}"
        framework, element = self._named(kind, vocabulary, code, uri)
        return f"{framework} {element}" if framework else ""

    def rows(self, record: int, findings: list[Finding], at: Any) -> list[tuple[Any, ...]]:
        """One alignment row for each element: the strongest finding wins, with the share that any of them gives."""
        best: dict[int, Finding] = {}
        for finding in findings:
            held = best.get(finding.element)
            if held is None:
                best[finding.element] = finding
            else:
                stronger, weaker = (finding, held) if finding.strength > held.strength else (held, finding)
                share = stronger.share if stronger.share is not None else weaker.share
                best[finding.element] = stronger._replace(share=share)
        shared = _frameworks_with_shares(best.values())
        return [
            (
                record, f.element, f.origin, f.significance, f.status, f.share if f.framework in shared else None, f.note,
                f"IATI {f.what} {f.code}, {self.source}"[:LONGEST_SOURCE], None, at if f.status == "confirmed" else None, at,
            )
            for f in best.values()
        ]  # fmt: skip


def _frameworks_with_shares(findings: Iterable[Finding]) -> set[str]:
    """Frameworks in which every confirmed element has a share and the shares make a hundred."""
    shares: dict[str, list[str | None]] = defaultdict(list)
    for finding in findings:
        if finding.status == Status.CONFIRMED:
            shares[finding.framework].append(finding.share)
    return {
        framework
        for framework, given in shares.items()
        if None not in given and sums_to_whole(Decimal(share) for share in given if share)
    }
