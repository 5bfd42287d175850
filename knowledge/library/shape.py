"""Whether a file has the shape that its JSON Schema asks for, told in words for officers.

An editor that knows JSON Schema completes and checks by the same files.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import fastjsonschema
import jsonschema

from knowledge.errors import Fault
from knowledge.library.located import LocatedYaml, as_mapping

_FORMATS = jsonschema.FormatChecker(formats=())


@_FORMATS.checks("date", raises=ValueError)
def _is_day(written: object) -> bool:
    return not isinstance(written, str) or (len(written) == len("2026-01-01") and bool(date.fromisoformat(written)))


@dataclass(frozen=True, slots=True)
class ShapeFault:
    """A fault and the position of the entry that has it, None where it is the file's own."""

    fault: Fault
    entry: int | None


def shape_faults(path: Path, document: LocatedYaml, schema: Path, entries: str = "entries") -> list[ShapeFault]:
    """Everything in a document that a JSON Schema does not allow. `entries`: key of the list whose items have an `id` to be told by."""
    try:
        _quick_check(schema)(document.value)
    except fastjsonschema.JsonSchemaValueException:
        # The compiled check is fast and stops at the first fault; this one finds them all.
        validator = jsonschema.Draft202012Validator(_schema(schema), format_checker=_FORMATS)
        errors = sorted(validator.iter_errors(document.value), key=lambda error: list(map(str, error.path)))
        return [_told(path, document, error, entries) for error in errors]
    return []


@cache
def _schema(file: Path) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return schema


@cache
def _quick_check(file: Path) -> Callable[[Any], Any]:
    # fastjsonschema knows drafts up to 7, in which all that is used here means the same.
    schema = _schema(file) | {"$schema": "http://json-schema.org/draft-07/schema#"}
    check: Callable[[Any], Any] = fastjsonschema.compile(schema, formats={"date": _is_valid_day}, use_default=False)
    return check


def _is_valid_day(written: str) -> bool:
    try:
        return _is_day(written)
    except ValueError:
        return False


def _told(path: Path, document: LocatedYaml, error: jsonschema.ValidationError, entries: str) -> ShapeFault:
    place = tuple(error.absolute_path)
    in_entry = len(place) >= 2 and place[0] == entries
    position = int(place[1]) if in_entry else None
    item = as_mapping(document.value[entries][position]) if position is not None else {}
    subject = f"{item.get('id', f'第 {position + 1} 条')}：" if position is not None else ""
    key = next((str(step) for step in reversed(place) if isinstance(step, str) and step != entries), "")
    line_of = (*place, _unknown(error)[0]) if error.validator == "additionalProperties" else place
    reason, hint = _words(error, key)
    return ShapeFault(Fault(_CODES.get(str(error.validator), "shape"), path, document.line(line_of), subject + reason, hint), position)


_CODES = {"required": "missing-key", "additionalProperties": "unknown-key", "type": "type", "maxLength": "too-long", "format": "date"}


def _words(error: jsonschema.ValidationError, key: str) -> tuple[str, str]:
    """Reason and hint."""
    written: Any = error.instance
    demanded: Any = error.validator_value
    if error.validator == "required":
        return f"缺少 {next(name for name in demanded if name not in written)}。", "请对照模板补上。"
    if error.validator == "additionalProperties":
        return f"不认识 {'、'.join(_unknown(error))}。", f"可以用的有：{'、'.join(_known(error))}。"
    if error.validator == "maxLength":
        return f"{key} 有 {len(written)} 个字，最多 {demanded} 个。", "请写得更短。"
    if error.validator == "format":
        return f"{key} 不是日期：{written}。", "请写成 2026-01-31 的样子。"
    if error.validator == "minItems":
        nothing_to_cite = "方案没有写的内容请放在 boundaries/。" if key == "citations" else "请对照模板补上。"
        return f"{key} 至少要有一条。", nothing_to_cite
    if error.validator == "pattern":
        return f"{key or '内容'} 写得不对：{written!r}。", "编号只用小写字母、数字和连字符；文字不能为空。"
    if error.validator == "type":
        wanted = {"string": "文字", "array": "列表", "object": "键值对", "integer": "整数", "boolean": "true 或 false"}[demanded]
        hint = "像数字、true、null 或带“: ”的文字，请加英文引号。" if demanded == "string" else "请对照模板书写。"
        return f"{key or '文件'} 应为{wanted}。", hint
    if error.validator == "enum":
        return f"{key} 不能是 {written!r}。", f"可以用的有：{'、'.join(map(str, demanded))}。"
    if error.validator == "minimum":
        return f"{key} 不能小于 {demanded}。", "请改成更大的数。"
    return error.message, "请对照模板书写。"


def _unknown(error: jsonschema.ValidationError) -> list[str]:
    written: Any = error.instance
    return [str(name) for name in written if name not in _known(error)]


def _known(error: jsonschema.ValidationError) -> list[str]:
    schema: Any = error.schema
    return list(schema["properties"])
