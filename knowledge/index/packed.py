"""JSON in gzip: lists of words and entries are text that shrinks to a third. The same content gives the same bytes."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any


def write_packed(file: Path, content: object) -> None:
    """Write what JSON can hold."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    file.write_bytes(gzip.compress(text.encode(), mtime=0))


def read_packed(file: Path) -> Any:
    """Read what `write_packed` wrote. Raises OSError or ValueError for anything else."""
    try:
        return json.loads(gzip.decompress(file.read_bytes()))
    except EOFError as error:
        raise ValueError("it ends too early") from error
