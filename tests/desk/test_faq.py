"""The library's pages: browsed, edited as a form and as lines, previewed, published, restored."""

from __future__ import annotations

import html
import os
import re
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest

from actions.faq.model import Draft, VersionKind
from actions.faq.opening import FaqPlaces
from actions.questions.groups import Tab
from actions.questions.likeness import Likeness
from actions.questions.model import Asked, GroupState, Status
from actions.questions.register import Questions
from desk.services import Desk
from tests.desk.browsing import Browsing, Page
from tests.desk.conftest import SignIn
from tests.desk.faq_samples import ENTRY, LAND, change, keep_preview
from tests.knowledge.editing.copies import KEPT, small_copy

QUOTE = "主平台的制造业项目用地由市指标保障，应保尽保。"
HOSTILE = '<img src=x onerror=alert(1)>"{{7*7}}'


@pytest.fixture
def faq_places(tmp_path: Path) -> FaqPlaces:
    """A library of its own, and no encoder: no test of the pages starts the process that previews are made by."""
    return FaqPlaces(tmp_path, folder=small_copy(tmp_path / "knowledge"))


async def _begun(browsing: Browsing, desk: Desk, entry: str = ENTRY, kind: str = "change") -> Draft:
    page = await browsing.post(f"/faq/entries/{entry}", {"kind": kind})
    assert page.status == 303
    return desk.faq.drafts.find(int(page.headers["Location"].rsplit("/", 1)[1]))


def _fields(page: Page) -> dict[str, str]:
    """What the form holds, as a browser would send it; of fields that stand several times the first."""
    found: dict[str, str] = {}
    for name, text in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n?(.*?)</textarea>', page.text, re.DOTALL):
        found.setdefault(name, html.unescape(text))
    for tag in re.findall(r"<input[^>]*>", page.text):
        attributes = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        if "name" in attributes and attributes["name"] != "csrf":
            found.setdefault(attributes["name"], html.unescape(attributes.get("value", "")))
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', page.text, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found.setdefault(name, chosen[1] if chosen else "")
    return found


async def test_files_are_listed_by_what_the_plan_says_and_does_not_say_with_their_numbers(sign_in: SignIn, desk: Desk) -> None:
    page = await (await sign_in()).get("/faq")
    assert page.status == 200
    for file in KEPT:
        assert f"?file={file.replace('/', '%2F')}" in page.text or f"?file={file}" in page.text
    number = desk.faq.library.listing().counts[LAND]
    assert re.search(rf">用地</a> <span[^>]*>{number}<", page.text)


@pytest.mark.parametrize("words", ["制造业项目 指标", "land-overview", "task-09 用地用林", "用地政策", "用地用林保障都包括哪些內容"])
async def test_entries_are_found_by_wording_answer_clause_and_id_in_either_script(sign_in: SignIn, words: str) -> None:
    page = await (await sign_in()).get(f"/faq?q={words}")
    assert "/desk/faq/entries/land-overview" in page.text


async def test_what_is_not_there_is_said(sign_in: SignIn) -> None:
    officer = await sign_in()
    assert "没有找到" in (await officer.get("/faq?q=火星")).text
    for path in ("/faq?file=none.yml", "/faq?q=地&skip=x", "/faq/entries/none", "/faq/drafts/7", "/faq/drafts/x", "/faq/versions/7",
                 "/faq/versions?before=x", "/faq/new?group=99", "/faq/new?group=x"):  # fmt: skip
        assert (await officer.get(path)).status == 404, path


async def test_long_lists_are_paged(sign_in: SignIn, desk: Desk) -> None:
    officer = await sign_in()
    first = await officer.get("/faq?file=boundaries/money.yml&q=")
    ids = re.findall(r"/desk/faq/entries/([a-z0-9-]+)", first.text)
    assert len(ids) == 50
    rest = await officer.get("/faq?file=boundaries/money.yml&q=&skip=50")
    others = re.findall(r"/desk/faq/entries/([a-z0-9-]+)", rest.text)
    assert len(others) == desk.faq.library.listing().counts["boundaries/money.yml"] - 50
    assert not set(ids) & set(others)


async def test_an_entry_shows_its_answer_its_sources_its_wordings_and_its_lines(sign_in: SignIn) -> None:
    page = await (await sign_in()).get(f"/faq/entries/{ENTRY}")
    for shown in ("承接产业转移在用地用林方面有哪些支持？", "用地政策", "强化“要素跟着项目走”", "task-09", "- id: land-overview"):
        assert shown in html.unescape(page.text)


async def test_the_form_changes_the_answer_s_line_and_nothing_else(sign_in: SignIn, desk: Desk) -> None:
    officer = await sign_in()
    entries = [listed.entry for listed in desk.faq.library.listing().entries if listed.file == LAND]
    draft = await _begun(officer, desk, next(entry.id for entry in entries if len(entry.quotes) == 1))
    fields = _fields(await officer.get(f"/faq/drafts/{draft.id}"))
    await officer.post(f"/faq/drafts/{draft.id}", {**fields, "then": "stay"})
    assert desk.faq.drafts.find(draft.id) == draft
    await officer.post(f"/faq/drafts/{draft.id}", {**fields, "answer": f"{fields['answer']}以正式发布的为准。"})
    assert desk.faq.drafts.find(draft.id).text == draft.base.replace(fields["answer"], f"{fields['answer']}以正式发布的为准。")
    assert desk.faq.library.block(draft.entry)[1].text == draft.base


async def test_what_is_written_in_the_lines_is_there_in_the_form(sign_in: SignIn, desk: Desk) -> None:
    officer = await sign_in()
    draft = await _begun(officer, desk)
    lines = draft.base.replace("answer: 方案提出", "answer: 据方案").replace("\n", "\r\n")
    page = await officer.post(f"/faq/drafts/{draft.id}", {"yaml": lines, "then": "form"})
    assert page.headers["Location"].endswith(f"/faq/drafts/{draft.id}")
    assert _fields(await officer.get(f"/faq/drafts/{draft.id}"))["answer"].startswith("据方案，主平台")
    assert desk.faq.drafts.find(draft.id).text == draft.base.replace("answer: 方案提出", "answer: 据方案")


async def test_going_on_finds_one_s_draft_again_and_another_officer_is_told_of_it(sign_in: SignIn, desk: Desk) -> None:
    officer, other = await sign_in(login="chen"), await sign_in(login="li")
    draft = await _begun(officer, desk)
    assert await _begun(officer, desk) == draft
    assert "chen" not in (await other.get(f"/faq/entries/{ENTRY}")).text  # nothing is written in it yet
    await officer.post(f"/faq/drafts/{draft.id}", {"yaml": draft.base.replace("answer: 方案提出", "answer: 据方案")})
    assert "chen 正在改这一条" in (await other.get(f"/faq/entries/{ENTRY}")).text
    theirs = await _begun(other, desk)
    assert theirs.id != draft.id
    assert "chen 正在改这一条" in (await other.get(f"/faq/drafts/{theirs.id}")).text


async def test_nobody_writes_in_another_s_draft_but_may_read_it(sign_in: SignIn, desk: Desk) -> None:
    draft = await _begun(await sign_in(login="chen"), desk)
    other = await sign_in(login="li")
    page = await other.get(f"/faq/drafts/{draft.id}")
    assert page.status == 200
    assert "<textarea" not in page.text
    for path in ("", "/move", "/discard"):
        assert (await other.post(f"/faq/drafts/{draft.id}{path}", {"yaml": "x"})).status == 403
    assert desk.faq.drafts.find(draft.id) == draft


async def test_faults_are_shown_at_the_line_and_at_the_field_and_what_was_typed_stays(sign_in: SignIn, desk: Desk) -> None:
    officer = await sign_in()
    draft = await _begun(officer, desk)
    number = next(i for i, line in enumerate(draft.base.splitlines(), 1) if "quote:" in line)
    wrong = draft.base.replace("quote: ", "quote: 不是原文", 1)
    page = await officer.post(f"/faq/drafts/{draft.id}", {"yaml": wrong, "then": "preview"})
    assert page.headers["Location"].endswith(f"/faq/drafts/{draft.id}?mode=yaml")
    as_lines = (await officer.get(f"/faq/drafts/{draft.id}?mode=yaml")).text
    assert f'data-line="{number}">第{number}行' in as_lines
    assert f'<span class="bad">{number}</span>' in as_lines
    assert "引文与 task-09 的原文不一致" in as_lines
    as_form = (await officer.get(f"/faq/drafts/{draft.id}")).text
    assert re.search(r'id="field-citations".*?class="error"[^>]*>.*?引文与 task-09 的原文不一致', as_form, re.DOTALL)
    assert "不是原文" in as_form
    assert (await officer.post(f"/faq/drafts/{draft.id}/preview")).status == 409


async def test_lines_that_are_no_yaml_are_kept_and_shown_as_lines(sign_in: SignIn, desk: Desk) -> None:
    officer = await sign_in()
    draft = await _begun(officer, desk)
    await officer.post(f"/faq/drafts/{draft.id}", {"yaml": "- id: land-overview\n  question: [\n", "then": "form"})
    page = (await officer.get(f"/faq/drafts/{draft.id}")).text
    assert "<textarea" in page
    assert "question: [" in page
    assert "不是有效的 YAML" in page


async def test_a_new_entry_is_written_in_the_form_and_published(sign_in: SignIn, desk: Desk) -> None:
    chief = await sign_in("administrator", login="wang")
    page = await chief.post("/faq/new", {"file": LAND, "id": ""})
    draft = desk.faq.drafts.find(int(page.headers["Location"].rsplit("/", 1)[1]))
    assert re.fullmatch(r"land-\d{8}-1", draft.entry)
    fields = {"id": "land-new", "question": "新问？", "phrasings": "新问一\r\n\r\n新问二\r\n", "answer": "新答。"}
    await chief.post(f"/faq/drafts/{draft.id}", {**fields, "clause": "task-09", "quote": QUOTE, "then": "stay"})
    saved = desk.faq.drafts.find(draft.id)
    assert saved.entry == "land-new"
    keep_preview(desk, saved)
    published = await chief.post(f"/faq/drafts/{draft.id}/publish")
    assert published.status == 303
    assert desk.faq.library.block("land-new")[1].text == (
        "- id: land-new\n  question: 新问？\n  phrasings:\n    - 新问一\n    - 新问二\n  answer: 新答。\n"
        f"  citations:\n    - clause: task-09\n      quote: {QUOTE}\n"
    )
    version = await chief.get(published.headers["Location"].removeprefix("/desk"))
    assert "land-new" in version.text
    actions = [(row.action, row.subject) for row in desk.officers.audit.page()]
    assert actions[0] == ("faq.published", "land-new")
    assert ("faq.draft-begun", draft.entry) in actions


async def test_an_entry_is_made_of_what_was_not_answered_and_the_group_is_decided_by_it(sign_in: SignIn, desk: Desk) -> None:
    chief = await sign_in("administrator", login="wang")
    now = datetime.now(timezone.utc)
    asked = [Asked(now, "m", "web", question, Status.ABSTAINED) for question in ("旮旯地皮怎么批", "旮旯地皮咋批")]
    Questions(desk.registry.database, Likeness(lambda texts: np.ones((len(texts), 2), dtype=np.float32) / 2**0.5)).record(asked)
    (listed,) = desk.questions.page(Tab.OPEN)
    page = await chief.get(f"/faq/new?group={listed.group.id}")
    assert "旮旯地皮咋批" in page.text
    begun = await chief.post("/faq/new", {"file": LAND, "id": "land-nook", "group": str(listed.group.id)})
    draft = desk.faq.drafts.find(int(begun.headers["Location"].rsplit("/", 1)[1]))
    fields = _fields(await chief.get(f"/faq/drafts/{draft.id}"))
    assert {fields["question"], fields["phrasings"]} == {"旮旯地皮怎么批", "旮旯地皮咋批"}
    await chief.post(f"/faq/drafts/{draft.id}", {**fields, "answer": "新答。", "clause": "task-09", "quote": QUOTE})
    keep_preview(desk, desk.faq.drafts.find(draft.id))
    assert (await chief.post(f"/faq/drafts/{draft.id}/publish")).status == 303
    group = desk.questions.one(listed.group.id)
    assert (group.state, group.decided_by) == (GroupState.ENTRY, "wang")
    assert desk.officers.audit.page(limit=1)[0].action == "question.entry"


async def test_for_what_the_plan_leaves_open_a_boundary_is_begun_with_the_bureau_that_was_named(sign_in: SignIn, desk: Desk) -> None:
    chief = await sign_in("administrator", login="wang")
    asked = Asked(datetime.now(timezone.utc), "m", "web", "旮旯地皮几多钱", Status.ABSTAINED, entry=ENTRY)
    Questions(desk.registry.database, Likeness(lambda texts: np.ones((len(texts), 2), dtype=np.float32) / 2**0.5)).record([asked])
    (listed,) = desk.questions.page(Tab.OPEN)
    assert f'/desk/faq/new?group={listed.group.id}"' in (await chief.get(f"/unanswered/{listed.group.id}")).text
    await chief.post(f"/unanswered/{listed.group.id}", {"state": "silent", "seen": "open", "bureau": "市财政局"})
    page = await chief.get(f"/unanswered/{listed.group.id}")
    assert f"/desk/faq/new?group={listed.group.id}&amp;kind=boundary" in page.text
    begun = [await chief.post("/faq/new", {"file": "boundaries/money.yml", "group": str(listed.group.id)}) for _ in range(2)]
    first, second = (desk.faq.drafts.find(int(one.headers["Location"].rsplit("/", 1)[1])) for one in begun)
    fields = _fields(await chief.get(f"/faq/drafts/{first.id}"))
    assert (fields["question"], fields["bureaus"]) == ("旮旯地皮几多钱", "市财政局")
    assert first.entry != second.entry


async def test_a_boundary_has_its_own_fields_and_files(sign_in: SignIn, desk: Desk) -> None:
    officer = await sign_in()
    page = await officer.get("/faq/new?kind=boundary")
    assert "boundaries/money.yml" in page.text
    assert LAND not in page.text
    begun = await officer.post("/faq/new", {"file": "boundaries/money.yml", "id": "boundary-new"})
    draft = desk.faq.drafts.find(int(begun.headers["Location"].rsplit("/", 1)[1]))
    form = await officer.get(f"/faq/drafts/{draft.id}")
    assert 'name="near"' in form.text
    assert 'name="quote"' not in form.text
    fields = {"id": "boundary-new", "question": "新？", "phrasings": "", "near": "task-09", "asks": "price", "answer": "方案没有写明。"}
    await officer.post(f"/faq/drafts/{draft.id}", {**fields, "bureaus": "市自然资源局"})
    assert desk.faq.drafts.find(draft.id).text == (
        "- id: boundary-new\n  question: 新？\n  asks: price\n  near: task-09\n  answer: 方案没有写明。\n  bureaus: [市自然资源局]\n"
    )
    assert "处问题" not in (await officer.get(f"/faq/drafts/{draft.id}")).text


async def test_a_preview_shows_changes_side_by_side_the_gravest_first(sign_in: SignIn, desk: Desk) -> None:
    officer = await sign_in()
    draft = await _begun(officer, desk)
    keep_preview(
        desk,
        draft,
        change("措辞之问", kind="wording"),
        change("本条之问", own=True),
        change("别条之问", kind="lost"),
        change("测试之问", verdict="worse", known_from=["evaluation"], follows="上一句"),
    )
    page = (await officer.get(f"/faq/drafts/{draft.id}/preview")).text
    places = [page.index(question) for question in ("测试之问", "别条之问", "本条之问", "措辞之问")]
    assert places == sorted(places)
    assert "4个问题的答复会变，其中3个是实质变化" in page
    assert "由对变错" in page
    assert "上一句" in page
    assert "<mark>甲</mark>" in page
    assert "<mark>乙</mark>" in page
    assert "没有安装测试题" in page
    assert "请管理员核对后发布" in page


async def test_publishing_needs_the_tick_where_substance_changes(sign_in: SignIn, desk: Desk) -> None:
    chief = await sign_in("administrator")
    draft = await _begun(chief, desk)
    await chief.post(f"/faq/drafts/{draft.id}", {"yaml": draft.base.replace("answer: 方案提出", "answer: 据方案")})
    saved = desk.faq.drafts.find(draft.id)
    keep_preview(desk, saved, change("某问"))
    assert 'name="confirmed"' in (await chief.get(f"/faq/drafts/{draft.id}/preview")).text
    refused = await chief.post(f"/faq/drafts/{draft.id}/publish")
    assert refused.status == 400
    assert "已核对以上变化" in refused.text
    assert desk.faq.library.block(ENTRY)[1].text == draft.base
    assert (await chief.post(f"/faq/drafts/{draft.id}/publish", {"confirmed": "yes"})).status == 303
    assert desk.faq.library.block(ENTRY)[1].text == saved.text


async def test_a_preview_that_is_out_of_date_is_said_and_not_published_by(sign_in: SignIn, desk: Desk) -> None:
    chief = await sign_in("administrator")
    draft = await _begun(chief, desk)
    keep_preview(desk, draft)
    await chief.post(f"/faq/drafts/{draft.id}", {"yaml": draft.base.replace("answer: 方案提出", "answer: 据方案")})
    page = await chief.get(f"/faq/drafts/{draft.id}/preview")
    assert "重新预览" in page.text
    assert "/publish" not in page.text
    assert (await chief.post(f"/faq/drafts/{draft.id}/publish", {"confirmed": "yes"})).status == 409


async def test_the_second_of_two_editors_sees_both_texts_and_goes_on_with_what_was_typed(sign_in: SignIn, desk: Desk) -> None:
    first, second = await sign_in("administrator", login="wang"), await sign_in("administrator", login="zhao")
    drafts = [await _begun(one, desk) for one in (first, second)]
    for one, draft, word in zip((first, second), drafts, ("甲案", "乙案"), strict=True):
        await one.post(f"/faq/drafts/{draft.id}", {"yaml": draft.base.replace("answer: 方案提出", f"answer: {word}提出")})
        keep_preview(desk, desk.faq.drafts.find(draft.id))
    assert (await first.post(f"/faq/drafts/{drafts[0].id}/publish")).status == 303
    refused = await second.post(f"/faq/drafts/{drafts[1].id}/publish")
    assert refused.status == 409
    for text in ("没有发布", "甲案提出", "乙案提出"):
        assert text in refused.text
    assert "甲案提出" in desk.faq.library.block(ENTRY)[1].text
    assert (await second.post(f"/faq/drafts/{drafts[1].id}/move")).status == 303
    moved = desk.faq.drafts.find(drafts[1].id)
    assert "甲案提出" in moved.base
    assert "乙案提出" in moved.text
    keep_preview(desk, moved)
    assert (await second.post(f"/faq/drafts/{moved.id}/publish")).status == 303
    assert "乙案提出" in desk.faq.library.block(ENTRY)[1].text


async def test_an_entry_that_was_removed_meanwhile_is_said(sign_in: SignIn, desk: Desk) -> None:
    chief, other = await sign_in("administrator", login="wang"), await sign_in(login="chen")
    draft = await _begun(other, desk)
    removal = await _begun(chief, desk, kind="remove")
    assert "将要删除的内容" in (await chief.get(f"/faq/drafts/{removal.id}")).text
    keep_preview(desk, removal)
    assert (await chief.post(f"/faq/drafts/{removal.id}/publish")).status == 303
    page = await other.get(f"/faq/drafts/{draft.id}")
    assert page.status == 200
    assert "现在已经没有了" in page.text
    assert (await other.post(f"/faq/drafts/{draft.id}/move")).status == 400
    assert (await other.get(f"/faq/entries/{ENTRY}")).status == 404


async def test_versions_are_listed_compared_and_brought_back_by_the_entry_and_by_the_file(sign_in: SignIn, desk: Desk) -> None:
    chief = await sign_in("administrator", login="wang")
    draft = await _begun(chief, desk)
    await chief.post(f"/faq/drafts/{draft.id}", {"yaml": draft.base.replace("answer: 方案提出", "answer: 据方案")})
    keep_preview(desk, desk.faq.drafts.find(draft.id))
    await chief.post(f"/faq/drafts/{draft.id}/publish")
    listed = (await chief.get("/faq/versions")).text
    assert "~ land-overview" in listed
    changed, found = desk.faq.versions.page(file=LAND)
    page = (await chief.get(f"/faq/versions/{changed.id}")).text
    assert re.search(r'class="removed">.*?answer: 方案提出', page, re.DOTALL)
    assert re.search(r'class="added">.*?answer: 据方案', page, re.DOTALL)
    assert "文件现在就是这个版本" in page
    assert "没有差别" in (await chief.get(f"/faq/versions/{changed.id}?with={changed.id}")).text
    page = (await chief.get(f"/faq/versions/{found.id}?with={changed.id}")).text
    assert f'name="entry" value="{ENTRY}"' in page
    for fields in ({"entry": ENTRY}, {}):
        begun = await chief.post(f"/faq/versions/{found.id}/restore", fields)
        restoring = desk.faq.drafts.find(int(begun.headers["Location"].split("/")[-2]))
        assert restoring.restores == found.id
        assert (await chief.get(f"/faq/drafts/{restoring.id}")).status == 200
    keep_preview(desk, restoring)
    assert (await chief.post(f"/faq/drafts/{restoring.id}/publish")).status == 303
    assert desk.faq.library.block(ENTRY)[1].text == draft.base
    assert desk.faq.versions.page(file=LAND)[0].kind is VersionKind.RESTORED
    assert (await chief.post(f"/faq/versions/{found.id}/restore", {"entry": ENTRY})).status == 400
    other = desk.faq.versions.page(file="boundaries/money.yml")
    assert other == ()


async def test_an_officer_may_neither_publish_nor_restore(sign_in: SignIn, desk: Desk) -> None:
    for role in ("officer", "supervisor"):
        officer = await sign_in(role)
        draft = await _begun(officer, desk)
        keep_preview(desk, draft)
        assert (await officer.post(f"/faq/drafts/{draft.id}/publish", {"confirmed": "yes"})).status == 403
        assert (await officer.post("/faq/versions/1/restore")).status == 403
        assert desk.faq.versions.page() == ()


async def test_where_files_are_read_only_that_is_said_on_every_page_that_edits(
    sign_in: SignIn, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    chief = await sign_in("administrator")
    draft = await _begun(chief, desk)
    keep_preview(desk, draft)
    monkeypatch.setattr(os, "access", lambda path, mode: not mode & os.W_OK)  # as on a read-only file system
    for path in ("/faq", f"/faq/entries/{ENTRY}", f"/faq/drafts/{draft.id}", f"/faq/drafts/{draft.id}/preview"):
        assert "只读" in (await chief.get(path)).text, path
    assert (await chief.post(f"/faq/drafts/{draft.id}/publish")).status == 409


async def test_files_that_are_faulty_are_named_on_the_list_and_hold_up_publishing(sign_in: SignIn, desk: Desk) -> None:
    chief = await sign_in("administrator")
    money = desk.faq.library.folder / "boundaries" / "money.yml"
    money.write_text(money.read_text(encoding="utf-8").replace("near: task-09", "near: task-99", 1), encoding="utf-8")
    assert "boundaries/money.yml:" in (await chief.get("/faq")).text
    draft = await _begun(chief, desk)
    assert "boundaries/money.yml" in (await chief.get(f"/faq/drafts/{draft.id}")).text
    assert (await chief.post(f"/faq/drafts/{draft.id}/preview")).status == 409


async def test_without_an_encoder_a_question_and_a_preview_say_that_they_failed(sign_in: SignIn, desk: Desk) -> None:
    officer = await sign_in()
    draft = await _begun(officer, desk)
    assert "先写一个问题" in (await officer.post(f"/faq/drafts/{draft.id}/ask", {"question": " "})).text
    fragment = await officer.post(f"/faq/drafts/{draft.id}/ask", {"question": "用地"}, **{"HX-Request": "true"})
    assert "暂时不能作答" in fragment.text
    assert "<html" not in fragment.text
    assert (await officer.post(f"/faq/drafts/{draft.id}/preview")).status == 303
    for _ in range(100):
        page = (await officer.get(f"/faq/drafts/{draft.id}/preview")).text
        if "预览没有完成" in page:
            break
    assert "重新预览" in page


async def test_what_anybody_typed_is_shown_as_text_and_nothing_else(sign_in: SignIn, desk: Desk) -> None:
    chief = await sign_in("administrator")
    draft = await _begun(chief, desk)
    fields = {"question": HOSTILE, "phrasings": HOSTILE, "answer": HOSTILE, "clause": HOSTILE, "quote": HOSTILE, "reviewer": HOSTILE}
    await chief.post(f"/faq/drafts/{draft.id}", fields)
    told = {"kind": "answered", "entry": HOSTILE, "text": HOSTILE, "quotes": [[HOSTILE, HOSTILE]]}
    keep_preview(desk, desk.faq.drafts.find(draft.id), change(HOSTILE, follows=HOSTILE, after=told))
    echoing = [f"/faq/drafts/{draft.id}{path}" for path in ("", "?mode=yaml", "/preview")] + [f"/faq?q={quote(HOSTILE)}"]
    for path in (*echoing, f"/faq/versions?file={quote(HOSTILE)}&entry={quote(HOSTILE)}", "/faq/drafts"):
        page = await chief.get(path)
        assert page.status == 200, path
        assert "<img" not in page.text, path
        assert "{{7*7}}" in page.text or path == "/faq/drafts", path
    await chief.post(f"/faq/drafts/{draft.id}", {"yaml": HOSTILE})
    assert "<img" not in (await chief.get(f"/faq/drafts/{draft.id}")).text


async def test_a_draft_is_thrown_away_by_its_officer_or_by_whoever_publishes(sign_in: SignIn, desk: Desk) -> None:
    officer, chief = await sign_in(login="chen"), await sign_in("administrator", login="wang")
    drafts = [await _begun(officer, desk), await _begun(officer, desk, kind="remove")]
    for one, draft in zip((officer, chief), drafts, strict=True):
        assert (await one.post(f"/faq/drafts/{draft.id}/discard")).status == 303
        assert (await one.get(f"/faq/drafts/{draft.id}")).status == 404
    assert [row.action for row in desk.officers.audit.page(limit=2)] == ["faq.draft-discarded"] * 2
    assert desk.faq.library.block(ENTRY)


async def test_all_pages_are_there_in_english_too(sign_in: SignIn, desk: Desk) -> None:
    officer = await sign_in()
    officer.cookies["desk-language"] = "en"
    draft = await _begun(officer, desk)
    keep_preview(desk, draft, change("某问"))
    for path in ("/faq", "/faq?q=地", f"/faq/entries/{ENTRY}", "/faq/new", "/faq/drafts", f"/faq/drafts/{draft.id}",
                 f"/faq/drafts/{draft.id}?mode=yaml", f"/faq/drafts/{draft.id}/preview", "/faq/versions"):  # fmt: skip
        page = await officer.get(path)
        assert page.status == 200, path
        assert page.text.count("<h1") == 1, path
