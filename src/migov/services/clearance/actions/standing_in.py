"""Standing in for somebody who is absent."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.people.models import User
from migov.foundation.records import journal
from migov.foundation.shell.formats import day as in_words
from migov.services.clearance.models import Delegation
from migov.services.clearance.subjects import Refused
from migov.services.notices.actions import tell


@transaction.atomic
def delegate(*, person: User, to: User, starts: date, ends: date, note: str = "", by: Actor) -> Delegation:
    """Have `to` stand in for a person, both days included: the person says so, or an administrator. Both may act meanwhile.

    One person stands in for another at a time. Raises Refused for days that are past, in the wrong order or taken, and for somebody
    who does not work for the office; PermissionDenied.
    """
    _need_say(person, by)
    if ends < starts:
        raise Refused(_("The last day is before the first."))
    if ends < timezone.localdate():
        raise Refused(_("The days have passed already."))
    if person.pk == to.pk:
        raise Refused(_("Nobody stands in for themselves."))
    if not to.is_active or not access.is_internal(to):
        raise Refused(_("%s does not work for the office.") % to)
    User.objects.select_for_update().get(pk=person.pk)
    taken = Delegation.objects.filter(person=person, ended_at__isnull=True, starts__lte=ends, ends__gte=starts)
    if (other := taken.select_related("to").first()) is not None:
        raise Refused(
            _("%(who)s stands in from %(starts)s to %(ends)s already. End that first.")
            % {"who": other.to, "starts": in_words(other.starts), "ends": in_words(other.ends)}
        )
    made = Delegation.objects.create(person=person, to=to, starts=starts, ends=ends, note=note.strip()[:255])
    _note("delegated", made, by)
    words = {"person": person, "starts": in_words(starts), "ends": in_words(ends)}
    title = _("You stand in for %(person)s from %(starts)s to %(ends)s") % words
    _tell([to] if to.pk != by.pk else [], title, made.note)
    _tell([person] if person.pk != by.pk else [], _("%s stands in for you") % to, made.note)
    return made


@transaction.atomic
def end_delegation(delegation: Delegation | int, *, by: Actor) -> Delegation:
    """End it now. What was done meanwhile stays. Raises Refused when it has ended, PermissionDenied."""
    key = delegation if isinstance(delegation, int) else delegation.pk
    found = Delegation.objects.select_for_update(of=("self",)).select_related("person", "to").get(pk=key)
    _need_say(found.person, by)
    if found.ended_at is not None:
        raise Refused(_("It was ended already."))
    found.ended_at = timezone.now()
    found.save(update_fields=["ended_at"])
    _note("delegation ended", found, by)
    _tell([found.to] if found.to_id != by.pk else [], _("You no longer stand in for %s") % found.person, "")
    return found


def _need_say(person: User, by: Actor) -> None:
    if by.pk is None or by.pk != person.pk:
        access.require(by, "people.manage")
    elif not access.is_internal(by):
        raise PermissionDenied(_("Only staff of the office can have somebody stand in."))


def _note(verb: str, one: Delegation, by: Actor) -> None:
    detail = {
        "delegation": one.pk,
        "person": str(one.person),
        "to": str(one.to),
        "starts": str(one.starts),
        "ends": str(one.ends),
    }
    journal.write(verb, by=by, detail=detail)


def _tell(people: list[User], title: str, text: str) -> None:
    tell(people, kind="stand-in", title=title, text=text)
