"""What is measured: `python -m bot leads` on a fresh database, with all bureaus reached at one simulator, each a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import socket
import sys
import time
from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import psutil
import yaml

from actions.settings import PROJECT
from bench.errors import NotStarted
from bench.processes import started_process

_READY_WITHIN_SECONDS = 30.0
_SECRET_NAME = "BENCH_BUREAU_SECRET"  # noqa: S105 - the name of one


@dataclass(frozen=True, slots=True)
class Service:
    """A running one."""

    url: str
    process: psutil.Process

    def processor_seconds(self) -> float:
        """What it has used of the processor since it was started."""
        used = self.process.cpu_times()
        return used.user + used.system


@contextlib.asynccontextmanager
async def running_service(folder: Path, database_url: str, session: aiohttp.ClientSession) -> AsyncIterator[Service]:
    """Service and simulator, ready, while the context lasts. Empty `database_url`: SQLite in `folder`. Raises NotStarted."""
    folder.mkdir(parents=True, exist_ok=True)
    port, bureau_port = _free_port(), _free_port()
    bureaus = folder / "bureaus.yml"
    bureaus.write_text(_reached_at(f"http://127.0.0.1:{bureau_port}/webhook"), encoding="utf-8")
    environment = os.environ | {
        "PORT": str(port),
        "DATA_DIR": str(folder),
        "DATABASE_URL": database_url,
        "BUREAUS_FILE": str(bureaus),
        "DELIVERY_ALLOW_NETWORKS": f"127.0.0.1/32:{bureau_port}",
        "RATE_LIMIT_PER_MINUTE": "0",
        _SECRET_NAME: "whsec_" + b64encode(secrets.token_bytes(32)).decode(),
    }
    simulator = [sys.executable, "-m", "actions", "simulate-bureau", "--port", str(bureau_port), "--secret-env", _SECRET_NAME]
    leads = [sys.executable, "-m", "bot", "leads"]
    async with (
        started_process(simulator, PROJECT, environment, folder / "bureau.log") as bureau,
        started_process(leads, PROJECT, environment, folder / "service.log") as service,
    ):
        await _until_up(f"http://127.0.0.1:{bureau_port}/page.css", session, bureau, folder / "bureau.log")
        await _until_up(f"http://127.0.0.1:{port}/healthz", session, service, folder / "service.log")
        yield Service(f"http://127.0.0.1:{port}", psutil.Process(service.pid))


def _reached_at(url: str) -> str:
    """The office's list with an endpoint for every bureau."""
    office: dict[str, Any] = yaml.safe_load((PROJECT / "actions" / "bureaus.yml").read_text(encoding="utf-8"))
    for bureau in office["bureaus"]:
        bureau["endpoint"] = {"kind": "webhook", "url": url, "secret_env": _SECRET_NAME, "insecure": True}
    return yaml.safe_dump(office, allow_unicode=True, sort_keys=False)


async def _until_up(url: str, session: aiohttp.ClientSession, process: asyncio.subprocess.Process, log: Path) -> None:
    deadline = time.monotonic() + _READY_WITHIN_SECONDS
    while time.monotonic() < deadline and process.returncode is None:
        with contextlib.suppress(aiohttp.ClientError, asyncio.TimeoutError):
            async with session.get(url) as response:
                if response.status == 200:
                    return
        await asyncio.sleep(0.05)
    *_, last = ["nothing", *log.read_text(encoding="utf-8", errors="replace").splitlines()]
    raise NotStarted(f"{url} did not answer; the last that it said: {last}")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
