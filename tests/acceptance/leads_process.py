"""`python -m bot leads` and `python -m actions worker` as processes that tests start, kill and start again."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import yaml
from cryptography.fernet import Fernet

from bot.settings import PROJECT

SECRET = "whsec_" + b64encode(bytes(range(32))).decode()
READY_WITHIN_SECONDS = 30.0
STOPS_WITHIN_SECONDS = 20.0


def settings_for(folder: Path, bureau_url: str, *, database_url: str = "", delays: str, timeout_seconds: float) -> dict[str, str]:
    """Settings with every bureau reached at `bureau_url`, on 127.0.0.1, without a limit on requests."""
    office: dict[str, Any] = yaml.safe_load((PROJECT / "actions" / "bureaus.yml").read_text(encoding="utf-8"))
    for bureau in office["bureaus"]:
        bureau["endpoint"] = {"kind": "webhook", "url": bureau_url, "secret_env": "TEST_BUREAU_SECRET", "insecure": True}
    file = folder / "bureaus.yml"
    file.write_text(yaml.safe_dump(office, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return {
        "DATA_DIR": str(folder / "var"),
        "DATABASE_URL": database_url,
        "PERSONAL_KEY": Fernet.generate_key().decode(),
        "BUREAUS_FILE": str(file),
        "TEST_BUREAU_SECRET": SECRET,
        "DELIVERY_ALLOW_NETWORKS": "127.0.0.1/32",
        "DELIVERY_DELAYS_SECONDS": delays,
        "DELIVERY_TIMEOUT_SECONDS": str(timeout_seconds),
        "RATE_LIMIT_PER_MINUTE": "0",
    }


@dataclass
class KillableProcess:
    """One process, started as often as a test wants. What it says goes to the end of `log`."""

    arguments: tuple[str, ...]
    """After `python -m`."""
    settings: Mapping[str, str]
    log: Path
    port: int = 0
    """0: it does not listen."""
    process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def is_running(self) -> bool:
        """Whether it was started and has not ended."""
        return self.process is not None and self.process.returncode is None

    async def start(self) -> None:
        """Start it. Fails where it still runs."""
        assert not self.is_running
        environment = os.environ | dict(self.settings) | ({"PORT": str(self.port)} if self.port else {})
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", *self.arguments), cwd=PROJECT, env=environment, stdout=log, stderr=log, start_new_session=True
            )

    async def wait_until_ready(self, session: aiohttp.ClientSession) -> None:
        """Until /healthz answers 200."""
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        while self.is_running and time.monotonic() < deadline:
            try:
                async with session.get(f"{self.url}/healthz") as response:
                    if response.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.02)
        raise AssertionError("not ready:\n" + self.log.read_text(encoding="utf-8", errors="replace")[-3000:])

    async def kill(self) -> None:
        """SIGKILL: it cannot put anything in order."""
        assert self.process is not None
        assert self.is_running, "it ended by itself:\n" + self.log.read_text(encoding="utf-8", errors="replace")[-3000:]
        self.process.kill()
        await self.process.wait()

    async def stop(self) -> int | None:
        """SIGTERM, as an operator would; the exit code. SIGKILL and None where it does not end."""
        if self.process is None or self.process.returncode is not None:
            return None
        self.process.terminate()
        try:
            return await asyncio.wait_for(self.process.wait(), STOPS_WITHIN_SECONDS)
        except asyncio.TimeoutError:
            self.process.kill()
            await self.process.wait()
            return None
