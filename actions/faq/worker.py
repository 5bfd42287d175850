"""The process that answers for states of the files, beside the service: see `knowledge.preview.requests`.

It is started when it is needed, stays while it is used, and ends when nobody has asked it anything for a while: it holds an
encoder and two indexes. It runs politely (`os.nice`), so that it takes what turns leave over.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path
from queue import Empty, Queue
from threading import Lock, Thread, Timer
from typing import IO, Any

from knowledge.sources import FOLDER

Line = Mapping[str, Any]
_IDLE_SECONDS = 600.0


class WorkerFailed(Exception):
    """It has ended, or cannot do what was asked; the text is for the log."""


class Worker:
    """Safe to use from several threads."""

    def __init__(self, data: Path, encoder: str, idle_seconds: float = _IDLE_SECONDS) -> None:
        """`data`: DATA_DIR; `encoder`: the setting of that name."""
        self._command = [sys.executable, "-m", "knowledge", "--data", str(data), "--encoder", encoder, "preview", "--stay"]
        self._encoder, self._trained_encoder = encoder, data / "encoder"
        self._idle_seconds = idle_seconds
        self._lock = Lock()
        self._numbers = count(1)
        self._process: subprocess.Popen[str] | None = None
        self._asking: dict[int, Queue[Line]] = {}
        self._timer: Timer | None = None
        self._reader: Thread | None = None

    @property
    def has_encoder(self) -> bool:
        """Whether there is one to work with: a fresh installation trains it first."""
        return bool(self._encoder) or self._trained_encoder.is_dir()

    @property
    def process_id(self) -> int | None:
        """Of the process; None while there is none."""
        process = self._process
        return None if process is None else process.pid

    def ask(self, request: Mapping[str, Any], timeout: float | None = None) -> Iterator[Line]:
        """Lines of the answer, until its last one; `timeout` in seconds between two lines. Raises WorkerFailed, TimeoutError."""
        number, lines = self._send(request)
        try:
            while True:
                try:
                    line = lines.get(timeout=timeout)
                except Empty as error:
                    raise TimeoutError from error
                if "failed" in line:
                    raise WorkerFailed(line["failed"])
                yield line
                if not {"done", "change"}.intersection(line):
                    return
        finally:
            with self._lock:
                self._asking.pop(number, None)
                self._wait_for_more()

    def close(self) -> None:
        """End it now."""
        with self._lock:
            if self._timer:
                self._timer.cancel()
            process, self._process = self._process, None
        if process is not None:
            process.terminate()
        if self._reader is not None:
            self._reader.join()

    def _send(self, request: Mapping[str, Any]) -> tuple[int, Queue[Line]]:
        if not self.has_encoder:
            raise WorkerFailed("there is no encoder yet")
        lines: Queue[Line] = Queue()
        with self._lock:
            if self._timer:
                self._timer.cancel()
            number = next(self._numbers)
            process = self._running()
            self._asking[number] = lines
            try:
                assert process.stdin is not None
                process.stdin.write(json.dumps({**request, "id": number}) + "\n")
                process.stdin.flush()
            except OSError as error:
                self._asking.pop(number)
                raise WorkerFailed(f"it does not listen: {error.strerror}") from error
        return number, lines

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                self._command, cwd=FOLDER.parent, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
            )
            assert self._process.stdout is not None
            self._reader = Thread(target=self._read, args=(self._process, self._process.stdout), name="faq-preview", daemon=True)
            self._reader.start()
        return self._process

    def _read(self, process: subprocess.Popen[str], output: IO[str]) -> None:
        for text in output:
            line = json.loads(text)
            with self._lock:
                waiting = self._asking.get(line.pop("id"))
            if waiting is not None:
                waiting.put(line)
        code = process.wait()
        for pipe in (output, process.stdin):
            if pipe is not None:
                with contextlib.suppress(OSError):  # what was not read any more
                    pipe.close()
        with self._lock:
            if self._process in (process, None):
                self._process = None
                for waiting in self._asking.values():
                    waiting.put({"failed": f"it has ended with {code}"})

    def _wait_for_more(self) -> None:
        """Let it end once nobody has asked for long."""
        if self._asking or self._process is None:
            return
        if self._timer:
            self._timer.cancel()
        self._timer = Timer(self._idle_seconds, self._let_go)
        self._timer.daemon = True
        self._timer.start()

    def _let_go(self) -> None:
        with self._lock:
            if not self._asking and self._process is not None:
                self._process.terminate()
                self._process = None
