"""Builds what is not there yet or no longer fits: the knowledge, and Rasa's model."""

from __future__ import annotations

import asyncio
import hashlib
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from bot.settings import PROJECT, Settings
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
    arguments = ["-m", "knowledge", "--data", str(settings.data_dir), "--encoder", settings.encoder, "build"]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, cwd=PROJECT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
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
    stamp = settings.model_folder / _TRAINED_FROM
    if stamp.is_file() and stamp.read_text() == wanted and (settings.model_folder / MODEL_NAME).is_file():
        report("dialogue: unchanged, nothing to train")
        return
    log = settings.log_folder / "rasa-train.log"
    report(f"dialogue: training Rasa's model (details in {log})")
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *_train_arguments(settings.model_folder),
            cwd=PROJECT,
            stdout=output,
            stderr=output,
            env=rasa_environment(settings),
        )
        started = time.monotonic()
        while True:
            try:
                code = await asyncio.wait_for(process.wait(), _STILL_TRAINING_SECONDS)
                break
            except asyncio.TimeoutError:
                report(f"dialogue: still training, {time.monotonic() - started:.0f} s")
    if code or not (settings.model_folder / MODEL_NAME).is_file():
        raise CannotStart(f"Rasa could not be trained; see the end of {log}")
    stamp.write_text(wanted)
    report(f"dialogue: trained in {time.monotonic() - started:.0f} s")


def _train_arguments(folder: Path) -> list[str]:
    name = MODEL_NAME.removesuffix(".tar.gz")
    return ["-m", "bot.rasa", "train", "--data", "bot/training", "--out", str(folder), "--fixed-model-name", name]


def training_hash(project: Path = PROJECT) -> str:
    """Hash of all that Rasa's model is trained from."""
    files = [project / "config.yml", project / "domain.yml", *sorted((project / "bot" / "training").rglob("*.yml"))]
    digest = hashlib.sha256(version("rasa").encode())
    for file in files:
        digest.update(file.relative_to(project).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()
