"""The service sheet of a track (环评审批服务单, plan 二（三）12) as a page to be printed on A4.

What it states is what the plan asks for: 项目信息、环评政策、对接联系人、服务措施. It may be passed around,
so the enterprise's contact is masked and no phone number gets onto it, not even out of free text.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import jinja2

from actions.office.model import TrackStep
from actions.office.workdays import is_estimate
from actions.questions.masking import masked


@dataclass(frozen=True, slots=True)
class SheetPolicy:
    """A sentence of the plan on the sheet."""

    number: str
    """Of its clause, as a person would cite it: 二（三）12."""
    sentence: str
    """Verbatim."""


@dataclass(frozen=True, slots=True)
class ServiceSheet:
    """Everything that is printed."""

    ticket: str
    """ZJ-261125-7K3QXM."""
    issued: date
    company: str
    contact: str
    """Name in full; only its beginning is printed: 王**."""
    project: tuple[tuple[str, str], ...]
    """Further rows of project information: heading and content, in order. Phone numbers and the contact's name are masked in them."""
    policies: tuple[SheetPolicy, ...]
    source: str
    """What the policies stand in, with its standing: 《…实施方案》征求意见稿."""
    bureau: str
    officer: str
    """The bureau's contact person; empty while none is assigned."""
    hours: str
    measures: tuple[str, ...]
    steps: tuple[tuple[TrackStep, date | None], ...]
    """As from `actions.office.workdays.steps_due`."""
    title: str = "环评审批服务单"


def render_sheet(sheet: ServiceSheet, stylesheet_url: str) -> str:
    """The page in HTML; `stylesheet_url` is where the site serves `sheet.css`, for its policy allows no inline style."""
    rows = [
        ("单位名称", _without_person(sheet.company, sheet.contact)),
        ("联系人", masked_name(sheet.contact)),
        *((heading, _without_person(content, sheet.contact)) for heading, content in sheet.project),
    ]
    has_estimates = any(due is not None and is_estimate(due) for _, due in sheet.steps)
    return _template().render(sheet=sheet, rows=rows, stylesheet_url=stylesheet_url, has_estimates=has_estimates)


def masked_name(name: str) -> str:
    """The first character and two stars, whatever the length: 王**."""
    return f"{name.strip()[:1]}**"


def _without_person(text: str, contact: str) -> str:
    name = contact.strip()
    if len(name) > 1:  # a lone surname is part of too many words
        text = text.replace(name, masked_name(name))
    hidden = masked(text)
    # Masking narrows Chinese punctuation; where nothing was hidden the text stays as it was written.
    return text if hidden == unicodedata.normalize("NFKC", text) else hidden


def _written(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["day"] = _written
    environment.tests["estimate"] = is_estimate
    return environment.get_template("sheet.html")
