"""Learning from decisions: a new version of a framework's model, used only when it is better; going back to an earlier one."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.frameworks.models import Framework
from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.people.models import User
from migov.foundation.records import journal
from migov.services.alignment.models import Status
from migov.services.jobs.actions import enqueue
from migov.services.jobs.models import Job, JobState
from migov.services.jobs.registry import JobRefused
from migov.services.jobs.running import JobContext
from migov.services.matching.answers import Labelled
from migov.services.suggestions import cards, comparing, decisions
from migov.services.suggestions.models import ModelVersion

if TYPE_CHECKING:
    from migov.services.matching import Trained

KIND = "matching.train"
FEWEST = 20  # decisions; with fewer, what is held out for the test would tell nothing
FEWEST_REJECTED = 10  # with fewer, nearly everything seems to fit, and a model learns to propose nearly everything
STEPS = 3

Tell = Callable[[int, str], None]


class CannotLearn(ValueError):
    """A model cannot be trained or put in use. The text says why, for the person who asked."""


def train(
    framework: Framework,
    *,
    by: Actor,
    more: Sequence[Labelled] = (),
    sources: Sequence[str] = (),
    tell: Tell | None = None,
) -> ModelVersion:
    """Learn a framework's model from what people decided, and use it when it is better on decisions it has not seen.

    It must be better than the base model and, where a learned model is in use, better than that one on what was decided since.
    more, sources: further labelled texts, and the names of the files they come from. tell: called with the step that
    begins (0 to 2) and its words; it may raise to stop, and nothing is kept.
    The version is kept either way, with its figures: "active" in place of the one before, or "refused" with the reason
    in its card. Raises CannotLearn with fewer than 20 decisions, or fewer than 20 since the model in use, PermissionDenied.
    """
    access.require(by, "matching.train")
    tell = tell or (lambda step, words: None)
    tell(0, _("reading decisions"))
    examples = [*decisions.labelled(framework), *more]
    number = decisions.number_of(examples)
    if number < FEWEST:
        raise CannotLearn(too_few(number))
    before = ModelVersion.objects.filter(framework=framework, state=ModelVersion.State.ACTIVE).first()
    seen, unseen = (examples, []) if before is None else _since(before, framework, examples)
    if before is not None and decisions.number_of(unseen) < FEWEST:
        raise CannotLearn(too_few_since(decisions.number_of(unseen), before.number))
    tell(1, _("learning and testing"))
    trained = _learn(framework, examples)
    compared = None
    if before is not None and trained.better:
        compared = _compare(framework, bytes(before.data), seen, unseen)
    tell(2, _("keeping the model"))
    return _keep(framework, trained, before, compared, by=by, number=number, sources=sources)


def _since(
    before: ModelVersion, framework: Framework, examples: Sequence[Labelled]
) -> tuple[list[Labelled], list[Labelled]]:
    """Examples that a model may have seen, and those that it cannot have: decided after it was trained, and no near-copies."""
    keys = decisions.first_decided_after(framework, before.trained_at)
    seen = [one for one in examples if one.key not in keys]
    return seen, comparing.unlike([one for one in examples if one.key in keys], seen)


def _learn(framework: Framework, examples: Sequence[Labelled]) -> Trained:
    """Learning itself, outside any transaction: it takes its time, and nobody has to wait for the database."""
    from migov.services.matching import learn
    from migov.services.matching.learning import TooFewDecisions
    from migov.services.suggestions import matcher

    reader = matcher.current()
    if framework.code not in reader.frameworks:
        raise CannotLearn(_("%(framework)s has no elements to match.") % {"framework": framework})
    try:
        return learn(reader, framework.code, examples)
    except TooFewDecisions as told:
        if not any(one.rejected or one.complete for one in examples):
            raise CannotLearn(
                _(
                    "All %(number)s decisions say that an element fits. Reject proposals that do not: "
                    "without rejections nothing can be learned."
                )
                % {"number": decisions.number_of(examples)}
            ) from told
        raise CannotLearn(
            _(
                "At least %(fewest)s decisions are needed, some confirmed and some rejected, on texts that are not copies of each other."
            )
            % {"fewest": FEWEST}
        ) from told


def _compare(
    framework: Framework, in_use: bytes, seen: Sequence[Labelled], unseen: Sequence[Labelled]
) -> comparing.Comparison:
    """The model in use against new ones, on what was decided since it was trained.

    Half of that is learnt and the other half asked about, then the other way round: so every new decision is asked about, and never
    of a model that has learnt it.
    """
    from migov.services.suggestions import matcher

    trials = [
        (_learn(framework, [*seen, *learnt]).learned, asked) for learnt, asked in comparing.halves(unseen)
    ]  # fmt: skip
    return comparing.compare(matcher.current(), framework.code, in_use, trials)


@transaction.atomic
def _keep(
    framework: Framework,
    trained: Trained,
    before: ModelVersion | None,
    compared: comparing.Comparison | None,
    *,
    by: Actor,
    number: int,
    sources: Sequence[str],
) -> ModelVersion:
    _lock(framework)
    versions = ModelVersion.objects.filter(framework=framework)
    now_in_use = active(framework)
    if now_in_use != before:
        raise CannotLearn(_("Another model was put in use meanwhile, so this one was not kept. Train again."))
    rejected = _rejected(trained.card)
    one_sided = rejected is not None and rejected < FEWEST_REJECTED
    better = trained.better and not one_sided and (compared is None or compared.better)
    card = plain(trained.card) | {"before": before.number if before else 0, "sources": list(sources), "better": better}
    if compared is not None:
        card["since"] = plain({"decisions": compared.decisions, "base": compared.before, "learned": compared.after})
    if not better:
        if one_sided:
            card["reason"] = _too_one_sided(rejected or 0, cards.count(trained.card, "decisions"))
        else:
            card["reason"] = _why_not(card, before if trained.better else None)
    else:
        versions.filter(state=ModelVersion.State.ACTIVE).update(state=ModelVersion.State.RETIRED)
    last = versions.aggregate(last=Max("number"))["last"] or 0
    learned = replace(trained.learned, name=f"learned {last + 1}")
    made = ModelVersion.objects.create(
        framework=framework,
        number=last + 1,
        state=ModelVersion.State.ACTIVE if better else ModelVersion.State.REFUSED,
        trained_at=timezone.now(),
        trained_by=by if isinstance(by, User) else None,
        decisions=number,
        card=card,
        data=learned.dump(),
    )
    _journal("matcher trained", made, by=by)
    return made


def _rejected(card: Mapping[str, Any]) -> int | None:
    """How many of the decisions learned from said that an element does not fit; None where the card does not tell."""
    if "confirmed" not in card:
        return None
    return int(card["decisions"]) - int(card["confirmed"])


def _too_one_sided(rejected: int, number: int) -> str:
    return _(
        "Of %(number)s decisions %(rejected)s are rejections; at least %(fewest)s are needed to learn what does not fit. "
        "With fewer, a model proposes nearly everything. Texts that are copies of each other count once. "
        "Reject what does not fit among the proposals, and train again."
    ) % {"number": number, "rejected": rejected, "fewest": FEWEST_REJECTED}


def _why_not(card: Mapping[str, Any], in_use: ModelVersion | None) -> str:
    if in_use is None:
        words = [_("On the decisions that were held out it was not better than the base model.")]
        shown = {row.measure.key: row for row in cards.rows(card)}
        ranking, surprise = shown.get("average_precision"), shown.get("log_loss")
        if surprise is not None and surprise.change != "better":
            words.append(
                _("They surprised it no less: log loss %(new)s, and %(old)s of the base model.")
                % {"new": surprise.shown_after, "old": surprise.shown_before}
            )
        elif ranking is not None and ranking.change == "worse":
            words.append(
                _(
                    "It puts what fits less often before what does not: average precision %(new)s, and %(old)s of the base model."
                )
                % {"new": ranking.shown_after, "old": ranking.shown_before}
            )
        return " ".join([*words, _("What was in use stays in use.")])
    return _("On what was decided since, it was not better than model %(number)s, which stays in use.") % {
        "number": in_use.number
    }


@transaction.atomic
def activate(version: ModelVersion, *, by: Actor) -> ModelVersion:
    """Put an earlier (or later) version in use in place of the one that is. Does nothing where it is in use already.

    Raises CannotLearn for a version that was refused because it is not better, PermissionDenied.
    """
    access.require(by, "matching.train")
    _lock(version.framework)
    found = ModelVersion.objects.defer("data").select_related("framework").get(pk=version.pk)
    if found.state == ModelVersion.State.REFUSED:
        raise CannotLearn(_("This model is not better than the one it was compared with, so it cannot be put in use."))
    if found.state == ModelVersion.State.ACTIVE:
        return found
    in_use = ModelVersion.objects.filter(framework=found.framework, state=ModelVersion.State.ACTIVE)
    in_use.update(state=ModelVersion.State.RETIRED)
    found.state = ModelVersion.State.ACTIVE
    found.save(update_fields=["state"])
    _journal("matcher model put in use", found, by=by)
    return found


@transaction.atomic
def use_none(framework: Framework, *, by: Actor) -> bool:
    """Go back to the base model that migov ships. Returns whether a learned one was in use. Raises PermissionDenied."""
    access.require(by, "matching.train")
    _lock(framework)
    before = active(framework)
    if before is None:
        return False
    ModelVersion.objects.filter(pk=before.pk).update(state=ModelVersion.State.RETIRED)
    detail = {"framework": framework.code, "model": 0, "before": before.number}
    journal.write("matcher model put in use", by=by, detail=detail)
    return True


def active(framework: Framework) -> ModelVersion | None:
    """The version in use, without its bytes; None where the base model is."""
    found = ModelVersion.objects.filter(framework=framework, state=ModelVersion.State.ACTIVE)
    return found.defer("data").first()


def too_few(number: int) -> str:
    """Why nothing can be learned yet, and what to do."""
    return _(
        "There are %(number)s decisions to learn from; at least %(fewest)s are needed. Confirm or reject more proposals first."
    ) % {"number": number, "fewest": FEWEST}


def too_few_since(number: int, model: int) -> str:
    """Why a model in use is not trained anew yet, and what to do."""
    return _(
        "Since model %(model)s was trained there are %(number)s decisions on work that it has not seen; from %(fewest)s on it can be told "
        "whether a new model is better. Decide more proposals first, or go back to the base model."
    ) % {"number": number, "model": model, "fewest": FEWEST}


@transaction.atomic
def ask_to_train(framework: Framework, *, by: Actor) -> Job:
    """Have the worker train a framework's model.

    Raises CannotLearn where there are too few decisions or rejections to learn from or a training is under way, PermissionDenied.
    """
    access.require(by, "matching.train")
    _lock(framework)
    under_way = Job.objects.filter(
        kind=KIND, parameters__framework=framework.code, state__in=(JobState.WAITING, JobState.RUNNING)
    )
    if under_way.exists():
        raise CannotLearn(_("The matcher is being trained for this framework already."))
    taken = decisions.decided().filter(element__framework=framework)
    if taken.count() < FEWEST:
        raise CannotLearn(too_few(taken.count()))
    rejected = taken.filter(status=Status.REJECTED).count()
    if rejected < FEWEST_REJECTED:
        raise CannotLearn(_too_one_sided(rejected, taken.count()))
    before = active(framework)
    if before is not None and (number := taken.filter(decided_at__gt=before.trained_at).count()) < FEWEST:
        raise CannotLearn(too_few_since(number, before.number))
    title = _("Matcher: learn %(framework)s from decisions") % {"framework": framework.short_title}
    return enqueue(KIND, title=title, by=by, parameters={"framework": framework.code})


def run_training(context: JobContext) -> dict[str, Any]:
    """The job. It writes once, at its end, in a transaction of its own: a stop before that leaves nothing behind."""
    framework = Framework.objects.filter(code=context.parameters.get("framework")).first()
    if framework is None:
        raise JobRefused(_("The framework is not there any more. Nothing was changed."))

    def tell(step: int, words: str) -> None:
        context.stop_if_requested()
        context.progress(step, STEPS, words)

    made = train(framework, by=context.by, tell=tell)
    return {
        "framework": framework.code,
        "model": made.number,
        "state": made.state,
        "decisions": made.decisions,
        "version": made.pk,
    }


def page_of(job: Job) -> str | None:
    """Address of the model that a training made."""
    made = (job.summary or {}).get("version")
    return reverse("suggestions:model", args=[made]) if made else None


def plain(value: Any) -> Any:
    """The value as JSON can hold it: numbers of other libraries as Python's, and no number where there is none."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if hasattr(value, "tolist"):  # an array or a number of numpy
        return plain(value.tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def _lock(framework: Framework) -> None:
    """Two people who change the model of one framework take turns."""
    Framework.objects.select_for_update().get(pk=framework.pk)


def _journal(verb: str, version: ModelVersion, *, by: Actor) -> None:
    detail = {
        "framework": version.framework.code,
        "model": version.number,
        "state": version.state,
        "decisions": version.decisions,
    }
    journal.write(verb, by=by, detail=detail)
