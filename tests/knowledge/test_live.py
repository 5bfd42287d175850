"""Knowledge that follows its files: a saved change is answered from, a faulty one is refused."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest

from bot.serve import knowledge_places
from bot.settings import Settings
from knowledge import Answer
from knowledge.encoder.model import open_encoder
from knowledge.index.assembly import IndexMaker
from knowledge.index.folder import open_index
from knowledge.knowledge import Knowledge
from knowledge.live import LiveKnowledge, Refreshed, Refused
from knowledge.sources import CONCEPTS, FOLDER, FOLLOW_UPS, candidates, hash_sources, read_sources
from knowledge.terms import TermReader

pytestmark = pytest.mark.integration
LAND = "faq/land.yml"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the plan and one topic."""
    copy = tmp_path_factory.mktemp("live") / "knowledge"
    for name in ("plan", "faq", "boundaries"):
        (copy / name).mkdir(parents=True)
    others = [FOLDER / name for name in (LAND, "boundaries/money.yml", CONCEPTS, FOLLOW_UPS)]
    for file in [*(FOLDER / "plan").glob("*.*"), *others]:
        shutil.copy(file, copy / file.relative_to(FOLDER))
    return copy


@pytest.fixture
def live(folder: Path, built: Settings, tmp_path: Path) -> LiveKnowledge:
    """Live knowledge of the copy, with the encoder that was built."""
    shutil.copy(FOLDER / LAND, folder / LAND)
    sources, terms, encoder = read_sources(folder), TermReader(), open_encoder(knowledge_places(built).encoder_in_use)
    index = IndexMaker(encoder, terms).make(candidates(sources))
    return LiveKnowledge(Knowledge(sources, index, encoder, terms), encoder, terms, folder, tmp_path / "index")


def _edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_nothing_happens_while_nothing_changes(live: LiveKnowledge) -> None:
    before = live.current
    assert live.refresh() is None
    assert live.current is before


def test_a_saved_answer_is_told_and_kept_for_the_next_start(live: LiveKnowledge, folder: Path, tmp_path: Path) -> None:
    _edit(folder / LAND, "answer: 方案提出", "answer: 据方案")
    outcome = live.refresh()
    assert isinstance(outcome, Refreshed)
    assert outcome.changed == (LAND,)
    told = live.current.ask("用地政策")
    assert isinstance(told, Answer)
    assert told.text.startswith("据方案")
    kept = open_index(tmp_path / "index", hash_sources(folder), live.encoder_identity)
    assert kept.candidates == live.current.candidates


@pytest.mark.parametrize("damage", ["quote: 强化", "entries", "topic"])
def test_a_faulty_file_is_refused_and_the_last_good_state_answers(live: LiveKnowledge, folder: Path, damage: str) -> None:
    before = live.current
    _edit(folder / LAND, damage, f"{damage}\tx")
    outcome = live.refresh()
    assert isinstance(outcome, Refused)
    assert "land.yml:" in str(outcome.error)
    assert live.current is before
    shutil.copy(FOLDER / LAND, folder / LAND)
    live.refresh()
    assert isinstance(live.current.ask("用地政策"), Answer)


def test_a_vanished_file_is_followed_too(live: LiveKnowledge, folder: Path) -> None:
    (folder / LAND).unlink()
    assert isinstance(live.refresh(), Refreshed)
    assert not any(entry.topic == "land" for entry in live.current.candidates)


def test_a_document_is_answered_from_under_its_own_name_until_it_is_superseded(live: LiveKnowledge, folder: Path) -> None:
    documents = folder / "documents"
    shutil.copytree(Path(__file__).parent / "documents", documents)
    assert isinstance(live.refresh(), Refreshed)
    question = "人才公寓办法里，公寓租金怎么算"
    told = live.current.ask(question)
    assert isinstance(told, Answer), told.text
    assert "湛江市转移企业人才公寓办法（测试文件，非真实政策）" in told.text
    assert told.citations[0].clause.startswith("test-talent-flats/")
    assert told.citations[0].quote in live.current.clauses[told.citations[0].clause].text
    _edit(documents / "test-talent-flats.yml", "standing: in force", "standing: superseded")
    assert isinstance(live.refresh(), Refreshed)
    assert "人才公寓办法" not in live.current.ask(question).text
    (documents / "test-talent-flats.docx").write_bytes(b"PK broken")
    assert isinstance(live.refresh(), Refused)
    shutil.rmtree(documents)
    assert isinstance(live.refresh(), Refreshed)


def test_a_new_everyday_word_is_understood_at_once(live: LiveKnowledge, folder: Path) -> None:
    assert "用地" not in live.current.concepts_of("想攞旮旯")
    _edit(folder / CONCEPTS, "用地: [", "用地: [旮旯, ")
    assert isinstance(live.refresh(), Refreshed)
    assert "用地" in live.current.concepts_of("想攞旮旯")
    shutil.copy(FOLDER / CONCEPTS, folder / CONCEPTS)
    live.refresh()


def test_a_new_way_to_follow_up_is_understood_at_once_and_a_faulty_list_refused(live: LiveKnowledge, folder: Path) -> None:
    _edit(folder / FOLLOW_UPS, "bureau:\n", "bureau:\n  - 哪座衙门坐堂\n")
    assert isinstance(live.refresh(), Refreshed)
    asked = live.current.reply("主平台制造业项目的用地指标怎么保障").context
    assert live.current.reply("哪座衙门坐堂呢", asked).told.bureaus.principal == ("市自然资源局",)
    before = live.current
    _edit(folder / FOLLOW_UPS, "bureau:\n", "bureau:\n  - 哪座衙门坐堂\n")
    outcome = live.refresh()
    assert isinstance(outcome, Refused)
    assert "stands twice" in str(outcome.error)
    assert live.current is before
    shutil.copy(FOLDER / FOLLOW_UPS, folder / FOLLOW_UPS)


def test_an_empty_library_still_answers_from_the_plan_s_own_sentences(live: LiveKnowledge, folder: Path) -> None:
    (folder / LAND).unlink()
    (folder / "boundaries" / "money.yml").unlink()
    assert isinstance(live.refresh(), Refreshed)
    assert live.current.ask("设立产业用地收储周转资金，优先保障主平台和产业转移项目用地的征拆、收储").text
    assert live.current.ask("今天天气怎么样").text
    shutil.copy(FOLDER / "boundaries" / "money.yml", folder / "boundaries" / "money.yml")


def test_questions_are_answered_all_the_time_that_files_change(live: LiveKnowledge, folder: Path) -> None:
    failed: list[BaseException] = []
    stop = threading.Event()

    def ask() -> None:
        try:
            while not stop.is_set():
                assert isinstance(live.current.ask("用地政策"), Answer)
        except BaseException as error:
            failed.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    for number in range(3):
        _edit(folder / LAND, "用地政策" if number == 0 else f"用地政策{number}", f"用地政策{number + 1}")
        assert isinstance(live.refresh(), Refreshed)
    stop.set()
    asking.join()
    assert not failed
