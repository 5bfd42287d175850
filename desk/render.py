"""Templates to HTML. Everything is escaped unless a template says otherwise, and none may."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

import jinja2
from markupsafe import Markup, escape

from actions.office.workdays import SHANGHAI, local_date
from desk.texts import Language, Texts

TEMPLATES = Path(__file__).parent / "templates"


class Renderer:
    """Compiled templates. Safe to use from several threads."""

    def __init__(self, texts: Texts, templates: Path = TEMPLATES) -> None:
        self.texts = texts
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(templates),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(moment=moment, day=day, number=number, lines=lines)

    def render(self, template: str, language: Language, values: Mapping[str, object]) -> str:
        """HTML; `t` in it speaks the language."""

        def t(key: str, **named: object) -> str:
            return self.texts.get(language, key, **named)

        return self._environment.get_template(template).render(t=t, language=language, **values)


def moment(value: datetime | None) -> str:
    """Date and time in China."""
    return "" if value is None else value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def day(value: date | datetime | None) -> str:
    """The date in China."""
    if isinstance(value, datetime):
        value = local_date(value)
    return "" if value is None else value.isoformat()


def number(value: float | None) -> str:
    """With thousands separated; at most one decimal."""
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"


def lines(text: str) -> Markup:
    """Escaped, with its line breaks kept."""
    return Markup("<br>").join(escape(line) for line in text.splitlines())
