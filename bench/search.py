"""`python -m bench.search`: how fast and how complete the search is, over the library and over 100,000 passages.

The passages are halves of library wordings put together, as many different ones as are wanted; the questions are the test questions.
Every figure stands beside one of the same run: the search of all rows, or the small index.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

from knowledge.artefacts import Places
from knowledge.encoder.model import open_encoder
from knowledge.index.assembly import IndexMaker
from knowledge.knowledge import Knowledge
from knowledge.library import Entry, Quote
from knowledge.opening import open_knowledge
from knowledge.retrieval.search import Retriever
from knowledge.score.questions import read_questions
from knowledge.sources import FOLDER, Sources, candidates, read_sources
from knowledge.terms import TermReader

_SEED = 20261123
_NEAREST = 10


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.search")
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("DATA_DIR") or "var"))
    parsed = parser.parse_args()
    faiss.omp_set_num_threads(1)
    places = Places(parsed.data / "index", parsed.data / "encoder")
    sources = read_sources()
    questions = [question.text for question in read_questions(FOLDER.parent / "tests" / "evaluation", sources.plan)]
    knowledge = open_knowledge(places)
    _row("one question, the whole way", _times(knowledge.ask, [text for text in questions if not _has_parts(knowledge, text)]))
    _row("all test questions, also those of several parts", _times(knowledge.ask, questions))
    size = sum(file.stat().st_size for folder in (places.index, places.trained_encoder) for file in folder.rglob("*") if file.is_file())
    print(f"{'encoder and index on disk':<52} {size / 1e6:6.1f} MB")
    _measure_many(sources, places, questions, parsed.passages)
    return 0


def _has_parts(knowledge: Knowledge, text: str) -> bool:
    from knowledge.question.parts import split_parts

    return bool(split_parts(text.lower()))


def _measure_many(sources: Sources, places: Places, questions: Sequence[str], passages: int) -> None:
    terms, encoder = TermReader(), open_encoder(places.encoder_in_use)
    entries = (*candidates(sources), *_passages(sources, passages))
    started = time.perf_counter()
    index = IndexMaker(encoder, terms).make(entries)
    print(f"{f'index of {index.vectors.rows} texts made':<52} {time.perf_counter() - started:6.0f} s")
    read = [terms.read(text) for text in questions]
    retriever = Retriever(index, encoder)
    _row(f"one search of {len(entries)} candidates", _times(retriever.search, read))
    vectors = encoder.encode([own.meaning for own in read])
    rows = index.vectors.rows_nearest(vectors, _NEAREST)
    exact = faiss.IndexFlatIP(vectors.shape[1])
    exact.add(index.vectors.all_rows())
    _row("  of it the nearest vectors", _times(lambda v: index.vectors.rows_nearest(v[None], _NEAREST), list(vectors)))
    _row("  the same, looking at every row", _times(lambda v: exact.search(v[None], _NEAREST), list(vectors)))
    _, truth = exact.search(vectors, _NEAREST)
    recall = np.mean([len(set(own) & set(right)) / _NEAREST for own, right in zip(rows, truth, strict=True)])
    print(f"{f'recall at {_NEAREST} against every row':<52} {recall:6.3f}")


def _passages(sources: Sources, number: int) -> Sequence[Entry]:
    wordings = [wording for entry in sources.entries for wording in entry.wordings if len(wording) >= 8]
    generator = np.random.default_rng(_SEED)
    pairs = generator.integers(0, len(wordings), (2 * number, 2))
    texts = dict.fromkeys(wordings[a][: len(wordings[a]) // 2 + 1] + wordings[b][len(wordings[b]) // 2 :] for a, b in pairs)
    clause = sources.plan.clauses[0].id
    return [Entry(f"passage-{i}", "bench", "", (), "", (Quote(clause, text),), (), None) for i, text in enumerate(list(texts)[:number])]


def _times(act: Callable[..., object], inputs: Sequence[object]) -> npt.NDArray[np.float64]:
    for each in inputs[:20]:
        act(each)
    times = []
    for each in inputs:
        started = time.perf_counter()
        act(each)
        times.append(time.perf_counter() - started)
    return np.array(times) * 1e3


def _row(name: str, times: npt.NDArray[np.float64]) -> None:
    print(f"{name:<52} p50 {np.percentile(times, 50):6.2f} ms   p95 {np.percentile(times, 95):6.2f} ms", flush=True)


if __name__ == "__main__":
    sys.exit(main())
