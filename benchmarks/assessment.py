"""How long the pages of a large assessment take on the server: 120 questions, both sides answered, 400 pieces of evidence.

The yardstick is the page that lists projects, with as many requests in the same process; the ratio does not depend on the machine.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "migov.site.settings")
HOME = tempfile.TemporaryDirectory(prefix="migov-assessment-bench-")
os.environ["MIGOV_HOME"] = HOME.name
os.environ["MIGOV_HOSTS"] = "testserver"
OPENS_MS, SAVES_MS = 400, 150
ROUNDS = 15
DOMAINS, QUESTIONS, EVIDENCE = 6, 20, 400


def main() -> None:
    """Print one line for each figure."""
    import django

    django.setup()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from migov.site.preparing import collect_static, load_reference_data, migrate

    migrate()
    load_reference_data()
    collect_static()
    officer, key = fill()
    client = Client()
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    yardstick = median(lambda: client.get("/portfolio/"))
    for tail in ("", "questions/", "domains/d1/", "profile/"):
        page = f"/governance/assessments/{key}/{tail}"
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(page)
        queries = len(asked)  # the log is emptied by the next request
        assert answer.status_code == 200
        times = median(lambda page=page: client.get(page))
        name = tail.rstrip("/") or "front page"
        print(
            f"{name}: {times:.0f} ms (limit {OPENS_MS} ms); {times / yardstick:.1f} times the list of projects ({yardstick:.0f} ms)"
        )
        print(f"  {queries} queries, {len(answer.content) // 1024} KB")
    number = [1]

    def save() -> Any:
        option = ("yes", "no")[number[0] % 2]
        said = {"side": "office", "option": option, "number": str(number[0])}
        done = client.post(f"/governance/assessments/{key}/questions/d1-1/answer/", said, HTTP_HX_REQUEST="true")
        assert "Saved." in done.text
        number[0] += 1
        return done

    times = median(save)
    print(f"one answer saved: {times:.0f} ms (limit {SAVES_MS} ms); {times / yardstick:.1f} times the list of projects")


def median(deed: Any) -> float:
    """Milliseconds of the middle one of several runs."""
    taken = []
    for _round in range(ROUNDS):
        begun = time.perf_counter()
        assert deed().status_code == 200
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)


def fill() -> tuple[Any, int]:
    """A full assessment with the one before it: a policy officer and its key."""
    from django.utils import timezone

    from migov.foundation.people.models import Membership, Office, Role, User
    from migov.foundation.places.models import Place
    from migov.foundation.records.models import Record, RecordPlace, Visibility
    from migov.work.governance.models import (
        Answer,
        AnswerEvidence,
        Assessment,
        Domain,
        Option,
        Question,
        QuestionSet,
    )

    office = Office.objects.create(code="bench", name="Bench", kind="regional")
    officer = User.objects.create(username="bench", email="bench@example.org")
    Membership.objects.create(user=officer, office=office, role=Role.POLICY)
    of = QuestionSet.objects.create(code="bench", kind="own", title="A large set")
    for d in range(1, DOMAINS + 1):
        domain = Domain.objects.create(
            set=of, code=f"d{d}", title=f"Domain number {d} of migration governance", order=d
        )
        for q in range(1, QUESTIONS + 1):
            question = Question.objects.create(
                set=of, domain=domain, code=f"d{d}-{q}", order=q, short=f"Matter {d}.{q}",
                text=f"Does the law give migrant workers access to matter {d}.{q} on the same terms as nationals?",
                scope="What is in force on the day of the assessment, in law and as authorities apply it. " * 2,
                evidence="The article of the law, the order that implements it, figures of the ministry.",
            )  # fmt: skip
            Option.objects.bulk_create(
                Option(question=question, code=code, label=label, score=score, order=at)
                for at, (code, label, score) in enumerate(
                    (
                        ("yes", "Yes", "1"),
                        ("partly", "Partly", "0.5"),
                        ("no", "No", "0"),
                        ("na", "Not applicable", None),
                    )
                )
            )
    place = Place.objects.get(code="MDA")
    made = None
    for year in (2022, 2026):
        record = Record.objects.create(
            kind="assessment", title=f"Assessment {year}", office=office, owner=officer, visibility=Visibility.PARTNERS
        )
        RecordPlace.objects.create(record=record, place=place, recorded_at=timezone.now())
        made = Assessment.objects.create(record=record, country=place, year=year, set=of, previous=made)
        answers = []
        for number, question in enumerate(of.questions.prefetch_related("options")):
            options = list(question.options.all())
            for at, side in enumerate(("government", "office")):
                option = options[(number + at * (number % 5 == 0)) % 3]
                note = "The provision is applied by the authorities, with some exceptions."
                answers.append(
                    Answer(assessment=made, question=question, side=side, option=option, note=note, by=officer)
                )
        Answer.objects.bulk_create(answers)
    assert made is not None
    questions = list(of.questions.all())
    AnswerEvidence.objects.bulk_create(
        AnswerEvidence(
            assessment=made, question=questions[number % len(questions)], side="office", kind="article", by=officer,
            title=f"Law {number} on foreigners", place=f"Article {number}", quote="Foreigners have the right to …",
            source="Official gazette",
        )
        for number in range(EVIDENCE)
    )  # fmt: skip
    return officer, made.pk


if __name__ == "__main__":
    main()
