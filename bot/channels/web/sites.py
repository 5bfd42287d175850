"""The sites that may embed the widget: a YAML file of keys, origins and secrets, used as it is saved.

    sites:
      - key: zhanjiang-gov
        name: 湛江市人民政府门户网站
        origins: ["https://www.zhanjiang.gov.cn"]
        secret: at least 32 characters, only where the site tells who its visitors are
        words: {zh-Hans: {greeting: 您好，请问想了解什么？}}

An empty list of origins means nobody. Addresses are exact: scheme, host and port, as browsers write them (RFC 6454, section 6).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog

from bot.dialogue.message import LANGUAGES
from knowledge.errors import Fault, LibraryError
from knowledge.library.located import LocatedYaml, UnreadableFile, as_mapping, read_located

WORDS = ("name", "greeting", "scope", "humanHelp", "hotline")
"""The widget's texts that a site may put its own in place of; see static/texts.js."""
_MOST_CHARACTERS = 200
_LEAST_SECRET = 32
"""Characters: HS256 wants a key as long as its hash (RFC 7518, section 3.2)."""
_LOOK_EVERY_SECONDS = 1.0
_KEY = re.compile(r"[a-z0-9][a-z0-9-]{1,38}[a-z0-9]")
_LABEL = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_ORIGIN = re.compile(rf"(https?)://({_LABEL}(?:\.{_LABEL})*)(?::([1-9][0-9]{{0,4}}))?")
_DEFAULT_PORTS = {"http": "80", "https": "443"}
_FIELDS = frozenset({"key", "name", "origins", "secret", "words"})


@dataclass(frozen=True, slots=True)
class Site:
    """One site."""

    key: str
    name: str
    origins: tuple[str, ...]
    """Where its pages are; empty: nowhere."""
    secret: str = field(default="", repr=False)
    """What it signs its visitors' identities with; empty: it does not."""
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Texts of its own by language and name, see WORDS."""


def origin_of(text: str) -> str | None:
    """An origin as browsers write it, without the scheme's own port; None for what is not exactly one."""
    found = _ORIGIN.fullmatch(text.lower())
    if not found:
        return None
    scheme, host, port = found.groups()
    if port and int(port) > 65535:
        return None
    return f"{scheme}://{host}" + (f":{port}" if port and port != _DEFAULT_PORTS[scheme] else "")


def read_sites(file: Path) -> Mapping[str, Site]:
    """The sites by key. Raises LibraryError with all faults, each at its line."""
    try:
        document = read_located(file)
    except UnreadableFile as error:
        raise LibraryError([error.fault]) from error
    listed = as_mapping(document.value).get("sites")
    if not isinstance(listed, list) or set(document.value) != {"sites"}:
        raise LibraryError([Fault("shape", file, 1, "文件应只有一项 sites，其下逐个列出网站。", "请按说明书写。")])
    reader = _Reader(file, document)
    for position, item in enumerate(listed):
        reader.read(position, item)
    if reader.faults:
        raise LibraryError(sorted(reader.faults, key=lambda fault: fault.line or 0))
    return reader.sites


class _Reader:
    """Reads one item after the other and keeps what is wrong with them."""

    def __init__(self, file: Path, document: LocatedYaml) -> None:
        self._file = file
        self._document = document
        self.sites: dict[str, Site] = {}
        self.faults: list[Fault] = []

    def read(self, position: int, item: Any) -> None:
        """One site, or what is wrong with it."""
        known = len(self.faults)
        fields = as_mapping(item)
        for unknown in fields.keys() - _FIELDS:
            self._fault((position, unknown), f"没有 {unknown} 这一项。", f"可用的有：{'、'.join(sorted(_FIELDS))}。")
        key, name, secret = fields.get("key"), fields.get("name"), fields.get("secret", "")
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            self._fault((position, "key"), "key 应为 3 至 40 个小写字母、数字或连字符。", "例如 zhanjiang-gov。")
        elif key in self.sites:
            self._fault((position, "key"), f"key {key} 已用于另一个网站。", "请换一个。")
        if not isinstance(name, str) or not 0 < len(name) <= _MOST_CHARACTERS:
            self._fault((position, "name"), "name 应为网站的名称。", "例如 湛江市人民政府门户网站。")
        if not isinstance(secret, str) or (secret and len(secret) < _LEAST_SECRET):
            self._fault((position, "secret"), f"secret 应至少有 {_LEAST_SECRET} 个字符。", "可用 openssl rand -hex 32 生成。")
        origins, words = self._origins(position, fields.get("origins")), self._words(position, fields.get("words", {}))
        if len(self.faults) == known:
            self.sites[str(key)] = Site(str(key), str(name), origins, str(secret), words)

    def _origins(self, position: int, listed: Any) -> tuple[str, ...]:
        if not isinstance(listed, list):
            self._fault(
                (position, "origins"), "origins 应为网址列表；空列表表示任何网站都不能嵌入。", 'origins: ["https://www.example.gov.cn"]'
            )
            return ()
        origins: dict[str, None] = {}
        for at, text in enumerate(listed):
            origin = origin_of(text) if isinstance(text, str) else None
            if origin is None:
                hint = "只写协议、主机名和端口，不写路径、通配符和末尾的斜杠；中文域名写成 xn-- 的形式。"
                self._fault((position, "origins", at), f"“{text}”不是网站的来源地址。", hint)
            else:
                origins[origin] = None
        return tuple(origins)

    def _words(self, position: int, listed: Any) -> Mapping[str, Mapping[str, str]]:
        if not isinstance(listed, dict):
            self._fault((position, "words"), "words 应按语言列出文字。", f"语言：{'、'.join(LANGUAGES)}。")
            return {}
        for language, words in listed.items():
            if language not in LANGUAGES or not isinstance(words, dict):
                self._fault((position, "words", language), f"words 里没有 {language} 这种语言。", f"语言：{'、'.join(LANGUAGES)}。")
                continue
            for name, text in words.items():
                if name not in WORDS or not isinstance(text, str) or not 0 < len(text) <= _MOST_CHARACTERS:
                    hint = f"可换的文字：{'、'.join(WORDS)}；每条最多 {_MOST_CHARACTERS} 字。"
                    self._fault((position, "words", language, name), f"{name} 不能这样写。", hint)
        return listed

    def _fault(self, place: Sequence[str | int], reason: str, hint: str) -> None:
        self.faults.append(Fault("site", self._file, self._document.line(("sites", *place)), reason, hint))


class Sites:
    """The sites of a file; a change of it is used within a second, a faulty one is told of and the last good one stays."""

    def __init__(self, file: Path | None, logger: structlog.stdlib.BoundLogger, clock: Callable[[], float] = time.monotonic) -> None:
        """No file: no sites. Raises LibraryError."""
        self._file = file
        self._logger = logger
        self._clock = clock
        self._looked_at = clock()
        self._state = _state(file)
        self._sites = read_sites(file) if file else {}

    def get(self, key: str) -> Site | None:
        """The site of a key."""
        self._look()
        return self._sites.get(key)

    def _look(self) -> None:
        if self._file is None or self._clock() - self._looked_at < _LOOK_EVERY_SECONDS:
            return
        self._looked_at, state = self._clock(), _state(self._file)
        if state == self._state:
            return
        self._state = state
        try:
            self._sites = read_sites(self._file)
        except LibraryError as error:
            self._logger.error("widget_sites_refused", reason=str(error))
        else:
            self._logger.info("widget_sites_read", number=len(self._sites))


def _state(file: Path | None) -> tuple[int, int, int] | None:
    """What changes with a file's content; None where there is none."""
    try:
        found = file.stat() if file else None
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino) if found else None
