"""`python -m bot menu create|show|delete`."""

from __future__ import annotations

import aiohttp

from actions.settings import SettingError
from bot.channels.contract import Unsendable
from bot.channels.wechat.client import WechatClient
from bot.channels.wechat.menu import read_menu, show_menu
from bot.channels.wechat.settings import faults
from bot.settings import Settings
from knowledge.errors import LibraryError


class CommandFailed(Exception):
    """A command could not be done; the text says why."""


async def menu(settings: Settings, action: str) -> str:
    """Do it: create, show or delete; and what there is to say of it. Raises SettingError, CommandFailed."""
    if not settings.wechat.is_on:
        raise SettingError("WECHAT_APPID is empty: there is no account whose menu this could be")
    if found := faults(settings.wechat):
        raise SettingError("; ".join(found))
    async with aiohttp.ClientSession() as session:
        client = WechatClient(settings.wechat, session, settings.data_dir)
        try:
            if action == "create":
                await client.create_menu(read_menu(settings.wechat.menu_file))
                return f"The menu of {settings.wechat.menu_file.name} is in place; phones show it within some five minutes."
            if action == "delete":
                await client.delete_menu()
                return "The account has no menu any more."
            shown = await client.menu()
            return "The account has no menu." if shown is None else show_menu(shown).rstrip()
        except LibraryError as error:
            raise CommandFailed("\n".join(map(str, error.faults))) from error
        except Unsendable as error:
            raise CommandFailed(f"WeChat says {error}") from error
