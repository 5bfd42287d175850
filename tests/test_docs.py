"""What the documentation says is what the program does."""

from __future__ import annotations

import re
import subprocess

import pytest

from bot.settings import PROJECT
from docs.__main__ import MAKERS, PAGES
from docs.blocks import block_names, fill_blocks

# The evaluation is measured, not derived; `make docs` pastes what `make eval` prints.
DERIVED = ("settings", "targets", "library", "commands", "payload")


def test_a_block_is_replaced_and_nothing_else() -> None:
    page = "a\n<!-- made by `make docs`: x -->\nold\n<!-- end -->\nb"
    assert fill_blocks(page, {"x": "new"}) == "a\n<!-- made by `make docs`: x -->\nnew\n<!-- end -->\nb"


@pytest.mark.parametrize("page", PAGES)
def test_generated_parts_are_up_to_date(page: str) -> None:
    text = (PROJECT / page).read_text(encoding="utf-8")
    for name in block_names(text):
        if name in DERIVED:
            assert MAKERS[name]() in text, f"{page}: {name} is out of date; run `make docs`"


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_a_page_links_to_exists(page: str) -> None:
    text = (PROJECT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", text):
        assert ((PROJECT / page).parent / target).exists(), f"{page} links to {target}"


def test_every_folder_is_on_the_map() -> None:
    text = (PROJECT / "docs" / "architecture.md").read_text(encoding="utf-8")
    tracked = subprocess.run(["git", "ls-files"], cwd=PROJECT, text=True, capture_output=True, check=True).stdout.split()
    packages = {name.rsplit("/", 1)[0] for name in tracked if name.endswith("__init__.py") and not name.startswith("tests/")}
    for package in sorted(packages):
        assert f"`{package}/`" in text, f"docs/architecture.md does not mention {package}/"
