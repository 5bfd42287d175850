"""Questions are never taken for small talk, and small talk never for a question. With the trained model itself."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence

import pytest

from bot.settings import PROJECT, Settings
from bot.start.rasa_process import MODEL_NAME, rasa_environment
from knowledge.score.questions import read_questions
from knowledge.sources import Sources

pytestmark = pytest.mark.acceptance

TO_THE_KNOWLEDGE = {"ask", "nlu_fallback", "out_of_scope"}
SMALL_TALK = [
    ("您好呀", "greet"),
    ("早上好呀", "greet"),
    ("hello there", "greet"),
    ("非常感谢您", "thanks"),
    ("唔该晒你", "thanks"),
    ("thanks a lot", "thanks"),
    ("再见啦", "goodbye"),
    ("bye bye la", "goodbye"),
    ("你到底是不是真人", "who_are_you"),
    ("你是做什么的呀", "who_are_you"),
    ("我要转人工客服", "ask_for_person"),
    ("麻烦转一下人工", "ask_for_person"),
    ("帮我联系一下市教育局", "ask_for_person"),
]


def _intents(settings: Settings, texts: Sequence[str]) -> list[str]:
    command = [sys.executable, "-m", "tests.acceptance.parse", str(settings.model_folder / MODEL_NAME)]
    environment = rasa_environment(settings) | {"LOG_LEVEL": "ERROR"}
    asked = json.dumps(list(texts))
    ended = subprocess.run(command, cwd=PROJECT, env=environment, input=asked, text=True, capture_output=True, timeout=240, check=False)
    assert ended.returncode == 0, ended.stderr[-3000:]
    found: list[str] = json.loads(ended.stdout.strip().splitlines()[-1])
    return found


def test_every_test_question_reaches_the_knowledge(built: Settings, sources: Sources) -> None:
    # What is off topic may be small talk as well: 你是男的还是女的.
    questions = [question for question in read_questions(PROJECT / "tests" / "evaluation", sources.plan) if question.kind != "off"]
    assert _taken_for_small_talk(built, [question.text for question in questions]) == []


def test_at_most_one_wording_in_500_is_taken_for_small_talk(built: Settings, sources: Sources) -> None:
    # The library is edited without training Rasa anew, so a few of its bare keywords may look like small talk.
    wordings = [wording for entry in sources.entries for wording in entry.wordings]
    lost = _taken_for_small_talk(built, wordings)
    assert len(lost) <= len(wordings) / 500, lost


def _taken_for_small_talk(settings: Settings, texts: Sequence[str]) -> list[str]:
    return [text for text, intent in zip(texts, _intents(settings, texts), strict=True) if intent not in TO_THE_KNOWLEDGE]


def test_small_talk_is_recognised_in_words_it_was_not_trained_on(built: Settings) -> None:
    texts, intents = zip(*SMALL_TALK, strict=True)
    assert dict(zip(texts, _intents(built, texts), strict=True)) == dict(zip(texts, intents, strict=True))
