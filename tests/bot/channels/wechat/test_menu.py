"""The menu in YAML: what WeChat would refuse is told at its line, before WeChat is asked."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from bot.channels.wechat.commands import CommandFailed, menu
from bot.channels.wechat.menu import read_menu, show_menu
from bot.settings import PROJECT, SettingError, read_settings
from knowledge.errors import LibraryError
from knowledge.sources import Sources
from tests.fakes.wechat_server import FakeWechat

SHIPPED = PROJECT / "bot" / "channels" / "wechat" / "menu.yml"
SMALL = """\
buttons:
  - name: 政策
    say: 用地方面有哪些优惠政策？
  - name: 更多
    buttons:
      - name: 官网
        url: https://www.zhanjiang.gov.cn/
"""


def _file(folder: Path, text: str) -> Path:
    file = folder / "menu.yml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_button_says_something_opens_a_page_or_has_others_under_it(tmp_path: Path) -> None:
    assert read_menu(_file(tmp_path, SMALL)) == {
        "button": [
            {"type": "click", "name": "政策", "key": "用地方面有哪些优惠政策？"},
            {"name": "更多", "sub_button": [{"type": "view", "name": "官网", "url": "https://www.zhanjiang.gov.cn/"}]},
        ]
    }


def test_what_is_shown_can_be_read_again(tmp_path: Path) -> None:
    for file in (SHIPPED, _file(tmp_path, SMALL)):
        written = read_menu(file)
        again = tmp_path / "again.yml"
        again.write_text(show_menu(written), encoding="utf-8")
        assert read_menu(again) == written


def test_the_menu_that_is_shipped_can_be_used_and_its_names_can_be_seen() -> None:
    for button in read_menu(SHIPPED)["button"]:
        assert len(button["name"]) <= 4
        for below in button["sub_button"]:
            assert len(below["name"]) <= 7


def test_what_the_shipped_menu_says_is_in_the_words_of_the_library_or_of_a_command(sources: Sources) -> None:
    known = {wording for entry in sources.entries for wording in entry.wordings}
    for file in (PROJECT / "bot" / "training" / "nlu").glob("*.yml"):
        known |= {line.strip().removeprefix("- ") for line in file.read_text(encoding="utf-8").splitlines()}
    said = [below["key"] for button in read_menu(SHIPPED)["button"] for below in button["sub_button"]]
    assert [key for key in said if key not in known] == []


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("name: 政策\n", "name: 湛江的产业政策\n", 2, "name 太长：21 字节"),
        ("name: 官网", f"name: {'官' * 14}", 6, "name 太长：42 字节"),
        ("say: 用地方面有哪些优惠政策？", f"say: {'用' * 43}", 3, "say 太长：129 字节"),
        ("gov.cn/", f"gov.cn/{'a' * 1000}", 7, "url 太长"),
    ],
)
def test_what_is_too_long_is_told_in_bytes_at_its_line(tmp_path: Path, old: str, new: str, line: int, told: str) -> None:
    assert old in SMALL
    with pytest.raises(LibraryError) as refused:
        read_menu(_file(tmp_path, SMALL.replace(old, new)))
    (fault,) = refused.value.faults
    assert fault.line == line
    assert told in fault.reason


@pytest.mark.parametrize(
    "text",
    [
        "",
        "buttons: []",
        "buttons: [{name: 一, say: 一}, {name: 二, say: 二}, {name: 三, say: 三}, {name: 四, say: 四}]",
        "buttons: [{name: 一}]",
        "buttons: [{name: 一, say: 一, url: 'https://a.cn'}]",
        "buttons: [{name: 一, url: 'javascript:alert(1)'}]",
        "buttons: [{name: '', say: 一}]",
        "buttons: [{name: 一, buttons: []}]",
        "buttons: [{name: 一, buttons: [{name: 二, buttons: [{name: 三, say: 三}]}]}]",
        "buttons: [{name: 一, say: 一",
        "buttons: [{name: 一, say: 一}]\nmore: 1",
    ],
)
def test_what_is_no_menu_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(LibraryError):
        read_menu(_file(tmp_path, text))


async def test_the_command_puts_shows_and_deletes(wechat: FakeWechat, data_dir: Path, tmp_path: Path) -> None:
    settings = read_settings(wechat.environment(DATA_DIR=str(data_dir), WECHAT_MENU_FILE=str(_file(tmp_path, SMALL))))
    assert "no menu" in await menu(settings, "show")
    assert "menu.yml" in await menu(settings, "create")
    assert wechat.api.menu == read_menu(settings.wechat.menu_file)
    again = _file(tmp_path, await menu(settings, "show"))
    assert read_menu(again) == wechat.api.menu
    await menu(settings, "delete")
    assert wechat.api.menu is None


async def test_the_command_says_in_words_why_it_cannot(wechat: FakeWechat, data_dir: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="WECHAT_APPID is empty"):
        await menu(read_settings({}), "show")
    with pytest.raises(SettingError, match="WECHAT_TOKEN is missing"):
        await menu(read_settings(wechat.environment(WECHAT_TOKEN="")), "show")
    environment = wechat.environment(DATA_DIR=str(data_dir), WECHAT_MENU_FILE=str(_file(tmp_path, SMALL.replace("官网", "官" * 14))))
    with pytest.raises(CommandFailed, match=r"menu\.yml:6"):
        await menu(read_settings(environment), "create")
    assert not wechat.api.tokens_fetched
    wechat.api.blocked_address = "203.0.113.7"
    with pytest.raises(CommandFailed, match=r"203\.0\.113\.7"):
        await menu(read_settings(environment), "show")


async def test_the_command_line_knows_it(wechat: FakeWechat, data_dir: Path) -> None:
    environment = {**os.environ, **wechat.environment(DATA_DIR=str(data_dir))}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "menu", "create", cwd=PROJECT, env=environment, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    assert (process.returncode, said.decode().split(";")[0]) == (0, "The menu of menu.yml is in place")
    assert wechat.api.menu == read_menu(SHIPPED)
