"""The pages' words: both languages, none missing, none left over."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from actions.settings import PROJECT
from desk.texts import read_texts

DESK = PROJECT / "desk"
_USED = re.compile(r"""["']((?:[a-z][a-z0-9-]*\.)+[a-z0-9_-]+)["']""")
_BUILT = re.compile(r"""["']((?:[a-z][a-z0-9-]*\.)+)["']\s*(?:~|\+)|f["']((?:[a-z][a-z0-9-]*\.)+)\{""")


def _sources() -> list[Path]:
    return [*DESK.rglob("*.html"), *DESK.rglob("*.py")]


def test_every_text_that_a_page_names_is_there_and_none_is_left_over() -> None:
    keys = read_texts().keys()
    subjects = {key.split(".", 1)[0] for key in keys}
    named: set[str] = set()
    built: set[str] = set()
    for file in _sources():
        text = file.read_text(encoding="utf-8")
        for found in re.findall(r"""\bt\(\s*["']([^"']+)["']\s*[,)]""", text):
            assert found in keys, f"{file.relative_to(PROJECT)}: {found}"
        named.update(key for key in _USED.findall(text) if key.split(".", 1)[0] in subjects)
        built.update(first or second for first, second in _BUILT.findall(text))
    left_over = {key for key in keys - named if not any(key.startswith(prefix) for prefix in built)}
    assert not left_over


def test_no_template_escapes_the_escaping_or_holds_script_or_style_of_its_own() -> None:
    for file in DESK.rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        for forbidden in (
            r"\|\s*safe",
            r"autoescape",
            r"<script(?![^>]*\ssrc=)",
            r"<style",
            r"\sstyle=",
            r"\son[a-z]+=",
            r"javascript:",
            r"hx-on",
        ):
            assert not re.search(forbidden, text), f"{file.relative_to(PROJECT)}: {forbidden}"


def test_every_posted_form_of_whoever_is_signed_in_holds_the_sessions_token() -> None:
    for file in DESK.rglob("*.html"):
        for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", file.read_text(encoding="utf-8"), re.DOTALL):
            is_public = "/language" in form or "sign-in" in form
            assert is_public or "csrf_field()" in form, f"{file.relative_to(PROJECT)}: {form[:120]}"


def test_a_text_that_lacks_a_language_or_stands_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("a.one: {zh: 一}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"a\.one"):
        read_texts(tmp_path)
    (tmp_path / "a.yml").write_text("a.one: {zh: 一, en: one}\n", encoding="utf-8")
    (tmp_path / "b.yml").write_text("a.one: {zh: 一, en: one}\n", encoding="utf-8")
    with pytest.raises(ValueError, match="twice"):
        read_texts(tmp_path)
