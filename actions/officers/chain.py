"""The chain that the audit log's rows form: each carries a MAC over itself and the one before it. Pure; `audit` keeps it in the database.

The log lies in the service's own database, so whoever can write there can change it. Without the key for personal information,
which is not in the database, they cannot do so unnoticed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timezone


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the log, without its MAC."""

    sequence: int
    """From 1, without gaps."""
    at: datetime
    officer: str
    """Login; empty for somebody who is not signed in."""
    action: str
    subject: str
    """What was acted on: number of a ticket, id of an FAQ entry, login."""
    bureau: str
    detail: str
    """Never personal information of enquirers."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the chain: everything up to it is fixed by its MAC."""

    sequence: int
    mac: str

    def __str__(self) -> str:
        return f"{self.sequence}:{self.mac}"

    @classmethod
    def read(cls, written: str) -> Mark:
        """What `str` made of one and somebody noted down. Raises ValueError."""
        number, _, code = written.partition(":")
        if not re.fullmatch(r"[0-9]{1,18}", number, re.ASCII) or not re.fullmatch(r"[0-9a-f]{64}", code):
            raise ValueError("such as 128:0f3a…, as the log's verification showed it")
        return cls(int(number), code)


START = Mark(0, "")
BROKEN = "log.broken"
"""Written by the program itself where it finds the end of the log tampered with: the log goes on, and this stays in it."""


@dataclass(frozen=True, slots=True)
class Broken:
    """Where the log was first found to be tampered with."""

    sequence: int
    reason: str
    """In words for officers."""

    def __str__(self) -> str:
        return f"第{self.sequence}条：{self.reason}"


def mac_of(key: bytes, before: str, entry: Entry) -> str:
    """The MAC of a row that follows one with the MAC `before`."""
    at = entry.at.astimezone(timezone.utc).isoformat(timespec="microseconds")
    return _hmac(key, ["row", before, entry.sequence, at, entry.officer, entry.action, entry.subject, entry.bureau, entry.detail])


def seal_of(key: bytes, anchor: Mark, head: Mark) -> str:
    """What shows that nobody else moved the ends of the log."""
    return _hmac(key, ["ends", anchor.sequence, anchor.mac, head.sequence, head.mac])


def first_broken(key: bytes, anchor: Mark, head: Mark, rows: Iterable[tuple[Entry, str]], noted: Mark | None = None) -> Broken | None:
    """The first fault in all rows, ordered by sequence, each with its MAC; None where there is none.

    `noted`: a place that somebody wrote down earlier, outside the database; only this shows that an old copy of the whole log was
    put back. It may be pruned since.
    """
    last = anchor
    if noted is not None and noted.sequence == anchor.sequence and noted != anchor:
        return _other_than_noted(noted)
    for entry, mac in rows:
        if entry.sequence <= anchor.sequence:
            return Broken(entry.sequence, "日志的开头之前还有记录，是后来添上的，或者日志曾被清空。")
        if entry.sequence != last.sequence + 1:
            return Broken(last.sequence + 1, "缺少记录。")
        if not hmac.compare_digest(mac_of(key, last.mac, entry).encode(), mac.encode()):
            return Broken(entry.sequence, "记录被改动过，或者不是由本系统写入的。")
        if entry.action == BROKEN:
            return Broken(entry.sequence, "写这一条时，日志的末尾已被改动过。")
        last = Mark(entry.sequence, mac)
        if noted is not None and noted.sequence == last.sequence and noted != last:
            return _other_than_noted(noted)
    if last != head:
        return Broken(min(last.sequence, head.sequence) + 1, "末尾的记录缺少，或者是后来添上的。")
    if noted is not None and noted.sequence > head.sequence:
        return Broken(head.sequence + 1, "先前抄录过的记录已经不在，日志曾被整体替换。")
    return None


def _other_than_noted(noted: Mark) -> Broken:
    return Broken(noted.sequence, "与先前抄录的校验码不符，日志曾被整体替换。")


def _hmac(key: bytes, values: list[str | int]) -> str:
    return hmac.digest(key, json.dumps(values, ensure_ascii=False).encode(), hashlib.sha256).hex()
