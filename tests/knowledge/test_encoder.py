"""The encoder: trained here without a download, saved, opened again, and told from others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from knowledge.encoder.identity import TrainingSettings, encoder_identity
from knowledge.encoder.model import open_encoder
from knowledge.encoder.training import train_encoder
from knowledge.errors import EncoderError

GROUPS = [
    ["用地指标怎么保障", "建厂的地有保证吗", "地从哪里来"],
    ["贷款怎么办", "想跟银行借钱", "银行肯借钱吗"],
    ["高铁通到哪里", "坐火车方便吗", "铁路怎么规划"],
    ["人才有什么政策", "孩子上学怎么安排", "子女入学"],
]
QUICK = TrainingSettings(width=64, dimensions=32, epochs=40, batch_size=4, learning_rate=2e-2, token_dropout=0.1)

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small trained encoder."""
    trained = tmp_path_factory.mktemp("encoder") / "model"
    train_encoder(GROUPS, trained, QUICK)
    return trained


def test_training_brings_wordings_of_one_thing_together(folder: Path) -> None:
    encoder = open_encoder(str(folder))
    loan, bank, train = encoder.encode(["银行贷款", "找银行借点钱", "火车铁路"])
    assert loan @ bank > loan @ train


def test_rows_are_of_unit_length_and_the_size_that_was_set(folder: Path) -> None:
    encoder = open_encoder(str(folder))
    vectors = encoder.encode(["用地", "a", "贷款和人才", "完全没见过的字：龘"])
    assert vectors.shape == (4, QUICK.dimensions) == (4, encoder.dimensions)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors[:1], axis=1), 1, atol=1e-5)
    assert np.isfinite(vectors).all()


def test_one_text_is_encoded_as_in_a_batch(folder: Path) -> None:
    encoder = open_encoder(str(folder))
    texts = ["用地指标", "贷款和人才", "银行 loan", "完全没见过的字：龘"]
    batch = encoder.encode(texts)
    assert np.allclose(batch, np.vstack([encoder.encode([text]) for text in texts]), atol=1e-6)


def test_it_is_an_ordinary_sentence_transformers_model(folder: Path) -> None:
    assert SentenceTransformer(str(folder), device="cpu").encode("用地").shape == (QUICK.dimensions,)


def test_the_same_texts_train_the_same_encoder(folder: Path, tmp_path: Path) -> None:
    train_encoder(GROUPS, tmp_path / "again", QUICK)
    question = ["银行贷款", "用地"]
    assert np.allclose(open_encoder(str(folder)).encode(question), open_encoder(str(tmp_path / "again")).encode(question), atol=1e-4)


def test_an_identity_changes_with_the_content(folder: Path, tmp_path: Path) -> None:
    train_encoder(GROUPS[:3], tmp_path / "other", QUICK)
    assert encoder_identity(str(folder)) != encoder_identity(str(tmp_path / "other"))
    assert encoder_identity(str(folder)).startswith("local:")
    assert encoder_identity("BAAI/bge-small-zh-v1.5") == "BAAI/bge-small-zh-v1.5"


@pytest.mark.parametrize("path", ["no/such/model", "empty"])
def test_what_is_no_model_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    (tmp_path / "empty").mkdir()
    with pytest.raises(EncoderError, match=f"cannot open the encoder .*{path}"):
        open_encoder(str(tmp_path / path))
