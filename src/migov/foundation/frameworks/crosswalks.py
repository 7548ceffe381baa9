"""Links between frameworks: how a relation reads from the other end, and loading the links of a pack."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from migov.foundation.frameworks.models import Crosswalk, Element, Relation
from migov.foundation.frameworks.packs import Pack, PackLink

if TYPE_CHECKING:
    from migov.foundation.frameworks.actions import PackSummary

OURS = "ours"
INVERSE = {
    Relation.EXACT: Relation.EXACT,
    Relation.CLOSE: Relation.CLOSE,
    Relation.BROAD: Relation.NARROW,
    Relation.NARROW: Relation.BROAD,
    Relation.RELATED: Relation.RELATED,
}


def inverse(relation: str) -> Relation:
    """The relation as seen from the target: what is broader than me, I am narrower than. Raises ValueError for an
    unknown one.
    """
    return INVERSE[Relation(relation)]


def load(pack: Pack, summary: PackSummary) -> None:
    """Create or update the links that a pack states, and count them in the summary; what cannot be joined yet waits
    there.
    """
    if not pack.links:
        return
    ends = _elements({pack.code, *(link.target_framework for link in pack.links)})
    keys = {element.pk for element in ends.values()}
    standing = {
        (link.element_id, link.target_id): link for link in Crosswalk.objects.filter(element__in=keys, target__in=keys)
    }
    new, changed = [], []
    for stated in pack.links:
        target = ends.get((stated.target_framework, stated.target))
        if target is None:
            summary.waiting.append(_waiting(pack, stated, ends))
            continue
        element = ends[pack.code, stated.code]
        link = standing.get((element.pk, target.pk))
        if link is None and (target.pk, element.pk) in standing:
            summary.notes.append(
                _("%(one)s and %(other)s are linked already, stated from the other end; that link was kept.")
                % {"one": element, "other": target}
            )
        elif link is None:
            new.append(
                Crosswalk(
                    element=element, target=target, relation=stated.relation, source=stated.source, reason=stated.reason
                )
            )
        elif (link.relation, link.source, link.reason) != (stated.relation, stated.source, stated.reason):
            link.relation, link.source, link.reason = stated.relation, stated.source, stated.reason
            changed.append(link)
        else:
            summary.links_unchanged += 1
    Crosswalk.objects.bulk_create(new)
    Crosswalk.objects.bulk_update(changed, ["relation", "source", "reason"])
    summary.links_created += len(new)
    summary.links_updated += len(changed)


def remove_stale(packs: list[Pack], summaries: dict[str, PackSummary]) -> None:
    """Remove links marked as our own, between elements of these packs, that the packs no longer state."""
    stated = {(pack.code, link.code, link.target_framework, link.target) for pack in packs for link in pack.links}
    codes = {pack.code for pack in packs}
    ours = Crosswalk.objects.filter(
        source=OURS, element__framework__code__in=codes, target__framework__code__in=codes
    ).values_list("pk", "element__framework__code", "element__code", "target__framework__code", "target__code")
    stale = {pk: ends[0] for pk, *ends in ours if tuple(ends) not in stated}
    Crosswalk.objects.filter(pk__in=stale).delete()
    for framework in stale.values():
        summaries[framework].links_removed += 1


def _elements(codes: Iterable[str]) -> dict[tuple[str, str], Element]:
    found = Element.objects.filter(framework__code__in=codes).select_related("framework")
    found = found.only("code", "framework__code", "framework__short_title")
    return {(element.framework.code, element.code): element for element in found}


def _waiting(pack: Pack, link: PackLink, ends: dict[tuple[str, str], Element]) -> str:
    loaded = any(framework == link.target_framework for framework, _code in ends)
    missing = f"{link.target_framework} {link.target}" if loaded else link.target_framework
    return _("crosswalk.csv, row %(row)s: %(pack)s %(code)s is linked to %(missing)s, which is not loaded") % {
        "row": link.row,
        "pack": pack.code,
        "code": link.code,
        "missing": missing,
    }
