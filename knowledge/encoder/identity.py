"""What tells one encoder from another, without opening it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """How the default encoder is trained; part of what a trained encoder is recognised by."""

    width: int = 512
    """Of the vectors while they are trained: wide ones learn more."""
    dimensions: int = 144
    """Of the vectors that are kept: the directions in which the texts differ most."""
    epochs: int = 24
    batch_size: int = 128
    learning_rate: float = 2e-3
    token_dropout: float = 0.4
    scale: float = 12.0
    bytes_a_weight: int = 2
    fewest_texts: int = 2
    """What stands in fewer of them is no token: it brings no two together."""
    seed: int = 20261123


def encoder_identity(name_or_path: str) -> str:
    """A local model's content hash, a hub model's name: what an index says it was built with."""
    folder = Path(name_or_path)
    if not folder.is_dir():
        return name_or_path
    digest = hashlib.sha256()
    for file in sorted(p for p in folder.rglob("*") if p.is_file()):
        digest.update(file.relative_to(folder).as_posix().encode())
        digest.update(file.read_bytes())
    return f"local:{digest.hexdigest()[:16]}"
