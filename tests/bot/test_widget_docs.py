"""docs/widget.md: its examples can be used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.channels.web.pages import STATIC
from bot.channels.web.sites import WORDS, read_sites
from bot.channels.web.tokens import IDENTITY_SECONDS, LONGEST_KNOWN_SECONDS, SESSION_SECONDS, Identities
from bot.settings import PROJECT

PAGES = [(PROJECT / "docs" / name).read_text(encoding="utf-8") for name in ("widget.md", "widget.zh-CN.md")]


def _block(page: str, language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)
    return str(found)


@pytest.mark.parametrize("page", PAGES, ids=["en", "zh"])
def test_the_list_of_sites_and_the_script_tag_are_ones(page: str, tmp_path: Path) -> None:
    file = tmp_path / "sites.yml"
    listing = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)[0]
    file.write_text(re.sub("^   ", "", listing, flags=re.MULTILINE), encoding="utf-8")
    sites = read_sites(file)
    assert list(sites) == ["zhanjiang-gov", "fenyong-park"]
    assert 'data-site="zhanjiang-gov"' in page
    script = (STATIC / "widget.js").read_text(encoding="utf-8")
    (read,) = re.findall(r"const \{ (.*?) \} = script.dataset", script)
    assert set(re.findall(r"\| `data-(\w+)`", page)) == set(read.split(", "))
    for name in ("open", "close", "reset", "identify"):
        assert f"`{name}(" in page
        assert re.search(rf"^    {name}[,(]", script, re.MULTILINE)


def test_an_identity_that_is_signed_as_the_page_says_is_believed(tmp_path: Path) -> None:
    file = tmp_path / "sites.yml"
    listing = re.findall(r"```yaml\n(.*?)```", PAGES[0], re.DOTALL)[0]
    file.write_text(re.sub("^   ", "", listing, flags=re.MULTILINE), encoding="utf-8")
    site = read_sites(file)["fenyong-park"]
    example = {"SECRET": site.secret}
    exec(compile(_block(PAGES[0], "python"), "docs/widget.md", "exec"), example)
    assert Identities().read(example["token"], site, "https://ours.example.gov.cn") == "u-1024"


def test_the_numbers_are_the_programs() -> None:
    assert (SESSION_SECONDS, IDENTITY_SECONDS, LONGEST_KNOWN_SECONDS) == (30 * 60, 5 * 60, 12 * 3600)
    assert all(name in PAGES[0] for name in WORDS)
