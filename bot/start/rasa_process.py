"""How Rasa is started: its command lines, and what its process needs to know."""

from __future__ import annotations

import os
import socket
import sys

from bot.secret_file import action_token, rasa_token
from bot.settings import PROJECT, Settings

MODEL_NAME = "model.tar.gz"


def rasa_command(settings: Settings) -> list[str]:
    """The dialogue server, on loopback only."""
    model = str(settings.model_folder / MODEL_NAME)
    return [sys.executable, "-m", "bot.rasa", "run", "--model", model, "--interface", "127.0.0.1", "--port", str(settings.rasa_port)]


def rasa_environment(settings: Settings) -> dict[str, str]:
    """Where the actions are; and to keep quiet and to itself."""
    return os.environ | {
        "ACTION_URL": settings.action_url,
        "ACTION_TOKEN": action_token(settings),
        "RASA_TOKEN": rasa_token(settings),
        "RASA_TELEMETRY_ENABLED": "false",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONWARNINGS": "ignore",
    }


def become_rasa_shell(settings: Settings) -> None:
    """Turn into `rasa shell`; its actions are those of the service that runs beside it."""
    os.chdir(PROJECT)
    # Rasa's shell is a server too; it must not take the running one's port, nor listen to the world.
    with socket.create_server(("127.0.0.1", 0)) as probe:
        listening = ["--interface", "127.0.0.1", "--port", str(probe.getsockname()[1])]
    command = [sys.executable, "-m", "bot.rasa", "shell", "--model", str(settings.model_folder / MODEL_NAME), *listening]
    os.execve(sys.executable, command, rasa_environment(settings))
