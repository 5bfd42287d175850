"""Secrets that nobody has to think up: given as a setting, or made at the first start and kept in DATA_DIR."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from bot.settings import Settings


def read_or_make_secret(setting: str, file: Path) -> str:
    """The secret from the setting, else from the file, which is made at the first start, readable by its owner only."""
    if setting:
        return setting
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text()
    with os.fdopen(descriptor, "w") as stream:
        made = secrets.token_hex(32)
        stream.write(made)
    return made


def conversation_secret(settings: Settings) -> str:
    """What conversation ids are signed with."""
    return read_or_make_secret(settings.conversation_secret, settings.data_dir / "conversation.secret")


def rasa_token(settings: Settings) -> str:
    """What Rasa's own API, on loopback, wants to see."""
    return read_or_make_secret("", settings.data_dir / "rasa.token")


def action_token(settings: Settings) -> str:
    """What Rasa and the actions know each other by."""
    return read_or_make_secret(settings.action_token, settings.data_dir / "action.token")
