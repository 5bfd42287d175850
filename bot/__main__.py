"""`python -m bot run` starts everything, `serve` the service alone, `shell` a talk with Rasa in the terminal."""

from __future__ import annotations

import argparse
import os
import sys

from bot.settings import SettingError, read_settings

_COMMANDS = "run: build, start Rasa and the service; serve: the service alone; shell: talk to Rasa here, beside a running service"


def main() -> int:
    """Run one command; on failure one line on stderr and exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m bot", description="The relocation assistant.")
    parser.add_argument("command", choices=("run", "serve", "shell"), help=_COMMANDS)
    command = parser.parse_args().command
    try:
        settings = read_settings(os.environ)
        if command == "run":
            from bot.start.preflight import CannotStart
            from bot.start.supervise import run

            expected: tuple[type[Exception], ...] = (CannotStart,)
            run(settings)
        elif command == "shell":
            from bot.start.rasa_process import become_rasa_shell

            expected = (OSError,)
            become_rasa_shell(settings)
        else:
            from bot.serve import serve
            from knowledge import KnowledgeError

            expected = (KnowledgeError, OSError)
            serve(settings)
    except SettingError as error:
        return _fail(error)
    except Exception as error:
        if isinstance(error, expected):
            return _fail(error)
        raise
    return 0


def _fail(error: Exception) -> int:
    print(f"bot: {error}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
