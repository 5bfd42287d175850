"""The YAML file beside a document that says what it is."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from pathlib import Path

from knowledge.errors import Fault
from knowledge.library.located import LocatedYaml
from knowledge.plan import BureauNames
from knowledge.policies.formats import SUFFIXES
from knowledge.policies.model import Standing

_REQUIRED = ("title", "issuer", "date", "standing", "file")
_OPTIONAL = ("valid_from", "valid_until", "superseded_by", "bureaus")
_KNOWN = (*_REQUIRED, *_OPTIONAL)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SLUG = re.compile(r"[a-z0-9-]+")


def sidecar_faults(path: Path, document: LocatedYaml, others: Collection[str], bureaus: BureauNames) -> Iterator[Fault]:
    """Everything that is wrong with a side-car itself; whether its document is there is not looked at.

    `others` are the slugs of the folder's other documents.
    """
    if not _SLUG.fullmatch(path.stem):
        yield Fault("slug", path, None, f"文件名 {path.stem} 不能作编号。", "文件名只用小写字母、数字和连字符。")
    if not isinstance(document.value, dict):
        yield Fault("shape", path, 1, "说明文件应为键值对。", f"要写明：{'、'.join(_REQUIRED)}。")
        return
    found = [*_key_faults(document.value), *_text_faults(path, texts_of(document), others)]
    for key, code, reason, hint in found:
        yield Fault(code, path, document.line((key,)), reason, hint)
    yield from _bureau_faults(path, document, bureaus)


def texts_of(document: LocatedYaml) -> Mapping[str, str]:
    """The side-car's values that are texts, by their keys, whatever else may be wrong with it."""
    items = document.value.items() if isinstance(document.value, dict) else ()
    return {key: value.strip() for key, value in items if isinstance(value, str) and value.strip()}


def document_names(sidecar: Path) -> tuple[str, ...]:
    """The names that a side-car's document may have."""
    return tuple(sidecar.stem + suffix for suffix in SUFFIXES)


def day(written: str | None) -> date | None:
    """None where it is no day of the calendar in the form 2026-01-31."""
    try:
        return date.fromisoformat(written) if written and _DAY.fullmatch(written) else None
    except ValueError:
        return None


_Finding = tuple[str, str, str, str]
"""Key, code, reason, hint."""


def _key_faults(values: Mapping[str, object]) -> Iterator[_Finding]:
    for key, value in values.items():
        if key not in _KNOWN:
            yield key, "unknown-key", f"不认识 {key}。", f"可以用的有：{'、'.join(_KNOWN)}。"
        elif key != "bureaus" and not (isinstance(value, str) and value.strip()):
            yield key, "type", f"{key} 应为文字。", "像数字、true 或带“: ”的文字，请加英文引号；没有内容的可选项请删去。"
    for key in _REQUIRED:
        if key not in values:
            yield key, "missing-key", f"缺少 {key}。", "请补上。"


def _text_faults(path: Path, texts: Mapping[str, str], others: Collection[str]) -> Iterator[_Finding]:
    for key in ("date", "valid_from", "valid_until"):
        if key in texts and day(texts[key]) is None:
            yield key, "date", f"{key} 不是日期：{texts[key]}。", "请写成 2026-01-31 的样子。"
    first, last = day(texts.get("valid_from")), day(texts.get("valid_until"))
    if first and last and first > last:
        yield "valid_until", "dates", f"有效期在 {first} 开始，却在 {last} 结束。", "请检查两个日期。"
    standings = [standing.value for standing in Standing]
    standing = texts.get("standing", Standing.SUPERSEDED.value)
    if standing not in standings:
        yield "standing", "standing", f"不认识的状态：{standing}。", f"可以用的有：{'、'.join(standings)}。"
    elif "superseded_by" in texts and standing != Standing.SUPERSEDED.value:
        yield "superseded_by", "standing", "写了 superseded_by，状态却不是 superseded。", "请改正其中一处。"
    elif texts.get("superseded_by", "") not in {"", *others}:
        hint = "请写本文件夹里另一份文件的编号；没有收入的不必写。"
        yield "superseded_by", "unknown-document", f"superseded_by 指向的 {texts['superseded_by']} 不是本文件夹里的另一份文件。", hint
    names = document_names(path)
    if "file" in texts and texts["file"] not in names:
        yield "file", "file-name", f"file 不能是 {texts['file']}。", f"文件放在说明文件旁边，同名：{'、'.join(names)}。"


def _bureau_faults(path: Path, document: LocatedYaml, bureaus: BureauNames) -> Iterator[Fault]:
    listed = document.value.get("bureaus") or []
    if not isinstance(listed, list) or not all(isinstance(name, str) for name in listed):
        hint = "写成 [市商务局, 市教育局]，或每行一个，前面加“- ”。"
        yield Fault("type", path, document.line(("bureaus",)), "bureaus 应为单位名称的列表。", hint)
        return
    for position, name in enumerate(listed):
        if unknown := _unknown(name, bureaus):
            hint = "单位名称见 knowledge/plan/bureaus.yml，可以在那里补充。"
            yield Fault("unknown-bureau", path, document.line(("bureaus", position)), f"没有单位“{unknown}”。", hint)


def _unknown(listing: str, bureaus: BureauNames) -> str:
    try:
        bureaus.split(listing)
    except ValueError as error:
        return str(error)
    return ""
