"""What an edit would change, worked out by a process beside the service, with the encoder that was built."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator

import pytest
import structlog

from actions.faq.model import Draft, Preview
from actions.faq.opening import Faq, FaqPlaces, open_faq
from actions.officers.audit import AuditLog
from actions.tickets.database import open_database
from actions.tickets.personal import PersonalKey
from bot.settings import Settings
from knowledge.editing import Edit, EditKind
from knowledge.index.packed import read_packed
from tests.knowledge.editing.copies import small_copy

pytestmark = pytest.mark.integration
LAND = "faq/land.yml"
ENTRY = "land-overview"
REAL = "老板问用地有什么支持，电话留了138"
_LONGEST = 120.0


@pytest.fixture(scope="module")
def faq(tmp_path_factory: pytest.TempPathFactory, built: Settings, key: PersonalKey) -> Iterator[Faq]:
    """On a small library, and a DATA_DIR of its own with the encoder and the index that were built."""
    data = tmp_path_factory.mktemp("var")
    for name, target in (("encoder", built.encoder_folder), ("index", built.index_folder)):
        (data / name).symlink_to(target.resolve())
    places = FaqPlaces(data, folder=small_copy(tmp_path_factory.mktemp("small") / "knowledge"))
    database = open_database(f"sqlite:///{data / 'tickets.sqlite'}")
    with open_faq(places, database, AuditLog(database, key), lambda: [REAL, "用地政策"], structlog.get_logger()) as opened:
        yield opened
    database.close()


def _draft(faq: Faq, change: Callable[[str], str], kind: EditKind = EditKind.CHANGE) -> Draft:
    base = faq.library.block(ENTRY)[1].text
    return faq.drafts.begin(Edit(LAND, kind, ENTRY, change(base)), base, "chen")


def _wait(faq: Faq, draft: Draft, until: Callable[[], bool]) -> None:
    give_up = time.monotonic() + _LONGEST
    while not until():
        assert time.monotonic() < give_up, faq.previews.progress(draft.id)
        time.sleep(0.05)


def _preview(faq: Faq, draft: Draft) -> Preview:
    faq.previews.start(draft)
    _wait(faq, draft, lambda: (job := faq.previews.progress(draft.id)) is None or bool(job.failed))
    assert faq.previews.progress(draft.id) is None, "failed"
    made = faq.drafts.preview(draft.id)
    assert made is not None
    assert faq.drafts.find(draft.id).previewed == faq.previews.mark(draft)
    return made


@pytest.fixture(scope="module")
def reworded(faq: Faq) -> tuple[Draft, Preview]:
    """Other words, and one wording more."""
    draft = _draft(
        faq, lambda text: text.replace("answer: 方案提出", "answer: 据方案").replace("- 用地政策\n", "- 用地政策\n    - 旮旯锦囊\n")
    )
    return draft, _preview(faq, draft)


def test_every_known_question_is_put_to_both_states_and_counted(reworded: tuple[Draft, Preview], faq: Faq) -> None:
    _, made = reworded
    wordings = {wording for listed in faq.library.listing().entries for wording in listed.entry.wordings}
    assert made.asked["wordings"] == len(wordings | {"旮旯锦囊"})
    assert made.asked["evaluation"] > 1500
    assert made.asked["real"] == 2
    assert made.evaluation == ""


def test_what_changes_is_listed_before_and_after(reworded: tuple[Draft, Preview], faq: Faq) -> None:
    _, made = reworded
    by_question = {change["question"]: change for change in made.changes}
    known = by_question["用地政策"]
    assert (known["change"], known["own"], known["known_from"]) == ("wording", True, ["wordings", "real"])
    assert known["before"]["text"].startswith("方案提出")
    assert known["after"]["text"].startswith("据方案")
    fresh = by_question["旮旯锦囊"]
    assert fresh["change"] in ("gained", "other")
    assert fresh["after"]["entry"] == ENTRY
    assert fresh in made.of_substance
    assert made.changed["wordings"] >= len(faq.library.listing().entries[0].entry.wordings)


def test_test_questions_that_would_no_longer_be_answered_rightly_are_marked_and_what_is_unwise_is_advised(faq: Faq) -> None:
    base = faq.library.block(ENTRY)[1].text
    answer = base[base.index("  answer:") : base.index("  citations:")]
    head = base[: base.index("  phrasings:")]
    other = f"{head}  phrasings: [用地政策]\n{answer}  citations:\n    - clause: task-10\n      quote: 金融\n"
    made = _preview(faq, _draft(faq, lambda text: other))
    worse = [change for change in made.changes if change["verdict"] == "worse"]
    assert made.worse == len(worse) > 0
    assert all("evaluation" in change["known_from"] for change in worse)
    assert any("只有 1 种" in advice["reason"] and advice["file"] == LAND for advice in made.advice)


def test_a_question_is_answered_by_the_draft_before_anything_is_published(reworded: tuple[Draft, Preview], faq: Faq) -> None:
    draft, _ = reworded
    told = faq.previews.ask(draft, "旮旯锦囊")
    assert (told.kind, told.entry) == ("answered", ENTRY)
    assert told.text.startswith("据方案")
    assert faq.library.block(ENTRY)[1].text == draft.base


def test_the_process_lets_everything_else_go_first_and_keeps_no_enquirer_s_words(
    reworded: tuple[Draft, Preview], faq: Faq, key: PersonalKey
) -> None:
    process = faq.worker.process_id
    assert process is not None
    assert os.getpriority(os.PRIO_PROCESS, process) >= 15
    kept = list((faq.places.data / "previews").glob("answers-*"))
    assert kept
    for file in kept:
        answers = read_packed(file)
        assert "用地政策" in answers
        assert REAL not in answers


def test_a_draft_that_changes_meanwhile_is_previewed_anew_and_one_that_is_gone_not_at_all(faq: Faq) -> None:
    draft = _draft(faq, lambda text: text.replace("answer: 方案提出", "answer: 甲方案"))
    faq.previews.start(draft)
    faq.previews.start(draft)
    _wait(faq, draft, lambda: (job := faq.previews.progress(draft.id)) is None or job.total > 0)
    saved = faq.drafts.save(draft.id, "chen", draft.text.replace("甲方案", "乙方案"))
    made = _preview(faq, saved)
    assert all("甲方案" not in change["after"]["text"] for change in made.changes)
    faq.previews.start(saved)
    faq.previews.cancel(saved.id)
    assert faq.previews.progress(saved.id) is None


def test_faulty_files_are_told_as_a_failure(faq: Faq) -> None:
    draft = _draft(faq, lambda text: text.replace("clause: task-09", "clause: task-99"))
    faq.previews.start(draft)
    _wait(faq, draft, lambda: (job := faq.previews.progress(draft.id)) is not None and bool(job.failed))
    assert faq.drafts.preview(draft.id) is None


def test_a_process_that_dies_is_told_and_the_next_preview_starts_another(faq: Faq) -> None:
    draft = _draft(faq, lambda text: text.replace("answer: 方案提出", "answer: 照方案"))
    faq.previews.start(draft)
    _wait(faq, draft, lambda: (job := faq.previews.progress(draft.id)) is not None and job.total > 0)
    process = faq.worker.process_id
    assert process is not None
    os.kill(process, signal.SIGKILL)
    _wait(faq, draft, lambda: (job := faq.previews.progress(draft.id)) is not None and bool(job.failed))
    assert faq.drafts.preview(draft.id) is None
    assert _preview(faq, draft).changes
