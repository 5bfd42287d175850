"""Trains the default encoder: one vector a character, learnt from the library's wordings. No download, a few seconds.

A sentence's vector is the mean of its characters' vectors (StaticEmbedding). Wordings of one entry are pulled
together and those of other entries in the batch pushed apart (MultipleNegativesRankingLoss; Henderson et al. 2017,
arXiv:1705.00652). The characters start as small random vectors scaled by their rarity, so that 的 weighs less than 锂.
They are trained wide and kept narrow: of the wide space only the directions in which the texts differ most are kept
(principal components), which keeps most of what was learnt in a part of the room.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding
from tokenizers import Regex, Tokenizer
from tokenizers.models import WordLevel
from tokenizers.normalizers import NFKC, Lowercase
from tokenizers.normalizers import Sequence as NormalizerSequence
from tokenizers.pre_tokenizers import Split

from knowledge.encoder.identity import TrainingSettings

UNKNOWN = "[UNK]"


def train_encoder(
    groups: Sequence[Sequence[str]],
    folder: Path,
    settings: TrainingSettings,
    report: Callable[[int, int], None] = lambda done, total: None,
) -> None:
    """Train on groups of texts that mean the same (each of two or more) and save a sentence-transformers model.

    `report` is called with (epochs done, epochs in all).
    """
    # The steps are so small that threads would wait for each other longer than they work.
    torch.set_num_threads(1)
    generator = np.random.default_rng(settings.seed)
    torch.manual_seed(settings.seed)
    tokenizer, weights = _characters([text for group in groups for text in group], settings, generator)
    model = _of_vectors(tokenizer, weights)
    loss = MultipleNegativesRankingLoss(model, scale=settings.scale)
    optimizer = torch.optim.AdamW(model.parameters(), lr=settings.learning_rate, weight_decay=0.0)
    batches_per_epoch = max(1, math.ceil(sum(map(len, groups)) / 2 / settings.batch_size))
    total = settings.epochs * batches_per_epoch
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1.0 - step / total)
    model.train()
    for epoch in range(settings.epochs):
        for _ in range(batches_per_epoch):
            # Each group at most once in a batch: two wordings of one group must never be taken for a contrast.
            chosen = generator.permutation(len(groups))[: settings.batch_size]
            pairs = [generator.choice(len(groups[g]), 2, replace=False) for g in chosen]
            sides = [[groups[g][pair[side]] for g, pair in zip(chosen, pairs, strict=True)] for side in (0, 1)]
            features = [_with_dropout(model.preprocess(texts), settings.token_dropout) for texts in sides]
            optimizer.zero_grad()
            loss(features, torch.empty(0)).backward()
            optimizer.step()
            schedule.step()
        report(epoch + 1, settings.epochs)
    model.eval()
    model = _narrowed(model, tokenizer, [text for group in groups for text in group], settings.dimensions)
    if settings.bytes_a_weight == 2:
        model.half()  # half the size on disk
    model.save(str(folder), create_model_card=False)


def _of_vectors(tokenizer: Tokenizer, weights: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> SentenceTransformer:
    modules = [StaticEmbedding(tokenizer, embedding_weights=weights), Normalize()]
    model: SentenceTransformer = SentenceTransformer(modules=modules, device="cpu")
    return model


def _narrowed(model: SentenceTransformer, tokenizer: Tokenizer, texts: Sequence[str], dimensions: int) -> SentenceTransformer:
    encoded = np.asarray(model.encode(list(texts), batch_size=512, show_progress_bar=False), dtype=np.float64)
    if encoded.shape[1] <= dimensions:
        return model
    _, directions = np.linalg.eigh(encoded.T @ encoded)  # by how much the texts differ in them, the least first
    kept = directions[:, ::-1][:, :dimensions]
    (wide,) = model.parameters()
    narrow = (wide.detach().numpy() @ kept).astype(np.float32)
    return _of_vectors(tokenizer, narrow)


def _characters(
    texts: Sequence[str], settings: TrainingSettings, generator: np.random.Generator
) -> tuple[Tokenizer, np.ndarray[tuple[int, int], np.dtype[np.float32]]]:
    """A tokenizer with one token a Chinese character or Latin word, and its starting vectors."""
    tokenizer = Tokenizer(WordLevel({UNKNOWN: 0}, unk_token=UNKNOWN))
    tokenizer.normalizer = NormalizerSequence([NFKC(), Lowercase()])
    tokenizer.pre_tokenizer = Split(Regex(r"[a-z0-9]+|[^\sa-z0-9\p{P}]"), behavior="removed", invert=True)
    document_frequency: Counter[str] = Counter()
    for text in texts:
        normalised = tokenizer.normalizer.normalize_str(text)
        document_frequency.update({piece for piece, _ in tokenizer.pre_tokenizer.pre_tokenize_str(normalised)})
    known = sorted(token for token, count in document_frequency.items() if count >= settings.fewest_texts)
    vocabulary = {UNKNOWN: 0} | {token: i for i, token in enumerate(known, 1)}
    tokenizer.model = WordLevel(vocabulary, unk_token=UNKNOWN)
    rarity = np.ones(len(vocabulary))
    for token in known:
        rarity[vocabulary[token]] = math.log(1 + len(texts) / document_frequency[token])
    rarity[0] = 0.0
    weights = generator.standard_normal((len(vocabulary), settings.width)) * rarity[:, None] / math.sqrt(settings.width)
    return tokenizer, weights.astype(np.float32)


def _with_dropout(features: dict[str, torch.Tensor], rate: float) -> dict[str, torch.Tensor]:
    """Hide some tokens as unknown ones, so that no wording is recognised by a single character."""
    ids = features["input_ids"]
    return {**features, "input_ids": torch.where(torch.rand(ids.shape) < rate, torch.zeros_like(ids), ids)}
