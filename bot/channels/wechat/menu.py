"""The menu under a talk, kept in YAML: what it may be, and as WeChat takes and gives it.

Facts: WeChat, 自定义菜单. What a button says is its key, so that buttons of an older menu, which phones show for a while, still work.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from bot.channels.cutting import size
from knowledge.errors import Fault, LibraryError
from knowledge.library.located import LocatedYaml, Place, UnreadableFile, read_located
from knowledge.library.shape import shape_faults

_SCHEMA = Path(__file__).with_name("menu.schema.json")
# In bytes. WeChat says 40018, 40025, 40019, 40020 to more; the numbers for names stand on older pages only.
_NAME_BYTES = 16
_SUB_NAME_BYTES = 40
_SAY_BYTES = 128
_URL_BYTES = 1024


def read_menu(file: Path) -> dict[str, Any]:
    """The menu as `menu/create` takes it. Raises LibraryError with every fault at its line."""
    try:
        document = read_located(file)
    except UnreadableFile as error:
        raise LibraryError([error.fault]) from error
    if shape := shape_faults(file, document, _SCHEMA):
        raise LibraryError([found.fault for found in shape])
    buttons = document.value["buttons"]
    if faults := list(_faults(file, document, ("buttons",), buttons, _NAME_BYTES)):
        raise LibraryError(faults)
    return {"button": [_written(button) for button in buttons]}


def show_menu(menu: Mapping[str, Any]) -> str:
    """A menu as WeChat gives it, in the YAML that `read_menu` takes; buttons of other kinds with their type."""
    return yaml.safe_dump({"buttons": [_shown(button) for button in menu.get("button", ())]}, allow_unicode=True, sort_keys=False)


def _faults(file: Path, document: LocatedYaml, place: Place, buttons: Sequence[Mapping[str, Any]], most: int) -> Iterator[Fault]:
    for number, button in enumerate(buttons):
        here = (*place, number)
        for key, limit in (("name", most), ("say", _SAY_BYTES), ("url", _URL_BYTES)):
            if size(button.get(key, "")) > limit:
                yield Fault(
                    "too-long",
                    file,
                    document.line((*here, key)),
                    f"{key} 太长：{size(button[key])} 字节。",
                    f"最多 {limit} 字节，一个汉字占 3 字节。",
                )
        yield from _faults(file, document, (*here, "buttons"), button.get("buttons", ()), _SUB_NAME_BYTES)


def _written(button: Mapping[str, Any]) -> dict[str, Any]:
    if "buttons" in button:
        return {"name": button["name"], "sub_button": [_written(each) for each in button["buttons"]]}
    if "say" in button:
        return {"type": "click", "name": button["name"], "key": button["say"]}
    return {"type": "view", "name": button["name"], "url": button["url"]}


def _shown(button: Mapping[str, Any]) -> dict[str, Any]:
    name = button.get("name", "")
    # WeChat gives an empty list with buttons that have nothing under them.
    if below := button.get("sub_button"):
        return {"name": name, "buttons": [_shown(each) for each in below]}
    match button.get("type"):
        case "click":
            return {"name": name, "say": button.get("key", "")}
        case "view":
            return {"name": name, "url": button.get("url", "")}
        case other:
            return {"name": name, "type": other}
