"""Drafts are kept, found and thrown away; nobody writes in another's."""

from __future__ import annotations

import pytest

from actions.faq.drafts import PREVIEW_DAYS, Drafts
from actions.faq.model import Draft, NoSuchDraft, NotYours
from knowledge.editing import Edit, EditKind
from tests.actions.faq.conftest import Previewed
from tests.actions.tickets.samples import Clock

LAND = "faq/land.yml"


@pytest.fixture
def draft(drafts: Drafts) -> Draft:
    return drafts.begin(Edit(LAND, EditKind.CHANGE, "land-overview", "- id: land-overview\n"), "- id: land-overview\n", "chen", group=7)


def test_a_draft_is_found_as_it_was_begun(drafts: Drafts, draft: Draft) -> None:
    assert drafts.find(draft.id) == draft
    assert (draft.file, draft.entry, draft.kind, draft.by, draft.group) == (LAND, "land-overview", EditKind.CHANGE, "chen", 7)
    assert not draft.differs
    assert draft.previewed == ""


def test_what_is_typed_is_kept_and_counts_as_a_difference(drafts: Drafts, draft: Draft, clock: Clock) -> None:
    clock.passes(minutes=5)
    saved = drafts.save(draft.id, "chen", "- id: land-overview\n  question: 新？\n")
    assert drafts.find(draft.id) == saved
    assert saved.differs
    assert saved.updated_at > saved.began_at
    assert saved.base == draft.base


def test_nobody_writes_in_another_s_draft(drafts: Drafts, draft: Draft) -> None:
    with pytest.raises(NotYours):
        drafts.save(draft.id, "li", "x")
    with pytest.raises(NotYours):
        drafts.move(draft.id, "li", "x")
    assert drafts.find(draft.id) == draft


def test_drafts_are_listed_by_entry_and_by_officer_the_latest_first(drafts: Drafts, draft: Draft) -> None:
    other = drafts.begin(Edit(LAND, EditKind.CHANGE, "land-overview", "y"), "x", "li")
    third = drafts.begin(Edit(LAND, EditKind.REMOVE, "land-quota"), "x", "li")
    assert drafts.of_entry(LAND, "land-overview") == (other, draft)
    assert drafts.all("li") == (third, other)
    assert drafts.all() == (third, other, draft)


def test_a_draft_that_was_thrown_away_is_gone(drafts: Drafts, draft: Draft) -> None:
    drafts.discard(draft.id)
    for use in (drafts.find, drafts.discard, lambda id_: drafts.save(id_, "chen", "x")):
        with pytest.raises(NoSuchDraft):
            use(draft.id)
    assert drafts.preview(draft.id) is None


def test_a_preview_is_kept_with_its_draft_and_dropped_when_it_is_old(
    drafts: Drafts, draft: Draft, previewed: Previewed, clock: Clock
) -> None:
    assert drafts.preview(draft.id) is None
    assert previewed(draft, of_substance=2).previewed
    kept = drafts.preview(draft.id)
    assert kept is not None
    assert [change["question"] for change in kept.of_substance] == ["0", "1"]
    assert kept.asked == {"wordings": 9}
    other = drafts.begin(draft.edit, "x", "li")
    clock.passes(days=PREVIEW_DAYS + 1)
    previewed(other)
    assert drafts.preview(draft.id) is None
    assert drafts.find(draft.id).previewed == ""
    assert drafts.preview(other.id) is not None


def test_what_happens_to_a_draft_is_recorded_with_it_or_not_at_all(drafts: Drafts, draft: Draft) -> None:
    def fail(connection: object, draft: Draft) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        drafts.discard(draft.id, fail)
    assert drafts.find(draft.id) == draft
    with pytest.raises(ZeroDivisionError):
        drafts.begin(draft.edit, "", "li", record=fail)
    assert drafts.all("li") == ()
