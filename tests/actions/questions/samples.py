"""Questions, thumbs, and an encoder that needs no training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from actions.questions import Asked, Rating, Remark, Status
from actions.questions.likeness import Vectors
from tests.actions.tickets.samples import Clock


def by_characters(texts: Sequence[str]) -> Vectors:
    """By the characters that a text holds: enough to tell like from unlike."""
    rows = np.zeros((len(texts), 512), dtype=np.float32)
    for row, text in zip(rows, texts, strict=True):
        for character in text:
            row[ord(character) % 512] += 1
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    normal: Vectors = (rows / np.where(lengths == 0, 1, lengths)).astype(np.float32)
    return normal


def asked(clock: Clock, question: str, status: Status = Status.ABSTAINED, **more: Any) -> Asked:
    """Not answered unless said otherwise."""
    return Asked(**{"at": clock(), "conversation": "m", "channel": "web", "question": question, "status": status, **more})


def down(clock: Clock, question: str, comment: str = "", conversation: str = "m") -> Remark:
    """A thumb down."""
    return Remark(clock(), conversation, "web", question, Rating.DOWN, comment)
