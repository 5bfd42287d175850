"""`python -m bot run` starts everything; `build`, `serve` and `shell` are parts of it. See `--help`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping

from bot.settings import SettingError, Settings, read_settings


class _Failure(Exception):
    """A command could not do its work; the text is one line that says why."""


def main() -> int:
    """Run one command; on failure one line on stderr and exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m bot", description="The relocation assistant.")
    commands = parser.add_subparsers(required=True, metavar=" | ".join(COMMANDS), dest="command")
    for name, (_, help_text) in COMMANDS.items():
        command_parser = commands.add_parser(name, help=help_text)
        if name == "menu":
            command_parser.add_argument("action", choices=("create", "show", "delete"))
    given = vars(parser.parse_args())
    command, _ = COMMANDS[given.pop("command")]
    try:
        command(read_settings(os.environ), **given)
    except (SettingError, _Failure) as error:
        print(f"bot: {error}", file=sys.stderr)
        return 1
    return 0


# What each command needs takes seconds to import, so each imports its own.


def _run(settings: Settings) -> None:
    from bot.start.preflight import CannotStart
    from bot.start.supervise import run

    try:
        run(settings)
    except CannotStart as error:
        raise _Failure(str(error)) from error


def _build(settings: Settings) -> None:
    from bot.start.artefacts import build
    from bot.start.preflight import CannotStart

    try:
        build(settings)
    except CannotStart as error:
        raise _Failure(str(error)) from error


def _serve(settings: Settings) -> None:
    from bot.serve import serve

    with _told():
        serve(settings)


def _leads(settings: Settings) -> None:
    from bot.intake import serve_intake

    with _told():
        serve_intake(settings)


@contextlib.contextmanager
def _told() -> Iterator[None]:
    from actions.tickets.database import DatabaseUnavailable
    from actions.tickets.personal import PersonalKeyError
    from knowledge import KnowledgeError

    try:
        yield
    except DatabaseUnavailable as error:
        raise _Failure(f"the database of tickets cannot be opened ({error}); see DATABASE_URL") from error
    except (KnowledgeError, PersonalKeyError, OSError) as error:
        raise _Failure(str(error)) from error


def _shell(settings: Settings) -> None:
    from bot.start.rasa_process import become_rasa_shell

    become_rasa_shell(settings)


def _menu(settings: Settings, action: str) -> None:
    from bot.channels.wechat.commands import CommandFailed, menu

    try:
        print(asyncio.run(menu(settings, action)))
    except CommandFailed as error:
        raise _Failure(str(error)) from error


def _check(settings: Settings) -> None:
    from bot.channels.checking import check
    from bot.channels.finding import Weight

    found = asyncio.run(check(settings))
    print(*found, sep="\n")
    if faults := sum(finding.weight is Weight.FAULT for finding in found):
        raise _Failure(f"{faults} of the channels' settings do not work" if faults > 1 else "one of the channels' settings does not work")


COMMANDS: Mapping[str, tuple[Callable[..., None], str]] = {
    "run": (_run, "build what is missing, start Rasa and the service, until Ctrl-C"),
    "build": (_build, "build the knowledge and train Rasa's model where they do not fit"),
    "serve": (_serve, "the service alone"),
    "leads": (_leads, "only what takes leads and call-backs, and delivers; any number of them beside one database"),
    "check": (_check, "what is wrong with the settings of WeChat and other channels, in words"),
    "menu": (_menu, "create, show or delete the menu of the WeChat account"),
    "shell": (_shell, "talk to Rasa in the terminal, beside a running service"),
}

if __name__ == "__main__":
    sys.exit(main())
