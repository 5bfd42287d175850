"""From a question over HTTP to a cited answer, through real Rasa, the real index and the real plan."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import requests

from actions.questions.recent import last_months_questions
from actions.tickets.database import open_database
from knowledge.plan import Plan
from tests.acceptance.conftest import Assistant

pytestmark = pytest.mark.acceptance


def _answer(body: Any) -> Any:
    return body["messages"][0]["answer"]


@pytest.mark.parametrize(
    ("question", "clause", "bureau"),
    [
        ("主平台制造业项目的用地指标怎么保障", "task-09", "市自然资源局"),
        ("银行能给转移过来的企业做银团贷款吗", "task-11", "市金融局"),
        ("高层次人才的子女入学怎么安排", "task-13", "市人力资源和社会保障局"),
        ("信贷绿色通道是怎么回事", "task-11", "市金融局"),
        ("环评审批有绿色通道吗", "task-12", "市生态环境局"),
        ("企业办迁移登记有没有绿色通道", "task-15", "市发展改革局"),
        ("重大招商项目的绿色通道和专班怎么服务", "task-17", "市投资促进局"),
    ],
)
def test_a_question_is_answered_with_a_verbatim_quote_and_the_bureau(
    assistant: Assistant, plan: Plan, question: str, clause: str, bureau: str
) -> None:
    answer = _answer(assistant.chat(question))
    assert answer["status"] == "answered"
    assert answer["citations"][0]["clause"] == clause
    for citation in answer["citations"]:
        assert citation["quote"] in plan.by_id[citation["clause"]].text
        assert citation["number"] == plan.by_id[citation["clause"]].number
    assert bureau in answer["bureaus"]["principal"]


@pytest.mark.parametrize("question", ["每亩地多少钱", "贷款利率是多少", "环评多少个工作日批下来"])
def test_what_the_plan_does_not_say_is_not_made_up(assistant: Assistant, question: str) -> None:
    body = assistant.chat(question)
    assert _answer(body)["status"] == "abstained"
    assert _answer(body)["citations"] == []
    (bureau, *_) = _answer(body)["bureaus"]["principal"]
    assert "方案没有" in body["messages"][0]["text"]
    assert bureau in body["messages"][0]["text"]


def test_an_off_topic_question_names_no_bureau(assistant: Assistant) -> None:
    answer = _answer(assistant.chat("今天天气怎么样"))
    assert (answer["status"], answer["bureaus"]["principal"]) == ("abstained", [])


def test_whoever_wants_a_person_is_told_the_bureau_of_the_question_before(assistant: Assistant) -> None:
    first = assistant.chat("主平台制造业项目的用地指标怎么保障")
    then = assistant.chat("帮我转人工", first["conversation_id"])
    assert "市自然资源局" in then["messages"][0]["text"]
    assert _answer(then) is None
    other = assistant.chat("帮我转人工")
    assert "市自然资源局" not in other["messages"][0]["text"], "conversations must not mix"


def test_a_question_is_answered_in_the_language_and_the_script_that_it_is_asked_in(assistant: Assistant) -> None:
    english = assistant.chat("How is land for manufacturing projects on the main platform secured?")["messages"][0]
    assert "land quota" in english["text"]
    assert "In charge: Municipal Natural Resources Bureau." in english["text"]
    assert english["choices"][0] == {"title": "Contact the Municipal Natural Resources Bureau", "payload": "联系市自然资源局"}
    assert "应保尽保" in english["answer"]["citations"][0]["quote"]
    assert "The plan does not say this." in assistant.chat("How much is the rent per month?")["messages"][0]["text"]
    traditional = assistant.chat("主平臺製造業項目的用地指標怎麼保障")["messages"][0]
    assert "這項工作由市自然資源局牽頭。" in traditional["text"]
    assert traditional["answer"]["citations"][0]["clause"] == "task-09"


def test_a_follow_up_is_understood_from_the_turn_before(assistant: Assistant) -> None:
    first = assistant.chat("廉江主要承接什么产业")
    conversation_id = first["conversation_id"]
    assert "遂溪县" in assistant.chat("那遂溪呢", conversation_id)["messages"][0]["text"]
    assert "原文是：“遂溪县" in assistant.chat("原文是什么", conversation_id)["messages"][0]["text"]
    assert "市工业和信息化局" in assistant.chat("找哪个部门", conversation_id)["messages"][0]["text"]
    assert _answer(assistant.chat("主平台制造业项目的用地指标怎么保障", conversation_id))["citations"][0]["clause"] == "task-09"
    assert "遂溪" not in str(assistant.chat("原文是什么")), "conversations must not mix"


def test_what_could_not_be_answered_is_kept_for_the_officers_with_numbers_masked(assistant: Assistant) -> None:
    assistant.chat("每亩地多少钱，我电话13800138000")
    database = open_database(f"sqlite:///{Path(assistant.environment['DATA_DIR']) / 'tickets.sqlite'}")
    deadline = time.monotonic() + 10
    latest: list[str] = []
    while "每亩地多少钱,我电话[电话]" not in latest and time.monotonic() < deadline:
        latest = last_months_questions(database, 1)
        time.sleep(0.1)
    database.close()
    assert "每亩地多少钱,我电话[电话]" in latest


def test_a_choice_can_be_sent_as_it_is(assistant: Assistant) -> None:
    first = assistant.chat("信贷绿色通道是怎么回事")
    choice = first["messages"][0]["choices"][0]
    assert choice["title"] == "联系市金融局"
    assert "市金融局" in assistant.chat(choice["payload"], first["conversation_id"])["messages"][0]["text"]


ODD = ["😀😀", "？？？", "/restart", "<script>alert(1)</script>", "'; DROP TABLE x; --", "啊" * 1000, "\u202e反"]


@pytest.mark.parametrize("text", ODD, ids=[text[:12] for text in ODD])
def test_odd_input_gets_a_polite_reply_that_does_not_echo_it(assistant: Assistant, text: str) -> None:
    (message,) = assistant.chat(text)["messages"]
    assert message["text"]
    assert "<script" not in message["text"]


def test_every_reply_is_as_the_openapi_description_says(assistant: Assistant) -> None:
    described = requests.get(f"{assistant.url}/api/openapi.json", timeout=5).json()
    validator = jsonschema.Draft202012Validator({"$ref": "#/components/schemas/ChatReply", "components": described["components"]})
    for text in ("主平台制造业项目的用地指标怎么保障", "每亩地多少钱", "今天天气怎么样", "你好", "转人工"):
        validator.validate(assistant.chat(text))


def test_a_long_conversation_keeps_its_place(assistant: Assistant) -> None:
    conversation_id = assistant.chat("信贷绿色通道是怎么回事")["conversation_id"]
    for _ in range(12):
        assistant.chat("你好", conversation_id)
    assert "市金融局" in assistant.chat("帮我转人工", conversation_id)["messages"][0]["text"]


def test_rasa_and_the_actions_are_out_of_reach_without_the_token(assistant: Assistant) -> None:
    url = f"http://127.0.0.1:{assistant.environment['ACTION_PORT']}/actions"
    assert requests.post(url, json={"next_action": "action_answer"}, timeout=5).status_code == 403
    for name in ("RASA_PORT", "ACTION_PORT"):
        listening = [c for child in assistant.children().values() for c in child.net_connections() if c.status == "LISTEN"]
        assert {c.laddr.ip for c in listening if c.laddr.port == int(assistant.environment[name])} == {"127.0.0.1"}


def test_a_stopped_rasa_gives_a_clear_503_within_5_seconds_and_the_service_recovers(assistant: Assistant) -> None:
    rasa = assistant.children()["rasa"]
    os.kill(rasa.pid, signal.SIGSTOP)
    try:
        started = time.monotonic()
        response = requests.post(f"{assistant.url}/api/chat", json={"text": "用地"}, timeout=10)
        assert time.monotonic() - started < 5
        assert response.status_code == 503
        assert response.json()["error"]["code"] == "dialogue_unavailable"
        assert requests.get(f"{assistant.url}/healthz", timeout=5).status_code == 503
    finally:
        os.kill(rasa.pid, signal.SIGCONT)
    assert _answer(assistant.chat("主平台制造业项目的用地指标怎么保障"))["status"] == "answered"
    assert requests.get(f"{assistant.url}/healthz", timeout=5).status_code == 200


def test_the_logs_hold_no_message_text(assistant: Assistant) -> None:
    assistant.chat("我叫钱多多，电话13800138000，想问用地")
    log = Path(assistant.environment["DATA_DIR"], "log", "service.log").read_text(encoding="utf-8")
    assert "13800138000" not in log
    assert "钱多多" not in log
    assert any(json.loads(line)["event"] == "request" for line in log.splitlines())
