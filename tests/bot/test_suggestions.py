"""Every question that the chat page suggests, in each language, has a right answer in the library."""

from __future__ import annotations

import re

import opencc
import pytest

from bot.settings import PROJECT
from knowledge.sources import Sources

TEXTS = PROJECT / "bot" / "channels" / "web" / "static" / "texts.js"


def _suggested() -> list[str]:
    topics = TEXTS.read_text(encoding="utf-8").split("export const TOPICS", 1)[1]
    return re.findall(r"'([^']+[?？])'", topics)


@pytest.mark.parametrize("question", _suggested())
def test_a_suggested_question_is_a_wording_of_an_answer(question: str, sources: Sources) -> None:
    simplified = opencc.OpenCC("t2s").convert(question)  # the library is kept in one script; messages are read in either
    owners = [entry for entry in sources.entries if simplified in entry.wordings]
    assert [entry.is_boundary for entry in owners] == [False], "put it into the library as a wording of the entry that answers it"


def test_the_page_suggests_two_or_three_questions_for_each_of_six_topics_in_three_languages() -> None:
    assert len(_suggested()) == 3 * 6 * 3
