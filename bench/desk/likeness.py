"""`python -m bench.desk.likeness`: how near two questions have to be to be counted as one, measured on the wordings of the library.

Two wordings of one entry should fall together, two of different entries should not.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from bot.serve import knowledge_places
from bot.settings import read_settings
from knowledge.opening import open_live_knowledge

_THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9)
_MOST_ENTRIES = 600
_SEED = 20261125


def main() -> int:
    """The table on stdout."""
    knowledge = open_live_knowledge(knowledge_places(read_settings(os.environ)))
    entries = [entry.wordings for entry in knowledge.current.candidates if len(entry.wordings) > 1]
    chance = random.Random(_SEED)  # noqa: S311 - the same figures each time
    chosen = chance.sample(entries, min(_MOST_ENTRIES, len(entries)))
    pairs = [chance.sample(list(wordings), 2) for wordings in chosen]
    first, second = (knowledge.encode([pair[place] for pair in pairs]) for place in (0, 1))
    cosines = first @ second.T
    same = np.diagonal(cosines)
    others = np.where(np.eye(len(pairs), dtype=bool), -1.0, cosines).max(axis=1)
    print("| cosine from | wordings of one entry that fall together | wordings that fall to some other entry's |\n| ---: | ---: | ---: |")
    for threshold in _THRESHOLDS:
        print(f"| {threshold:.2f} | {_share(same, threshold)} | {_share(others, threshold)} |")
    print(f"\n{len(pairs)} entries, two wordings of each at random")
    return 0


def _share(values: Sequence[float] | npt.NDArray[np.float32], threshold: float) -> str:
    return f"{100 * float(np.mean(np.asarray(values) >= threshold)):.0f} %"


if __name__ == "__main__":
    sys.exit(main())
