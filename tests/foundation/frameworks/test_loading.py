"""Loading packs into the database: nothing is lost, nothing happens twice, refusals change nothing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from migov.foundation.frameworks import actions
from migov.foundation.frameworks.actions import load_pack, load_shipped, title_from
from migov.foundation.frameworks.faults import PackRefused
from migov.foundation.frameworks.models import Crosswalk, Element, Framework
from migov.foundation.people.access import SYSTEM
from migov.foundation.records.models import JournalEntry
from migov.services.alignment.models import Alignment
from tests.factories import element, project
from tests.foundation.frameworks.packing import ELEMENTS, TOML, write_pack

pytestmark = pytest.mark.django_db

REAL = Path(os.environ.get("MIGOV_REAL_DATA", Path(__file__).resolve().parents[4] / "shared/data")) / "frameworks"


def tiny(code: str) -> Element:
    return Element.objects.get(framework__code="tiny", code=code)


def test_a_new_framework_is_made_with_its_tree(tmp_path: Path) -> None:
    summary = load_pack(write_pack(tmp_path), by=SYSTEM)
    assert (summary.framework, summary.created, summary.updated, summary.unchanged) == ("tiny", 3, 0, 0)
    target = tiny("1.1")
    assert (target.parent, target.main, target.depth, target.order) == (tiny("1"), tiny("1"), 1, 2)
    assert (target.migration, tiny("1").main, tiny("2").order) == (False, tiny("1"), 3)
    assert JournalEntry.objects.filter(verb="framework loaded", detail__framework="tiny").count() == 1


def test_loading_again_changes_nothing(tmp_path: Path) -> None:
    load_pack(write_pack(tmp_path), by=SYSTEM)
    before = list(Element.objects.filter(framework__code="tiny").values())
    summary = load_pack(tmp_path, by=SYSTEM)
    assert (summary.created, summary.updated, summary.unchanged, summary.changed) == (0, 0, 3, False)
    assert list(Element.objects.filter(framework__code="tiny").values()) == before


def test_a_richer_pack_adds_and_fills_and_takes_nothing_away(tmp_path: Path) -> None:
    load_pack(write_pack(tmp_path / "plain"), by=SYSTEM)
    keys = {code: tiny(code).pk for code in ("1", "1.1", "2")}
    richer = "code,parent,kind,title,text\n1,,goal,,The text\n1.1,1,target,Retitled,\n"
    richer += "1.1.1,1.1,indicator,,How many. And more.\n"
    summary = load_pack(write_pack(tmp_path / "rich", richer), by=SYSTEM)
    assert (summary.created, summary.updated, summary.unchanged, summary.kept) == (1, 2, 0, 1)
    first = tiny("1")
    assert (first.title, first.text, first.scope, first.terms) == (
        "First goal",
        "The text",
        "What belongs here",
        ["one", "two words"],
    )
    assert tiny("1.1").title == "Retitled"
    made = tiny("1.1.1")
    assert (made.title, made.main, made.migration, made.certainty) == ("How many", first, False, "ours")
    assert {code: tiny(code).pk for code in keys} == keys
    assert [e.code for e in Element.objects.filter(framework__code="tiny").order_by("order")] == [
        "1",
        "1.1",
        "1.1.1",
        "2",
    ]


def test_a_title_made_from_a_text_follows_the_text(tmp_path: Path) -> None:
    header = "code,parent,kind,title,text\n"
    load_pack(write_pack(tmp_path / "a", header + "1,,goal,,Old words\n"), by=SYSTEM)
    load_pack(write_pack(tmp_path / "b", header + "1,,goal,,New words\n"), by=SYSTEM)
    assert tiny("1").title == "New words"


def test_a_long_text_gives_a_title_of_at_most_120_characters() -> None:
    title = title_from("word " * 60)
    assert len(title) <= 120 and title.endswith("word…")


def test_alignments_outlive_a_new_version_of_a_pack(tmp_path: Path) -> None:
    load_pack(write_pack(tmp_path / "old"), by=SYSTEM)
    alignment = Alignment.objects.create(
        record=project().record, element=tiny("2"), origin="declared", status="confirmed"
    )
    load_pack(write_pack(tmp_path / "new", "code,parent,kind,title\n1,,goal,First\n"), by=SYSTEM)
    alignment.refresh_from_db()
    assert alignment.element == tiny("2")


def test_a_refused_pack_changes_nothing(tmp_path: Path) -> None:
    with pytest.raises(PackRefused):
        load_pack(write_pack(tmp_path, ELEMENTS + "4,nine,goal,T,,,,1,ours,ours\n"), by=SYSTEM)
    assert not Framework.objects.filter(code="tiny").exists()


def test_a_parent_that_would_close_a_circle_with_what_stands_is_refused(tmp_path: Path) -> None:
    load_pack(write_pack(tmp_path / "a"), by=SYSTEM)
    with pytest.raises(PackRefused, match=r"without circles"):
        load_pack(write_pack(tmp_path / "b", "code,parent,kind,title\n1,1.1,goal,T\n1.1,,target,T\n"), by=SYSTEM)
    assert tiny("1").parent is None


def test_a_row_with_a_doubled_code_is_left_out_and_reported(tmp_path: Path) -> None:
    summary = load_pack(write_pack(tmp_path, ELEMENTS + "1,,goal,Other,,,,1,ours,ours\n"), by=SYSTEM)
    assert summary.created == 3 and "row 5" in summary.left_out[0]


def test_links_join_what_is_loaded_and_wait_for_what_is_not(tmp_path: Path) -> None:
    crosswalk = "code,relation,target_framework,target,source,reason\n1,broad,gcm,10,us,Why\n"
    crosswalk += "2,close,absent,1,us,\n1,close,gcm,99,us,\n"
    summary = load_pack(write_pack(tmp_path, crosswalk=crosswalk), by=SYSTEM)
    assert summary.links_created == 1
    assert len(summary.waiting) == 2 and "absent" in summary.waiting[0] and "gcm 99" in summary.waiting[1]
    again = load_pack(write_pack(tmp_path, crosswalk=crosswalk.replace("broad", "close")), by=SYSTEM)
    assert (again.links_created, again.links_updated) == (0, 1)
    assert Crosswalk.objects.get(element=tiny("1")).relation == "close"


def test_a_link_stated_from_the_other_end_already_is_kept(tmp_path: Path) -> None:
    load_pack(write_pack(tmp_path), by=SYSTEM)
    Crosswalk.objects.create(element=element("10"), target=tiny("1"), relation="narrow", source="us")
    crosswalk = "code,relation,target_framework,target,source,reason\n1,broad,gcm,10,us,Why\n"
    summary = load_pack(write_pack(tmp_path, crosswalk=crosswalk), by=SYSTEM)
    assert summary.links_created == 0 and "from the other end" in summary.notes[0]
    assert Crosswalk.objects.filter(target=tiny("1")).count() == 1


def test_the_shipped_packs_are_loaded_with_their_links() -> None:
    sizes = {f.code: f.elements.count() for f in Framework.objects.all()}
    assert sizes["gcm"] == 33 and sizes["sdg"] == 186 and sizes["srf"] == 46
    assert {f.code for f in Framework.objects.exclude(shipped="")} == set(sizes)
    assert Crosswalk.objects.count() > 200
    assert not Element.objects.filter(framework__code="gcm", kind="objective", main=None).exists()
    assert Element.objects.get(framework__code="sdg", code="10.7").main.code == "10"
    assert Element.objects.get(framework__code="srf", code="1").main is None


def test_loading_the_shipped_packs_again_asks_little_and_changes_nothing(django_assert_max_num_queries: Any) -> None:
    entries = JournalEntry.objects.count()
    with django_assert_max_num_queries(6):
        summaries = load_shipped()
    assert not any(summary.changed for summary in summaries)
    assert sum(summary.unchanged for summary in summaries) == Element.objects.count()
    assert JournalEntry.objects.count() == entries


def test_a_restart_does_not_undo_a_richer_pack(tmp_path: Path) -> None:
    toml = TOML.replace('"tiny"', '"gcm"').replace('["goal"]', '["objective"]')
    load_pack(write_pack(tmp_path, "code,parent,kind,title,text\n10,,objective,Our title,Text\n", toml=toml), by=SYSTEM)
    load_shipped()
    assert element("10").title == "Our title"


def test_a_new_shipped_version_is_applied_and_drops_our_own_links_that_it_no_longer_states(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = "code,relation,target_framework,target,source,reason\n"
    other = TOML.replace('"tiny"', '"other"')
    write_pack(tmp_path / "other", toml=other)
    write_pack(tmp_path / "tiny", crosswalk=link + "1,exact,other,1,ours,x\n2,exact,other,2,ours,x\n")
    monkeypatch.setattr(actions, "SHIPPED", tmp_path)
    Framework.objects.update(shipped="")
    load_shipped()
    Crosswalk.objects.create(element=tiny("1.1"), target=element("1.1", "other"), relation="exact", source="the office")
    write_pack(tmp_path / "tiny", crosswalk=link + "1,exact,other,1,ours,x\n")
    summaries = {summary.framework: summary for summary in load_shipped()}
    assert summaries["tiny"].links_removed == 1
    assert set(Crosswalk.objects.filter(element__framework__code="tiny").values_list("source", flat=True)) == {
        "ours",
        "the office",
    }


def test_only_monitoring_officers_and_administrators_load_packs(tmp_path: Path, people: dict) -> None:
    write_pack(tmp_path)
    for name, person in people.items():
        if name in {"emil", "kim"}:
            assert load_pack(tmp_path, by=person).framework == "tiny"
        else:
            with pytest.raises(PermissionDenied):
                load_pack(tmp_path, by=person)


@pytest.mark.parametrize(("code", "created", "left_out"), [("gcm", 187, 0), ("sdg", 240, 1), ("srf", 123, 1)])
def test_the_published_richer_packs_load(code: str, created: int, left_out: int) -> None:
    folder = REAL / code
    if not folder.is_dir():
        pytest.skip(f"the real data are not at {REAL}")
    keys = dict(Element.objects.filter(framework__code=code).values_list("code", "pk"))
    summary = load_pack(folder, by=SYSTEM)
    assert (summary.created, len(summary.left_out)) == (created, left_out)
    assert {
        c: pk for c, pk in Element.objects.filter(framework__code=code).values_list("code", "pk") if c in keys
    } == keys
    assert not load_pack(folder, by=SYSTEM).changed
    scopes = Element.objects.filter(framework__code=code, pk__in=keys.values(), main__isnull=False)
    assert scopes.exclude(terms=[]).exists() and scopes.exclude(scope="").exists()
