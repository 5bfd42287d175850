"""`python -m bench.desk.likeness`: how near two questions have to be to be counted as one, measured on wordings of the library.

A quarter of the wordings is left out of encoder and index, then asked. Those that are not answered, or not surely, are grouped as the
service groups them: wordings of one entry should fall together, those of different entries should not. Takes some minutes.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

from actions.answer import UNSURE
from actions.questions.likeness import NEAR, NEAR_BY_ENTRY, Known, Likeness, Vectors
from knowledge.answer import NoAnswer, Reason
from knowledge.encoder.identity import TrainingSettings
from knowledge.encoder.model import Encoder, open_encoder
from knowledge.encoder.training import train_encoder
from knowledge.index.assembly import IndexMaker
from knowledge.knowledge import Knowledge
from knowledge.score.calibration import deal
from knowledge.sources import candidates, read_sources, training_groups
from knowledge.terms import TermReader

_NEAR = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9)
_NEAR_BY_ENTRY = (0.2, 0.3, 0.4, 0.5, 0.6)
_SEED = 20261125


@dataclass(frozen=True, slots=True)
class _Asked:
    """A wording that was not answered, or not surely."""

    meant: str
    """Id of the entry that it is a wording of."""
    words: str
    entry: str
    """Id of the entry that it was found nearest to; empty where none."""
    is_off_topic: bool


def main() -> int:
    """The table on stdout."""
    terms = TermReader()
    with tempfile.TemporaryDirectory() as folder:
        asked, encoder = _asked(terms, Path(folder))
        random.Random(_SEED).shuffle(asked)  # noqa: S311 - the same figures each time
        vectors = encoder.encode([terms.read(one.words).meaning for one in asked])
        print("| any two from | of one nearest entry from | pairs of one entry together | questions among another entry's | groups |")
        print("| ---: | ---: | ---: | ---: | ---: |")
        for near in _NEAR:
            for near_by_entry in (*(each for each in _NEAR_BY_ENTRY if each < near), near):  # the last is the cosine alone
                print(_row(asked, vectors, near, near_by_entry))
    right = sum(one.entry == one.meant for one in asked)
    print(f"\n{len(asked)} wordings of {len({one.meant for one in asked})} entries; {right} found nearest to their own")
    return 0


def _asked(terms: TermReader, folder: Path) -> tuple[list[_Asked], Encoder]:
    sources = read_sources()
    kept, apart = deal(sources.entries, 0)
    groups = [[terms.read(text).meaning for text in group] for group in training_groups(kept)]
    train_encoder(groups, folder / "encoder", TrainingSettings())
    encoder = open_encoder(str(folder / "encoder"))
    rest = replace(sources, entries=kept)
    knowledge = Knowledge(rest, IndexMaker(encoder, terms).make(candidates(rest)), encoder, terms)
    asked = []
    for entry, words in apart:
        told = knowledge.ask(words)
        if isinstance(told, NoAnswer) or told.score < UNSURE:
            is_off_topic = isinstance(told, NoAnswer) and told.reason is Reason.OFF_TOPIC
            asked.append(_Asked(entry.id, words, told.entry_id or "", is_off_topic))
    return asked, encoder


def _row(asked: Sequence[_Asked], vectors: Vectors, near: float, near_by_entry: float) -> str:
    likeness = Likeness(lambda texts: vectors, near, near_by_entry)
    groups: dict[int, list[str]] = defaultdict(list)
    group_of = []
    for place, (one, vector) in enumerate(zip(asked, vectors, strict=True)):
        found = likeness.nearest(vector, one.entry, one.is_off_topic)
        if found is None:
            found = place
            likeness.learn([Known(place, one.entry, one.is_off_topic)], vector.reshape(1, -1))
        groups[found].append(one.meant)
        group_of.append(found)
    together = _pairs_together(asked, group_of)
    among_others = sum(meant != members[0] for members in groups.values() for meant in members) / len(asked)
    chosen = " ← chosen" if (near, near_by_entry) == (NEAR, NEAR_BY_ENTRY) else ""
    columns = (f"{near:.2f}", f"{near_by_entry:.2f}", f"{100 * together:.0f} %", f"{100 * among_others:.0f} %", f"{len(groups)}{chosen}")
    return "| " + " | ".join(columns) + " |"


def _pairs_together(asked: Sequence[_Asked], group_of: Sequence[int]) -> float:
    by_entry: dict[str, list[int]] = defaultdict(list)
    for one, group in zip(asked, group_of, strict=True):
        by_entry[one.meant].append(group)
    pairs = [first == second for found in by_entry.values() for first, second in combinations(found, 2)]
    return sum(pairs) / len(pairs)


if __name__ == "__main__":
    sys.exit(main())
