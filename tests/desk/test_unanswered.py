"""The pages of what was not answered."""

from __future__ import annotations

import re
from datetime import datetime, timezone

import pytest

from actions.officers.records import Wanted
from actions.questions import Asked, GroupState, Rating, Remark, Status
from actions.questions.likeness import Likeness
from actions.questions.register import Questions
from desk.services import Desk
from tests.actions.questions.test_questions import _encode
from tests.desk.conftest import SignIn

HOSTILE = '<img src=x onerror=alert(1)>"{{7*7}}'


@pytest.fixture
def questions(desk: Desk) -> Questions:
    """Three groups: an open one, one off topic, one with a thumb down."""
    now = datetime.now(timezone.utc)
    filled = Questions(desk.registry.database, Likeness(_encode))
    asked = [("每亩地多少钱", Status.ABSTAINED)] * 3 + [("今天天气", Status.OFF_TOPIC), (HOSTILE, Status.UNSURE)]
    filled.record([Asked(now, "m", "web", question, status, entry="land-price") for question, status in asked[:3]])
    filled.record([Asked(now, "m", "web", question, status) for question, status in asked[3:]])
    filled.remark(Remark(now, "m", "web", "税怎么减", Rating.DOWN, HOSTILE))
    return filled


async def test_groups_are_listed_by_tab_with_their_counts(sign_in: SignIn, questions: Questions) -> None:
    officer = await sign_in()
    page = (await officer.get("/unanswered")).text
    assert re.search(r"每亩地多少钱.*?<td class=\"figure\">3</td>", page, re.DOTALL)
    assert "今天天气" not in page
    assert "今天天气" in (await officer.get("/unanswered?tab=off-topic")).text
    assert "税怎么减" in (await officer.get("/unanswered?tab=down")).text
    assert "每亩地多少钱" not in (await officer.get("/unanswered?tab=decided")).text
    assert (await officer.get("/unanswered?tab=none")).status == 404
    assert (await officer.get("/unanswered?days=5")).status == 404


async def test_a_decision_is_kept_recorded_and_can_be_taken_back(sign_in: SignIn, questions: Questions, desk: Desk) -> None:
    officer = await sign_in(login="chen")
    group = questions.groups([GroupState.OPEN])[0]
    assert (await officer.post(f"/unanswered/{group.id}", {"state": "silent", "bureau": ""})).status == 400
    assert (await officer.post(f"/unanswered/{group.id}", {"state": "silent", "bureau": "火星局"})).status == 400
    assert (await officer.post(f"/unanswered/{group.id}", {"state": "nonsense"})).status == 400
    assert questions.group(group.id).state is GroupState.OPEN
    assert (await officer.post(f"/unanswered/{group.id}", {"state": "silent", "bureau": "市自然资源局"})).status == 303
    assert (questions.group(group.id).state, questions.group(group.id).bureau) == (GroupState.SILENT, "市自然资源局")
    assert "市自然资源局" in (await officer.get("/unanswered?tab=decided")).text
    assert (await officer.post(f"/unanswered/{group.id}", {"state": "open"})).status == 303
    rows = [(row.officer, row.action, row.subject) for row in desk.officers.audit.page(Wanted(officer="chen"), limit=2)]
    assert rows == [("chen", "question.open", str(group.id)), ("chen", "question.silent", str(group.id))]


async def test_what_enquirers_wrote_is_shown_as_text_and_nothing_else(sign_in: SignIn, questions: Questions) -> None:
    officer = await sign_in()
    pages = [await officer.get("/unanswered")]
    pages += [await officer.get(f"/unanswered/{group.id}") for group in questions.groups([GroupState.OPEN])]
    assert any("&lt;img" in page.text for page in pages)
    for page in pages:
        assert "<img" not in page.text
        assert "{{7*7}}" in page.text or "7*7" not in page.text


async def test_a_group_that_is_none_is_not_found(sign_in: SignIn) -> None:
    officer = await sign_in()
    for path in ("/unanswered/999", "/unanswered/abc", "/unanswered/-1", "/unanswered/99999999999999999999"):
        assert (await officer.get(path)).status == 404
