"""Starting, refusing to start, and stopping, as an operator meets them."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
import requests

from bot.settings import PROJECT
from tests.acceptance.conftest import Assistant, free_ports

pytestmark = pytest.mark.acceptance


def _run(**settings: str) -> subprocess.CompletedProcess[str]:
    """`python -m bot run` to its end."""
    command = [sys.executable, "-m", "bot", "run"]
    return subprocess.run(command, cwd=PROJECT, env=os.environ | settings, text=True, capture_output=True, timeout=120, check=False)


def test_a_second_start_builds_nothing_and_says_so(assistant: Assistant) -> None:
    assert "knowledge: unchanged, nothing to build" in assistant.said
    assert "dialogue: unchanged, nothing to train" in assistant.said
    assert any(line.startswith("chat page") and f":{assistant.port}/" in line for line in assistant.said)


@pytest.mark.parametrize("name", ["PORT", "RASA_PORT", "ACTION_PORT"])
def test_a_port_in_use_is_one_clear_line_and_a_failure(tmp_path: Path, name: str) -> None:
    ports = dict(zip(("PORT", "RASA_PORT", "ACTION_PORT"), map(str, free_ports(3)), strict=True))
    with socket.create_server(("127.0.0.1", int(ports[name]))):
        ended = _run(DATA_DIR=str(tmp_path), **ports)
    assert ended.returncode == 1
    assert ended.stderr == f"bot: cannot listen on 127.0.0.1:{ports[name]} (Address already in use); set {name} to another one\n"
    assert list(tmp_path.iterdir()) == [], "nothing is built before it is known that it can be started"


def test_an_odd_setting_is_one_clear_line_and_a_failure() -> None:
    ended = _run(PORT="eighty")
    assert (ended.returncode, ended.stderr.count("\n")) == (1, 1)
    assert ended.stderr.startswith("bot: PORT='eighty' cannot be used")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_stops_everything_cleanly(start: Callable[..., Assistant], number: signal.Signals) -> None:
    assistant = start()
    assistant.wait_until_ready()
    assert requests.get(f"{assistant.url}/healthz", timeout=5).status_code == 200
    family = psutil.Process(assistant.process.pid).children(recursive=True)
    assert len(family) >= 2
    assert assistant.stop(number) == 0
    assert not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in family)


@pytest.mark.parametrize(("name", "called"), [("rasa", "Rasa"), ("service", "the service")])
def test_a_dead_process_ends_the_rest_with_one_clear_line(start: Callable[..., Assistant], name: str, called: str) -> None:
    assistant = start()
    assistant.wait_until_ready()
    children = assistant.children()
    children[name].kill()
    assert assistant.process.wait(timeout=40) == 1
    assert assistant.process.stderr
    said = assistant.process.stderr.read()
    assert said.startswith(f"bot: {called} ended with exit code -9; see ")
    assert said.count("\n") == 1
    deadline = time.monotonic() + 10
    while any(child.is_running() for child in children.values()) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(child.is_running() for child in children.values())


def test_stopping_in_the_middle_of_training_leaves_nothing_behind(start: Callable[..., Assistant], artefacts: Path, tmp_path: Path) -> None:
    shutil.copytree(artefacts, tmp_path / "var", ignore=shutil.ignore_patterns("rasa", "log"))
    assistant = start(DATA_DIR=str(tmp_path / "var"))
    assert assistant.process.stdout
    while not assistant.process.stdout.readline().startswith("dialogue: training Rasa's model"):
        assert assistant.process.poll() is None
    time.sleep(1)
    family = psutil.Process(assistant.process.pid).children(recursive=True)
    assert any("train" in process.cmdline() for process in family)
    assert assistant.stop(signal.SIGTERM) == 0
    assert not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in family)
    assert not list((tmp_path / "var").rglob("trained_from.sha256")), "half a model must not pass for a whole one"


def test_a_damaged_index_is_rebuilt_at_start_and_named_by_the_service(start: Callable[..., Assistant], artefacts: Path) -> None:
    vectors = artefacts / "index" / "vectors.faiss"
    whole = vectors.read_bytes()
    vectors.write_bytes(whole[:-1])
    command = [sys.executable, "-m", "bot", "serve"]
    environment = os.environ | {"DATA_DIR": str(artefacts)}
    ended = subprocess.run(command, cwd=PROJECT, env=environment, text=True, capture_output=True, timeout=120, check=False)
    assert ended.returncode == 1
    assert "vectors.faiss: the file is missing or not as it was written (run `python -m knowledge build`)" in ended.stderr
    assistant = start()
    assistant.wait_until_ready()
    assert any(line.startswith("knowledge: building, the file is missing or not as it was written") for line in assistant.said)
    assert assistant.stop() == 0


def test_the_first_start_shows_the_administrators_password_once_and_it_signs_in(start: Callable[..., Assistant], tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'tickets.sqlite'}"
    first = start(DATABASE_URL=database)
    first.wait_until_ready()
    (line,) = [line for line in first.said if "one-time password" in line]
    password = line.split("one-time password ")[1].split(",")[0]
    form = {"login": "admin", "password": password}
    entered = requests.post(f"{first.url}/desk/sign-in", data=form, headers={"Origin": first.url}, allow_redirects=False, timeout=10)
    assert entered.status_code == 303
    forged = requests.post(f"{first.url}/desk/sign-in", data=form, headers={"Origin": "https://elsewhere.example"}, timeout=10)
    assert forged.status_code == 400
    first.stop()
    logs = Path(first.environment["DATA_DIR"]) / "log"
    assert not any(password in log.read_text(encoding="utf-8", errors="replace") for log in logs.iterdir())
    second = start(DATABASE_URL=database)
    second.wait_until_ready()
    assert not any("one-time password" in line for line in second.said)
    second.stop()
