"""The whole assistant, started as an operator starts it, on ports and in a folder of its own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests

from bot.settings import PROJECT, Settings

READY_WITHIN_SECONDS = 180


@dataclass
class Assistant:
    """A started `python -m bot run`."""

    process: subprocess.Popen[str]
    port: int
    environment: dict[str, str]
    said: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Base URL of the service."""
        return f"http://127.0.0.1:{self.port}"

    def wait_until_ready(self) -> None:
        """Read what it says until it is ready; fail with all of that if it ends before."""
        assert self.process.stdout
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        for line in self.process.stdout:
            self.said.append(line.rstrip())
            if line.startswith("API ") or time.monotonic() > deadline:
                break
        if self.process.poll() is not None or time.monotonic() > deadline:
            pytest.fail("not ready:\n" + "\n".join([*self.said, self.process.stderr.read() if self.process.stderr else ""]))

    def chat(self, text: str, conversation_id: str | None = None) -> Any:
        """The 200 body of one message."""
        response = requests.post(f"{self.url}/api/chat", json={"text": text, "conversation_id": conversation_id}, timeout=10)
        assert response.status_code == 200, response.text
        return response.json()

    def children(self) -> dict[str, psutil.Process]:
        """Its Rasa and its service, by what they are started as."""
        found = psutil.Process(self.process.pid).children()
        return {"rasa" if "bot.rasa" in child.cmdline() else "service": child for child in found}

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Send a signal, wait for the end, give the exit code."""
        self.process.send_signal(number)
        return self.process.wait(timeout=40)


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on just now."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports: list[int] = [s.getsockname()[1] for s in sockets]
    for opened in sockets:
        opened.close()
    return ports


@pytest.fixture(scope="session")
def artefacts(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A DATA_DIR with nothing but what is built, so that starting it finds nothing to build."""
    folder = tmp_path_factory.mktemp("assistant") / "var"
    for part in (built.encoder_folder, built.index_folder, built.model_folder):
        shutil.copytree(part, folder / part.name)
    return folder


@pytest.fixture(scope="session")
def start(artefacts: Path) -> Iterator[Callable[..., Assistant]]:
    """Starts assistants and makes sure that none outlives the tests."""
    started: list[Assistant] = []

    def start_one(**settings: str) -> Assistant:
        port, rasa_port, action_port = free_ports(3)
        ports = {"PORT": str(port), "RASA_PORT": str(rasa_port), "ACTION_PORT": str(action_port)}
        environment = os.environ | ports | {"DATA_DIR": str(artefacts), "RATE_LIMIT_PER_MINUTE": "0"} | settings
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            cwd=PROJECT,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        started.append(Assistant(process, int(environment["PORT"]), environment))
        return started[-1]

    yield start_one
    for assistant in started:
        if assistant.process.poll() is None:
            family = [psutil.Process(assistant.process.pid), *psutil.Process(assistant.process.pid).children(recursive=True)]
            assistant.process.terminate()
            _, alive = psutil.wait_procs(family, timeout=30)
            for process in alive:
                process.kill()
        with assistant.process:  # waits for it and closes its pipes
            pass


@pytest.fixture(scope="session")
def assistant(start: Callable[..., Assistant]) -> Assistant:
    """A ready assistant that tests share."""
    shared = start()
    shared.wait_until_ready()
    return shared
