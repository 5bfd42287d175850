"""English answers: renderings of the library, names of clauses and bureaus, the plan's own words where there is no rendering."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import yaml

from bot.settings import Settings
from knowledge.answer import Answer, Bureaus, Citation, NoAnswer, Reason
from knowledge.artefacts import Places
from knowledge.check import check
from knowledge.editing.trial import copy_sources
from knowledge.errors import PlanError
from knowledge.knowledge import Knowledge
from knowledge.opening import open_knowledge
from knowledge.plan.english import read_english_names
from knowledge.question.language import Language, language_of, to_traditional
from knowledge.sources import FOLDER, Sources, read_sources
from knowledge.telling.composer import Composer
from knowledge.telling.english import EnglishTeller
from knowledge.terms import TermReader

_CHINESE = re.compile(r"[\u3400-\u9fff]")


@pytest.fixture(scope="module")
def sources() -> Sources:
    return read_sources()


@pytest.fixture(scope="module")
def teller(sources: Sources) -> EnglishTeller:
    return EnglishTeller(sources, {entry.id: entry for entry in sources.entries})


def _words(text: str) -> str:
    """Without what is cited and quoted, which stays Chinese."""
    return re.sub(r"“[^”]*”|[一二三四]（[一二三四]）\d*|《[^》]*》", "", text)


def test_every_answer_of_the_library_has_an_english_rendering(sources: Sources) -> None:
    answered = [entry for entry in sources.entries if entry.quotes or entry.is_about_the_service]
    assert len(answered) > 400
    for entry in answered:
        assert entry.answer_en, entry.id
        assert not _CHINESE.search(entry.answer_en), entry.id
        assert len(entry.answer_en) <= 500, entry.id


def test_figures_are_the_same_in_both_languages(sources: Sources) -> None:
    """Amounts in 亿 are written in billions, which no digit can be compared with."""
    for entry in sources.entries:
        if entry.answer_en and "亿" not in entry.answer and entry.quotes:
            assert sorted(set(re.findall(r"\d+", entry.answer))) == sorted(set(re.findall(r"\d+", entry.answer_en))), entry.id


def test_every_answer_is_told_in_english_with_source_and_bureaus(sources: Sources, teller: EnglishTeller) -> None:
    composer = Composer(sources)
    for entry in sources.entries:
        if not entry.quotes:
            continue
        told = composer.answer(entry, 0.9)
        english = teller.tell(told)
        assert (entry.answer_en or "?") in english.text
        assert not _CHINESE.search(_words(english.text)), english.text
        assert isinstance(english, Answer)
        assert (english.citations, english.bureaus, english.score) == (told.citations, told.bureaus, told.score)


def test_several_answers_are_told_in_their_order(sources: Sources, teller: EnglishTeller) -> None:
    first, second = [entry for entry in sources.entries if entry.quotes][3:5]
    citations = (Citation("task-09", "二（三）9", "加强用地用林保障", "原文"),)
    text = teller.tell(Answer(f"1. {second.answer}\n2. {first.answer}", citations, Bureaus(), 0.9, second.id)).text
    assert text.startswith(
        f"1. {second.answer_en}\n2. {first.answer_en} (Source: Implementation Plan (draft for comment), 二（三）9 “Securing"
    )


def test_what_has_no_rendering_is_told_in_the_plan_s_own_words(teller: EnglishTeller) -> None:
    citation = Citation("task-09", "二（三）9", "加强用地用林保障", "应保尽保")
    text = teller.tell(Answer("没有译文", (citation,), Bureaus(("市自然资源局",)), 0.9, "x")).text
    assert text.startswith(
        "The plan says on this, in its own words: “应保尽保” (Source: Implementation Plan (draft for comment), 二（三）9"
    )
    assert text.endswith("\nIn charge: Municipal Natural Resources Bureau.")


@pytest.mark.parametrize("reason", list(Reason))
def test_no_answer_is_told_in_english_too(teller: EnglishTeller, reason: Reason) -> None:
    bureaus = Bureaus(("市税务局",)) if reason is Reason.UNSTATED else Bureaus()
    told = teller.tell(NoAnswer(reason, "中文", bureaus, 0.9, "land-overview"))
    assert not _CHINESE.search(_words(told.text))
    if reason is Reason.UNSTATED:
        assert "Please ask the Municipal Tax Bureau." in told.text
        assert "二（三）9 “Securing land and forest land”" in told.text


def test_a_missing_and_a_superfluous_english_name_are_refused(tmp_path: Path) -> None:
    copy_sources(FOLDER, tmp_path / "knowledge")
    file = tmp_path / "knowledge" / "plan" / "english.yml"
    names = yaml.safe_load(file.read_text(encoding="utf-8"))
    with pytest.raises(PlanError, match="task-99"):
        read_english_names(file, [*names["clauses"], "task-99"], names["bureaus"])
    with pytest.raises(PlanError, match="市税务局"):
        read_english_names(file, names["clauses"], set(names["bureaus"]) - {"市税务局"})
    file.write_text("clauses: [1]", encoding="utf-8")
    assert [fault.file for fault in check(tmp_path / "knowledge", date.today()).faults] == [file]


@pytest.mark.parametrize(
    ("text", "otherwise", "language"),
    [
        ("How is land secured?", "zh-Hans", "en"),
        ("GDP", "zh-Hans", "zh-Hans"),
        ("GDP", "en", "en"),
        ("用地政策", "en", "zh-Hans"),
        ("用地政策", "zh-Hant", "zh-Hant"),
        ("用地指標怎麼保障", "zh-Hans", "zh-Hant"),
        ("用地指标怎么保障", "en", "zh-Hans"),
        ("有冇地皮啊", "zh-Hans", "zh-Hans"),
        ("？？", "zh-Hant", "zh-Hant"),
    ],
)
def test_the_language_is_the_one_that_a_message_is_written_in(text: str, otherwise: Language, language: Language) -> None:
    assert language_of(text, otherwise) == language


def test_what_is_tapped_in_traditional_characters_is_read_as_what_was_meant(sources: Sources) -> None:
    terms = TermReader()
    for bureau in sources.english.bureaus:
        assert terms.normalise(to_traditional(f"联系{bureau}")) == terms.normalise(f"联系{bureau}")


@pytest.mark.integration
def test_an_english_question_is_answered_in_english_with_the_plan_s_words_beside_it(built: Settings) -> None:
    knowledge: Knowledge = open_knowledge(Places(built.index_folder, built.encoder_folder))
    question = "How is land for manufacturing projects secured?"
    language = knowledge.language_of(question, "zh-Hans")
    reply = knowledge.reply(question, None, language)
    assert language == "en"
    assert isinstance(reply.told, Answer)
    assert not _CHINESE.search(_words(reply.told.text))
    assert reply.told.citations[0].quote in knowledge.clauses[reply.told.citations[0].clause].text
    assert reply.called == {"市自然资源局": "Municipal Natural Resources Bureau"}
    assert knowledge.ask(question) == replace(reply.told, text=knowledge.ask(question).text)
    assert knowledge.language_of("rongzi zhengce", "zh-Hans") == "zh-Hans"
