"""YAML as values that remember on which line of the file each of them stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from knowledge.errors import Fault

MAX_FILE_BYTES = 8 * 1024 * 1024
_UTF8_MARK = b"\xef\xbb\xbf"
Place = Sequence[str | int]
"""Keys and positions from the top of a document to a value in it, such as ("entries", 3, "answer")."""


class UnreadableFile(Exception):
    """The file cannot be read as YAML at all."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(str(fault))


@dataclass(frozen=True)
class LocatedYaml:
    """A document and the places of its parts."""

    value: Any
    root: yaml.Node | None

    def line(self, place: Place) -> int:
        """Line, from 1, of the value at a place, or of the nearest thing around it that exists."""
        node, line = self.root, 1
        for step in place:
            found = _step(node, step)
            if found is None:
                break
            line, node = found
        return line


class _StringDates(yaml.CSafeLoader):
    """The safe loader without dates: 2026-01-01 stays a text, and the schema says what it must look like."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - replaces the table of the library's class
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }


def read_located(path: Path) -> LocatedYaml:
    """Read one file. Raises UnreadableFile naming the line, for what is too long, not UTF-8, or not YAML."""
    return parse_located(path, read_bytes(path))


def parse_located(path: Path, content: bytes) -> LocatedYaml:
    """The same for what was read from a file. Raises UnreadableFile."""
    text = _decoded(path, content)
    loader = _StringDates(text)
    try:
        root = loader.get_single_node()
        _refuse_what_hides_things(root, path)
        return LocatedYaml(None if root is None else loader.construct_document(root), root)
    except yaml.YAMLError as error:
        raise UnreadableFile(_yaml_fault(path, text, error)) from error
    except RecursionError as error:
        raise UnreadableFile(Fault("yaml", path, 1, "嵌套过深。", "请按模板书写。")) from error
    finally:
        loader.dispose()


def read_bytes(path: Path) -> bytes:
    """A file's content. Raises UnreadableFile where it is too long or cannot be read."""
    try:
        size = path.stat().st_size
        if size <= MAX_FILE_BYTES:
            return path.read_bytes()
    except OSError as error:
        raise UnreadableFile(Fault("unreadable", path, None, f"文件打不开：{error.strerror}。", "请检查读取权限。")) from error
    reason = f"文件有 {size // 1024} KB，超过 {MAX_FILE_BYTES // 1024} KB。"
    raise UnreadableFile(Fault("too-long", path, None, reason, "请按主题分成几个文件。"))


def _decoded(path: Path, raw: bytes) -> str:
    """UTF-8 with or without the mark that Windows editors put in front."""
    try:
        return raw.removeprefix(_UTF8_MARK).decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        hint = "文件像是按 GBK（ANSI）保存的，请在编辑器里另存为 UTF-8。" if _is_gbk(raw) else "请在编辑器里另存为 UTF-8。"
        raise UnreadableFile(Fault("encoding", path, line, "文件不是 UTF-8 编码。", hint)) from error


def _is_gbk(raw: bytes) -> bool:
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return True


def _yaml_fault(path: Path, text: str, error: yaml.YAMLError) -> Fault:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark else None
    lines = text.splitlines()
    written = lines[line - 1] if line and line <= len(lines) else ""
    if "\t" in written[: len(written) - len(written.lstrip())]:
        return Fault("tab", path, line, "行首用了制表符（Tab）。", "缩进请用空格，每级两个。")
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    return Fault(
        "yaml", path, line, f"不是有效的 YAML：{problem}。", "常见原因：缩进不齐、冒号后缺空格、文字中有“: ”或“ #”而没有加英文引号。"
    )


def _refuse_what_hides_things(node: yaml.Node | None, path: Path) -> None:
    """Raise for a key that stands twice in a mapping: YAML would keep the last one silently. Aliases are followed once."""
    open_nodes, seen = [node], set()
    while open_nodes:
        node = open_nodes.pop()
        if node is None or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            open_nodes.extend(node.value)
        elif isinstance(node, yaml.MappingNode):
            keys: set[str] = set()
            for key, value in node.value:
                line = key.start_mark.line + 1
                if not isinstance(key, yaml.ScalarNode):
                    raise UnreadableFile(Fault("yaml", path, line, "冒号前面应是一个词。", "请按模板书写。"))
                if key.value in keys:
                    raise UnreadableFile(Fault("duplicate-key", path, line, f"{key.value} 在同一条里写了两次。", "请删去其中一处。"))
                keys.add(key.value)
                open_nodes.append(value)


def _step(node: yaml.Node | None, step: str | int) -> tuple[int, yaml.Node] | None:
    """The line of a key or an item, and the node of its value."""
    if isinstance(node, yaml.MappingNode):
        return next(((key.start_mark.line + 1, value) for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        child: yaml.Node = node.value[step]
        return child.start_mark.line + 1, child
    return None


def as_mapping(value: Any) -> Mapping[str, Any]:
    """The value if it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}
