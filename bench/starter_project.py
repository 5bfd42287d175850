"""Makes the starter bot with `rasa init --no-prompt`, once: it takes one to two minutes."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import shutil
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import yaml

from bench.errors import NotStarted
from bench.processes import started_process

_TRAIN_WITHIN_SECONDS = 900.0
_STILL_TRAINING_SECONDS = 10.0
_STAMP = "made_from.sha256"
# One sentence of each in turn: the starter's happy path, then its two rules. Each brings exactly one message.
_INTENTS = ("greet", "mood_great", "goodbye", "bot_challenge")
Report = Callable[[str], None]


async def make_starter(folder: Path, log: Path, report: Report) -> None:
    """Make and train the starter bot in a folder, unless it is there, of this Rasa. Raises NotStarted."""
    wanted = _content_hash()
    stamp = folder / _STAMP
    if stamp.is_file() and stamp.read_text() == wanted and any((folder / "models").glob("*.tar.gz")):
        report("starter: unchanged, nothing to train")
        return
    report(f"starter: rasa init --no-prompt (details in {log})")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    began = time.monotonic()
    command = (sys.executable, "-m", "rasa", "init", "--no-prompt")
    async with started_process(command, folder, os.environ | {"RASA_TELEMETRY_ENABLED": "false"}, log) as process:
        while process.returncode is None and time.monotonic() - began < _TRAIN_WITHIN_SECONDS:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(process.wait(), _STILL_TRAINING_SECONDS)
                break
            report(f"starter: still training, {time.monotonic() - began:.0f} s")
    if process.returncode or not any((folder / "models").glob("*.tar.gz")):
        raise NotStarted(f"the starter bot could not be made; see the end of {log}")
    stamp.write_text(wanted)
    report(f"starter: trained in {time.monotonic() - began:.0f} s")


def starter_sentences(folder: Path) -> tuple[str, ...]:
    """Sentences of the starter's own training data, in the order in which its stories want them."""
    nlu = yaml.safe_load((folder / "data" / "nlu.yml").read_text(encoding="utf-8"))["nlu"]
    examples = {block["intent"]: _lines(block["examples"]) for block in nlu if "intent" in block}
    rounds = zip(*(examples[intent] for intent in _INTENTS), strict=False)  # as many as the shortest list allows
    return tuple(sentence for several in rounds for sentence in several)


def _lines(examples: str) -> list[str]:
    return [line.removeprefix("-").strip() for line in examples.splitlines() if line.strip()]


def _content_hash() -> str:
    """Hash of all that the starter bot is made from: Rasa's version, TensorFlow's, and the files that init copies."""
    digest = hashlib.sha256(f"{version('rasa')} {version('tensorflow')} {sys.version_info[:2]}".encode())
    copied = Path(str(files("rasa"))) / "cli" / "initial_project"
    for file in sorted(path for path in copied.rglob("*") if path.is_file() and path.suffix != ".pyc"):
        digest.update(file.relative_to(copied).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()
