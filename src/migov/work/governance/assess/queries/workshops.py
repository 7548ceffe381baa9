"""What is on the screen of a workshop, and what its minutes say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count

from migov.foundation.people.access import Viewer
from migov.work.governance.assess.queries.sheets import Line, sheet, standings
from migov.work.governance.models import Answer, Option, Question, Side, Workshop


@dataclass(frozen=True, slots=True)
class Bar:
    """How many voted for an option: by device, by hands counted in the room, together, and as a share of all votes (0 to 1)."""

    option: Option
    devices: int
    hands: int
    share: Decimal

    @property
    def votes(self) -> int:
        """All votes for it."""
        return self.devices + self.hands


@dataclass(frozen=True, slots=True)
class Tally:
    """The votes of a round on a question."""

    round: int
    bars: Sequence[Bar]

    @property
    def votes(self) -> int:
        """All votes of the round."""
        return sum(bar.votes for bar in self.bars)


def tally(workshop: Workshop, question: Question, round: int) -> Tally:
    """The votes of a round, for every option. Two queries."""
    rows = workshop.votes.filter(question=question, round=round)
    return _tally(
        round, list(question.options.order_by("order")), _counted(rows.values_list("option", "voter", "hands"))
    )


def _counted(votes: Iterable[tuple[int, str, int]]) -> dict[int, list[int]]:
    counted: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for option, voter, hands in votes:
        counted[option][voter == "hands"] += hands
    return counted


def _tally(round: int, options: Sequence[Option], counted: dict[int, list[int]]) -> Tally:
    total = sum(sum(pair) for pair in counted.values())
    bars = []
    for one in options:
        devices, hands = counted[one.pk]
        bars.append(Bar(one, devices, hands, Decimal(devices + hands) / total if total else Decimal(0)))
    return Tally(round, bars)


def voters(workshop: Workshop) -> int:
    """How many different devices and people voted at all."""
    return workshop.votes.exclude(voter="hands").aggregate(found=Count("voter", distinct=True))["found"] or 0


@dataclass(frozen=True)
class Minute:
    """A question of the minutes: its rounds of votes, what was agreed in the workshop and in what words."""

    question: Question
    rounds: Sequence[Tally]
    agreed: Answer | None


@dataclass(frozen=True)
class Minutes:
    """What a workshop did: the questions that were voted or agreed on, in the order of the set; how many voted; how many are left."""

    workshop: Workshop
    lines: Sequence[Minute]
    voters: int
    left: int


def minutes(workshop: Workshop) -> Minutes:
    """The minutes of a workshop, as long as it is open those until now. A bounded number of queries."""
    of = workshop.assessment
    votes: dict[int, dict[int, list[tuple[int, str, int]]]] = defaultdict(lambda: defaultdict(list))
    for question, round, option, voter, hands in workshop.votes.values_list(
        "question", "round", "option", "voter", "hands"
    ):
        votes[question][round].append((option, voter, hands))
    given = of.answers.filter(side=Side.AGREED, recorded_at__gte=workshop.opened_at).select_related("option", "by")
    if workshop.closed_at is not None:
        given = given.filter(recorded_at__lte=workshop.closed_at)
    agreed = {one.question_id: one for one in given.order_by("recorded_at", "pk")}
    lines = standings(of)
    found = [
        Minute(
            line.question,
            [_tally(round, line.options, _counted(rows)) for round, rows in sorted(votes[line.question.pk].items())],
            agreed.get(line.question.pk),
        )
        for line in lines
        if line.question.pk in votes or line.question.pk in agreed
    ]
    return Minutes(workshop, found, voters(workshop), sum(not line.standing.settled for line in lines))


@dataclass(frozen=True)
class Screen:
    """What the big screen shows: the question with both answers and evidence, its place, neighbours, and the votes."""

    workshop: Workshop
    line: Line
    number: int
    total: int
    earlier: str
    later: str
    next_open: str
    tally: Tally


def screen(workshop: Workshop, viewer: Viewer) -> Screen | None:
    """What is on the screen now; None where no question is."""
    if workshop.question is None:
        return None
    of = workshop.assessment
    every = standings(of)
    codes = [line.question.code for line in every]
    place = codes.index(workshop.question.code)
    rest = [line.question.code for line in (*every[place + 1 :], *every[:place]) if not line.standing.settled]
    line = sheet(of, viewer, question=workshop.question.code).lines[0]
    return Screen(
        workshop, line, place + 1, len(codes), codes[place - 1] if place else "",
        codes[place + 1] if place + 1 < len(codes) else "", rest[0] if rest else "",
        tally(workshop, workshop.question, workshop.round),
    )  # fmt: skip
