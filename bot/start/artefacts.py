"""Builds what is not there yet or no longer fits: the knowledge, and Rasa's model."""

from __future__ import annotations

import asyncio
import hashlib
import os
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from bot.settings import PROJECT, Settings
from bot.start.child import child_process
from bot.start.preflight import CannotStart
from bot.start.rasa_process import MODEL_NAME, rasa_environment

_TRAINED_FROM = "trained_from.sha256"
_STILL_TRAINING_SECONDS = 10.0
Report = Callable[[str], None]


def build(settings: Settings) -> None:
    """Build everything, telling the console. Raises CannotStart."""
    asyncio.run(build_all(settings, lambda line: print(line, flush=True)))


async def build_all(settings: Settings, report: Report) -> None:
    """Build knowledge and model side by side. Raises CannotStart with where to read more."""
    settings.log_folder.mkdir(parents=True, exist_ok=True)
    await asyncio.gather(_build_knowledge(settings, report), _train_if_changed(settings, report))


async def _build_knowledge(settings: Settings, report: Report) -> None:
    command = [sys.executable, "-m", "knowledge", "--data", str(settings.data_dir), "--encoder", settings.encoder, "build"]
    pipe = asyncio.subprocess.PIPE
    async with child_process(command, pipe, pipe, os.environ) as process:
        assert process.stdout
        assert process.stderr
        errors = asyncio.create_task(process.stderr.read())
        async for line in process.stdout:
            report(line.decode().rstrip())
        if await process.wait():
            said = (await errors).decode().strip().splitlines()
            raise CannotStart(said[-1] if said else "the knowledge could not be built")


async def _train_if_changed(settings: Settings, report: Report) -> None:
    wanted = training_hash()
    model = settings.model_folder / MODEL_NAME
    stamp = settings.model_folder / _TRAINED_FROM
    if stamp.is_file() and stamp.read_text() == wanted and model.is_file():
        report("dialogue: unchanged, nothing to train")
        return
    log = settings.log_folder / "rasa-train.log"
    report(f"dialogue: training Rasa's model (details in {log})")
    stamp.unlink(missing_ok=True)
    if await _train(settings, log, report) or not model.is_file():
        raise CannotStart(f"Rasa could not be trained; see the end of {log}")
    stamp.write_text(wanted)


async def _train(settings: Settings, log: Path, report: Report) -> int:
    """Exit code of `rasa train`; a word every few seconds, for Rasa's own progress bars are not for people."""
    started = time.monotonic()
    with log.open("wb") as output:
        async with child_process(_train_command(settings.model_folder), output, output, rasa_environment(settings)) as process:
            ended = asyncio.create_task(process.wait())
            while not (await asyncio.wait({ended}, timeout=_STILL_TRAINING_SECONDS))[0]:
                report(f"dialogue: still training, {time.monotonic() - started:.0f} s")
    report(f"dialogue: training ended after {time.monotonic() - started:.0f} s")
    return ended.result()


def _train_command(folder: Path) -> list[str]:
    name = MODEL_NAME.removesuffix(".tar.gz")
    return [sys.executable, "-m", "bot.rasa", "train", "--data", "bot/training", "--out", str(folder), "--fixed-model-name", name]


def training_hash(project: Path = PROJECT) -> str:
    """Hash of all that Rasa's model is trained from."""
    files = [project / "config.yml", project / "domain.yml", *sorted((project / "bot" / "training").rglob("*.yml"))]
    digest = hashlib.sha256(version("rasa").encode())
    for file in files:
        digest.update(file.relative_to(project).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()
