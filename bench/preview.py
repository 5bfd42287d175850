"""`python -m bench.preview`: how long a preview of an edited answer takes, and how long the swap to it, beside doing the same anew.

The preview puts every known question to both states of the library. It is measured with nothing kept from an earlier one and with the
answers of the state in use kept, beside putting the questions to two states that share nothing (`python -m knowledge diff`). The swap is
measured from the moment at which the file is replaced to the first answer by the new state, beside opening the same state anew.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from actions.settings import PROJECT
from bench.machine import describe_machine
from knowledge.artefacts import Places
from knowledge.changes import Told, change_of
from knowledge.editing.trial import copy_sources
from knowledge.encoder.model import open_encoder
from knowledge.index.assembly import IndexMaker
from knowledge.index.folder import open_index
from knowledge.knowledge import Knowledge
from knowledge.live import LiveKnowledge, Refreshed
from knowledge.preview.compare import Comparison, compare
from knowledge.preview.states import States
from knowledge.question.concepts import read_concepts
from knowledge.question.follow_up_wordings import read_follow_up_wordings
from knowledge.sources import CONCEPTS, FOLDER, FOLLOW_UPS, candidates, hash_sources, read_sources
from knowledge.terms import TermReader

_FILE, _BEFORE, _AFTER = "faq/land.yml", "answer: 方案提出，", "answer: 按方案，"
_QUESTION = "用地政策"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Timed:
    """Something that was done, in seconds, and what stands beside it."""

    name: str
    seconds: float
    beside: float


def main() -> int:
    """The table on stdout; 1 where there is nothing built to measure."""
    parser = argparse.ArgumentParser(prog="python -m bench.preview", description="Previews of an edit, and the swap to it.")
    parser.add_argument("--data", type=Path, default=PROJECT / "var", help="folder of what is built")
    data = parser.parse_args().data
    places = Places(data / "index", data / "encoder", "")
    if not places.encoder_in_use or not (data / "index").is_dir():
        print("bench: nothing is built yet: run `make knowledge`", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="bench-preview-") as folder:
        before, after = Path(folder) / "before", Path(folder) / "after"
        copy_sources(FOLDER, before)
        copy_sources(FOLDER, after)
        _edit(after)
        asked, previews = _previews(places, before, after, Path(folder) / "kept")
        swap = _swap(places, before)
    print(f"{asked:,} questions to both states; {describe_machine()}")
    for timed in (*previews, swap):
        print(f"{timed.name:<48}{timed.seconds:>8.1f} s{timed.beside:>10.1f} s anew{timed.seconds / timed.beside:>8.2f}")
    return 0


def _edit(folder: Path) -> None:
    file = folder / _FILE
    file.write_text(file.read_text(encoding="utf-8").replace(_BEFORE, _AFTER, 1), encoding="utf-8")


def _previews(places: Places, before: Path, after: Path, kept: Path) -> tuple[int, tuple[Timed, ...]]:
    wanted = Comparison(before, after, PROJECT / "tests" / "evaluation", (), kept)
    first, (asked, changed) = _timed(lambda: _compared(States(places), wanted))
    states = States(places)
    again, repeated = _timed(lambda: _compared(states, wanted))
    third, _ = _timed(lambda: _compared(states, wanted))
    plain, found = _timed(lambda: _plainly(places, before, after))
    assert repeated == (asked, changed)
    assert found > 0
    return asked, (
        Timed("preview, nothing kept", first, plain),
        Timed("preview, answers of the state in use kept", again, plain),
        Timed("preview, the process has both states open", third, plain),
    )


def _compared(states: States, wanted: Comparison) -> tuple[int, int]:
    """Questions asked, and those whose answer changes."""
    lines = list(compare(states, wanted))
    return lines[-2]["total"], sum("change" in line for line in lines)


def _plainly(places: Places, before: Path, after: Path) -> int:
    """Every wording of the library put to two states that share nothing; how many answers differ."""
    states = [_opened(places, folder) for folder in (before, after)]
    wordings = {wording for state in states for entry in state.candidates if entry.question for wording in entry.wordings}
    return sum(change_of(*(Told.of(state.ask(wording)) for state in states)) is not None for wording in wordings)


def _opened(places: Places, folder: Path) -> Knowledge:
    """A state as a start would make it that finds an encoder, and no index."""
    sources, encoder, terms = read_sources(folder), open_encoder(places.encoder_in_use), TermReader(read_concepts(folder / CONCEPTS))
    index = IndexMaker(encoder, terms, read_follow_up_wordings(folder / FOLLOW_UPS)).make(candidates(sources))
    return Knowledge(sources, index, encoder, terms)


def _swap(places: Places, folder: Path) -> Timed:
    encoder, terms = open_encoder(places.encoder_in_use), TermReader(read_concepts(folder / CONCEPTS))
    index = open_index(places.index, hash_sources(folder), encoder.identity)
    knowledge = Knowledge(read_sources(folder), index, encoder, terms)
    live = LiveKnowledge(knowledge, encoder, terms, folder, folder.parent / "index")
    live.prepare()
    _edit(folder)

    def follow() -> None:
        assert isinstance(live.refresh(), Refreshed)
        assert "按方案" in live.current.ask(_QUESTION).text

    seconds, _ = _timed(follow)
    anew, _ = _timed(lambda: _opened(places, folder).ask(_QUESTION))
    return Timed("swap to the edited file, index saved", seconds, anew)


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


if __name__ == "__main__":
    sys.exit(main())
