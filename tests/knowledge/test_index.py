"""The index folder: built whole, opened only if it fits, never a wrong answer from a wrong file."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from knowledge.encoder.model import Encoder, Vectors
from knowledge.errors import DamagedIndex, MissingIndex, StaleIndex
from knowledge.index.assembly import Index, IndexMaker
from knowledge.index.folder import open_index, save_index
from knowledge.library import Entry, Quote
from knowledge.terms import TermReader

KEYWORDS = ("用地", "贷款", "人才", "高铁")
SOURCES = {"faq/land.yml": "aa", "plan/plan.yml": "bb"}


class KeywordEncoder(Encoder):
    """Encodes by which keywords occur: a small stand-in for a model, so that neighbours can be worked out by hand."""

    def __init__(self) -> None:
        self.identity = "keywords"
        self.dimensions = len(KEYWORDS) + 1

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One dimension a keyword and one for none of them."""
        rows = np.array([[*(float(word in text) for word in KEYWORDS), 0.1] for text in texts], dtype=np.float32)
        scaled: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return scaled


def entry(entry_id: str, *wordings: str) -> Entry:
    """A candidate with these wordings and a quote."""
    return Entry(entry_id, "t", wordings[0], wordings[1:], "答", (Quote("task-09", wordings[0]),), (), None)


CANDIDATES = (entry("land", "用地怎么办", "地从哪来"), entry("loan", "贷款怎么办"), entry("talent", "人才怎么办"))


def make_index() -> Index:
    """An index of the candidates, in memory."""
    return IndexMaker(KeywordEncoder(), TermReader()).make(CANDIDATES)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A built index."""
    save_index(tmp_path / "index", make_index(), KeywordEncoder(), SOURCES)
    return tmp_path / "index"


def test_what_was_built_is_opened_and_scores_the_same(folder: Path) -> None:
    terms, encoder = TermReader(), KeywordEncoder()
    again = make_index()
    opened = open_index(folder, SOURCES, "keywords")
    assert opened.candidates == CANDIDATES
    question = terms.read("想申请贷款")
    assert opened.characters.scores(question.characters).tolist() == again.characters.scores(question.characters).tolist()
    vector = encoder.encode([question.text])[0]
    assert opened.vectors.similarities(vector).argmax() == 1
    assert np.allclose(opened.vectors.similarities(vector), again.vectors.similarities(vector))


def test_unknown_terms_score_nothing(folder: Path) -> None:
    assert open_index(folder, SOURCES, "keywords").characters.scores(["zzz"]).tolist() == [0.0, 0.0, 0.0]


def test_no_file_of_the_index_is_a_pickle(folder: Path) -> None:
    for file in folder.rglob("*"):
        if file.suffix == ".npy":
            np.load(file, allow_pickle=False)
        elif file.is_file():
            assert not file.read_bytes().startswith(b"\x80"), file


def _edit(file: Path, change: Callable[[dict[str, object]], None]) -> None:
    fields = json.loads(file.read_text(encoding="utf-8"))
    change(fields)
    file.write_text(json.dumps(fields), encoding="utf-8")


def test_an_index_of_other_sources_is_stale(folder: Path) -> None:
    with pytest.raises(StaleIndex, match=r"built from another faq/land\.yml .*python -m knowledge build"):
        open_index(folder, {**SOURCES, "faq/land.yml": "changed"}, "keywords")


def test_an_index_of_another_encoder_is_stale(folder: Path) -> None:
    with pytest.raises(StaleIndex, match="built with encoder keywords, the setting names other"):
        open_index(folder, SOURCES, "other")


def test_an_index_of_another_format_is_stale(folder: Path) -> None:
    _edit(folder / "manifest.json", lambda fields: fields.update(format=0))
    with pytest.raises(StaleIndex, match="index format 0"):
        open_index(folder, SOURCES, "keywords")


@pytest.mark.parametrize("name", ["vectors.faiss", "candidates.json.gz", "characters/postings.npz"])
@pytest.mark.parametrize("damage", ["cut", "flipped", "gone"])
def test_a_damaged_file_is_named(folder: Path, name: str, damage: str) -> None:
    file = folder / name
    content = file.read_bytes()
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes(content[:-1] if damage == "cut" else content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(DamagedIndex, match=f"{Path(name).name}.*python -m knowledge build"):
        open_index(folder, SOURCES, "keywords")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 1}'])
def test_a_damaged_manifest_is_named(folder: Path, text: str) -> None:
    (folder / "manifest.json").write_text(text)
    with pytest.raises(DamagedIndex, match=r"manifest\.json"):
        open_index(folder, SOURCES, "keywords")


def test_a_missing_index_says_how_to_build_it(tmp_path: Path) -> None:
    with pytest.raises(MissingIndex, match="python -m knowledge build"):
        open_index(tmp_path / "none", SOURCES, "keywords")


def test_a_failed_build_leaves_the_old_index_in_place(folder: Path) -> None:
    with pytest.raises(TypeError):
        save_index(folder, make_index(), KeywordEncoder(), {"faq/land.yml": object()})  # type: ignore[dict-item]
    assert open_index(folder, SOURCES, "keywords").candidates == CANDIDATES
    assert [p.name for p in folder.parent.iterdir()] == ["index"]


def test_what_was_read_once_is_not_encoded_again() -> None:
    class Counting(KeywordEncoder):
        encoded = 0

        def encode(self, texts: Sequence[str]) -> Vectors:
            self.encoded += len(texts)
            return super().encode(texts)

    encoder = Counting()
    maker = IndexMaker(encoder, TermReader())
    maker.make(CANDIDATES)
    before = encoder.encoded
    changed = maker.make((*CANDIDATES[:-1], entry("talent", "人才怎么办", "要招工程师")))
    assert encoder.encoded == before + 1
    assert changed.vectors.rows == IndexMaker(KeywordEncoder(), TermReader()).make(changed.candidates).vectors.rows


def test_validity_and_reviewer_outlast_the_folder(tmp_path: Path) -> None:
    dated = dataclasses.replace(CANDIDATES[0], valid_from=date(2026, 1, 1), valid_until=date(2026, 12, 31), reviewer="市自然资源局")
    index = IndexMaker(KeywordEncoder(), TermReader()).make((dated, *CANDIDATES[1:]))
    save_index(tmp_path / "index", index, KeywordEncoder(), SOURCES)
    assert open_index(tmp_path / "index", SOURCES, "keywords").candidates[0] == dated
