"""What several tests share: the plan and its library, and the knowledge as `make test` built it."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from bot.settings import Settings, read_settings
from bot.start.artefacts import build
from knowledge.plan import BureauNames, Plan, read_bureau_names, read_plan
from knowledge.sources import FOLDER, Sources, read_sources


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Fast tests first: unit, then what opens the built knowledge, then real processes.

    Rasa's web server puts uvloop in place of Python's own event loop as soon as it is imported, which depends on what else is collected.
    Tests run on Python's own; the acceptance tests have the service on uvloop.
    """
    asyncio.set_event_loop_policy(asyncio.DefaultEventLoopPolicy())
    items.sort(key=lambda item: (item.get_closest_marker("acceptance") is not None, item.get_closest_marker("integration") is not None))


@pytest.fixture(scope="session")
def plan() -> Plan:
    """The plan itself."""
    return read_plan(FOLDER / "plan" / "plan.yml")


@pytest.fixture(scope="session")
def bureaus() -> BureauNames:
    """The bureau names that the plan and people use."""
    return read_bureau_names(FOLDER / "plan" / "bureaus.yml")


@pytest.fixture(scope="session")
def sources() -> Sources:
    """Plan and library as they are in the repository."""
    return read_sources()


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings whose DATA_DIR holds a trained encoder, an index and Rasa's model; built here if they do not fit."""
    settings = read_settings(os.environ)
    build(settings)
    return settings


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """An empty DATA_DIR."""
    return tmp_path / "var"
