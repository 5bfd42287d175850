"""Comparisons and single questions, asked for by lines of JSON and answered by lines of JSON: the process stays, with all that it loaded.

A request is one of::

    {"id": 1, "compare": {"before": FOLDER, "after": FOLDER, "questions": FILE}}
    {"id": 2, "ask": {"folder": FOLDER, "question": "…"}}
    {"id": 3, "warm": {"folder": FOLDER}}

Each line of an answer has the request's id beside what `knowledge.preview.compare` says, ``{"told": {...}}`` for a single question,
``{"warm": true}``, or ``{"failed": "…"}`` as its last line. A comparison goes on until its folder `after` is gone: whoever removes it
has no more use for it. Single questions are answered while a comparison runs.
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Any

from knowledge.changes import Told
from knowledge.errors import KnowledgeError
from knowledge.preview.compare import Comparison, NoLongerWanted, compare
from knowledge.preview.states import States

Request = Mapping[str, Any]
Write = Callable[[Mapping[str, Any]], None]


class Requests:
    """Answers requests, one after the other. Belongs to one thread; another one reads."""

    def __init__(self, states: States, evaluation: Path, kept: Path, write: Write) -> None:
        self._states = states
        self._evaluation = evaluation
        self._kept = kept
        self._write = write
        self._waiting: list[Request] = []
        """Comparisons that came while another one ran."""
        self._arrived: Queue[Request | None] = Queue()
        self._has_ended = False

    def serve(self, lines: Iterable[str]) -> None:
        """Answer until the lines end."""
        Thread(target=self._read, args=(lines,), daemon=True).start()
        while not self._has_ended or self._waiting:
            request = self._waiting.pop(0) if self._waiting else self._arrived.get()
            if request is None:
                return
            self._answer(request)

    def _read(self, lines: Iterable[str]) -> None:
        for line in lines:
            self._arrived.put(json.loads(line))
        self._arrived.put(None)

    def _answer(self, request: Request) -> None:
        number = request["id"]
        try:
            if compared := request.get("compare"):
                self._compare(number, compared)
            elif asked := request.get("ask"):
                told = Told.of(self._states.open(Path(asked["folder"])).knowledge.ask(asked["question"]))
                self._write({"id": number, "told": told.as_fields()})
            else:
                self._states.open(Path(request["warm"]["folder"]))
                self._write({"id": number, "warm": True})
        except NoLongerWanted:
            self._write({"id": number, "failed": "no longer wanted"})
        except (KnowledgeError, OSError) as error:
            self._write({"id": number, "failed": str(error)})
        except Exception as error:  # whatever it was, the next request gets its chance
            traceback.print_exc()
            self._write({"id": number, "failed": repr(error)})

    def _compare(self, number: int, compared: Mapping[str, str]) -> None:
        before, after = Path(compared["before"]), Path(compared["after"])
        real = read_real(Path(compared["questions"]))
        wanted = Comparison(before, after, self._evaluation, real, self._kept)
        for line in compare(self._states, wanted, lambda: self._between(after)):
            self._write({"id": number, **line})

    def _between(self, after: Path) -> None:
        """Answer what came meanwhile, unless it takes as long itself. Raises NoLongerWanted."""
        while True:
            try:
                request = self._arrived.get_nowait()
            except Empty:
                break
            if request is None:
                self._has_ended = True
                raise NoLongerWanted
            if "compare" in request:
                self._waiting.append(request)
            else:
                self._answer(request)
        if not after.is_dir():
            raise NoLongerWanted


def read_real(file: Path | None) -> Sequence[str]:
    """Questions of enquirers, one a line. Raises OSError."""
    return tuple(line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()) if file else ()
