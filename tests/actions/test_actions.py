"""Actions: the conversation in, what the knowledge says out, in Rasa's terms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from actions.answer import ActionAnswer
from actions.endpoint import TOKEN_HEADER, action_application
from actions.questions import Asked, Status
from knowledge import Answer, Bureaus, Citation, Context, Language, NoAnswer, Reason, Reply

CITED = Citation("task-09", "二（三）9", "加强用地用林保障", "应保尽保")
TOLD: dict[str, Answer | NoAnswer] = {
    "用地": Answer("由市指标保障。", (CITED,), Bureaus(("市自然资源局",), ("市财政局",)), 0.876, "land"),
    "产业": Answer("各有重点。", (CITED,), Bureaus(("市工业和信息化局", "市发展改革局", "各县（市、区）政府（管委会）")), 0.9, "d"),
    "地价": NoAnswer(Reason.UNSTATED, "方案没有写明。", Bureaus(("市自然资源局",)), 0.9, "boundary"),
    "天气": NoAnswer(Reason.OFF_TOPIC, "不在范围内。", Bureaus(), 0.9, None),
    "😀": NoAnswer(Reason.NO_WORDS, "没有看到文字。", Bureaus(), 1.0, None),
}


ABOUT = Context("用地怎么保障", "land", "task-09", True, "land", "", ("应保尽保",))


async def _reply(question: str, context: Context | None, chosen: Language) -> Reply:
    told = TOLD[question]
    called = {name: f"Bureau {number}" for number, name in enumerate(told.bureaus.principal)} if chosen == "en" else {}
    return Reply(told, ABOUT if isinstance(told, Answer) else context, called)


def _hear(text: str, before: Mapping[str, str | int]) -> dict[str, str | int]:
    return {**before, "district": "廉江市"} if text == "产业" else dict(before)


@pytest.fixture
def noted() -> list[Asked]:
    """The questions that were noted."""
    return []


@pytest.fixture
async def endpoint(noted: list[Asked]) -> Any:
    """The action endpoint, listening."""
    application = action_application([ActionAnswer(_reply, noted.append, _hear)], "token")
    async with TestClient(TestServer(application)) as client:
        yield client


async def _call(endpoint: Any, action: str, text: str, slots: dict[str, Any] | None = None, language: str = "zh-Hans") -> Any:
    message = {"text": text, "metadata": {"language": language}}
    tracker = {"sender_id": "a", "slots": slots or {}, "latest_message": message, "events": [], "paused": False}
    call = {"next_action": action, "sender_id": "a", "tracker": tracker, "domain": {}}
    response = await endpoint.post("/actions", json=call, headers={TOKEN_HEADER: "token"})
    assert response.status == 200, await response.text()
    return await response.json()


async def test_an_answer_is_uttered_with_its_citations_and_remembers_who_is_in_charge(endpoint: Any) -> None:
    outcome = await _call(endpoint, "action_answer", "用地")
    (response,) = outcome["responses"]
    assert response["text"] == "由市指标保障。"
    assert response["custom"]["answer"] == {
        "status": "answered",
        "citations": [{"clause": "task-09", "number": "二（三）9", "title": "加强用地用林保障", "quote": "应保尽保"}],
        "bureaus": {"principal": ["市自然资源局"], "supporting": ["市财政局"]},
        "score": 0.88,
    }
    assert response["buttons"] == [{"title": "联系市自然资源局", "payload": "联系市自然资源局"}]
    kept = {event["name"]: event["value"] for event in outcome["events"]}
    assert kept == {"bureaus_in_charge": ["市自然资源局"], "asked_about": ABOUT.as_fields()}


async def test_in_english_the_bureaus_are_offered_by_their_english_names(endpoint: Any) -> None:
    question = next(question for question, told in TOLD.items() if isinstance(told, Answer) and told.bureaus.principal)
    buttons = (await _call(endpoint, "action_answer", question, language="en"))["responses"][0]["buttons"]
    assert buttons[0] == {"title": "Contact the Bureau 0", "payload": f"联系{TOLD[question].bureaus.principal[0]}"}
    assert (await _call(endpoint, "action_answer", question, language="fr"))["responses"][0]["buttons"][0]["title"].startswith("联系")


async def test_what_was_asked_about_is_handed_on_to_the_next_turn(endpoint: Any) -> None:
    outcome = await _call(endpoint, "action_answer", "地价", {"asked_about": ABOUT.as_fields()})
    assert {"name": "asked_about", "value": ABOUT.as_fields()}.items() <= outcome["events"][1].items()


async def test_an_abstention_names_who_would_know(endpoint: Any) -> None:
    (response,) = (await _call(endpoint, "action_answer", "地价"))["responses"]
    assert response["custom"]["answer"]["status"] == "abstained"
    assert response["buttons"][0]["title"] == "联系市自然资源局"


async def test_each_question_is_noted_with_what_became_of_it_and_without_the_conversation_s_id(endpoint: Any, noted: list[Asked]) -> None:
    for question in ("用地", "地价", "天气"):
        await _call(endpoint, "action_answer", question)
    assert [(asked.question, asked.status, asked.clause) for asked in noted] == [
        ("用地", Status.ANSWERED, "task-09"),
        ("地价", Status.ABSTAINED, ""),
        ("天气", Status.OFF_TOPIC, ""),
    ]
    assert noted[1].entry == "boundary"
    assert {asked.conversation for asked in noted}.isdisjoint({"", "a"})


async def test_an_off_topic_question_offers_nobody(endpoint: Any) -> None:
    (response,) = (await _call(endpoint, "action_answer", "天气"))["responses"]
    assert response["custom"]["answer"]["bureaus"] == {"principal": [], "supporting": []}
    assert response["buttons"] == []


async def test_a_message_without_words_is_no_question(endpoint: Any) -> None:
    outcome = await _call(endpoint, "action_answer", "😀")
    assert outcome["responses"][0]["custom"] == {}
    assert outcome["events"] == []


async def test_a_group_of_bureaus_is_not_offered_as_a_contact(endpoint: Any) -> None:
    (response,) = (await _call(endpoint, "action_answer", "产业"))["responses"]
    assert [button["title"] for button in response["buttons"]] == ["联系市工业和信息化局", "联系市发展改革局"]


async def test_what_is_told_of_the_company_in_passing_is_noted(endpoint: Any) -> None:
    outcome = await _call(endpoint, "action_answer", "用地", {"heard": {"industry": "家电"}})
    assert [event["name"] for event in outcome["events"]] == ["bureaus_in_charge", "asked_about"], "nothing new was told"
    outcome = await _call(endpoint, "action_answer", "产业", {"heard": {"industry": "家电"}})
    assert outcome["events"][-1].items() >= {"name": "heard", "value": {"industry": "家电", "district": "廉江市"}}.items()


async def test_whoever_leaves_a_phone_is_asked_for_the_rest(endpoint: Any) -> None:
    TOLD["用地，我电话13800138000"] = TOLD["用地"]
    outcome = await _call(endpoint, "action_answer", "用地，我电话13800138000")
    assert outcome["responses"][0]["text"] == "由市指标保障。"
    assert outcome["events"][-1] == {"event": "followup", "timestamp": None, "name": "lead_form"}


async def test_a_message_that_only_wants_a_call_is_not_answered_from_the_plan(endpoint: Any) -> None:
    outcome = await _call(endpoint, "action_answer", "我是宏达电器的，13800138000，请安排人联系我")
    assert outcome["responses"] == []
    assert [event["name"] for event in outcome["events"]] == ["lead_form"]


@pytest.mark.parametrize("headers", [{}, {TOKEN_HEADER: ""}, {TOKEN_HEADER: "wrong"}, {TOKEN_HEADER: "tok\xe9n"}])
async def test_without_the_token_nothing_runs(endpoint: Any, headers: dict[str, str]) -> None:
    assert (await endpoint.post("/actions", json={"next_action": "action_answer"}, headers=headers)).status == 403


async def test_an_endpoint_without_a_token_serves_nobody() -> None:
    async with TestClient(TestServer(action_application([ActionAnswer(_reply, lambda asked: None, _hear)], ""))) as client:
        assert (await client.post("/actions", json={}, headers={TOKEN_HEADER: ""})).status == 403


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 400), (b"{", 400), (b'{"next_action": "action_none"}', 404), (b'{"next_action": "action_answer"}', 400)],
    ids=["nothing", "no JSON", "no such action", "no conversation"],
)
async def test_a_malformed_call_is_refused(endpoint: Any, body: bytes, status: int) -> None:
    assert (await endpoint.post("/actions", data=body, headers={TOKEN_HEADER: "token"})).status == status
