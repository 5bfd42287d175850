"""Whether an amount or an area is one exact figure, or a range, about or at most so much."""

from __future__ import annotations

import re
from collections.abc import Callable

from actions.lead.fields.numerals import Figure, figures_in, is_side_by_side, one_writing

_NOT_ONE = re.compile(r"[几多余来到至或~～〜–—-]")
_BEFORE = re.compile(
    r"约|大概|大致|差不多|估计|接近|将近|(?:不|未|唔)[到足满]|超过|[少低小多高大]于|[至最]少|[至最]多|起码|上限|封顶|"
    r"\b(?:about|around|up to|at (?:most|least)|between|roughly|approx\w*|(?:less|more) than|over|under|below|max|min)\b"
)
_AFTER = re.compile(r"\s*(?:元|人民币|地|的)?\s*(?:左右|上下|[以之][上下内]|起步?|封顶|不到|多|打底|\+|or so|or (?:more|less))")
_CLAUSE = re.compile(r"[，,。；;、:：]")
_WORDS_BEFORE, _WORDS_AFTER = 12, 10
"""Characters beside a figure that may say how exact it is."""


def is_one_exact(read: str, unit: str, is_meant: Callable[[Figure, str], bool]) -> bool:
    """Whether a simplified text holds exactly one of the figures that are meant, and nothing beside it says that it is vague."""
    written = one_writing(read)
    figures = [figure for figure in figures_in(written, unit) if is_meant(figure, written)]
    if len(figures) != 1 or is_side_by_side(read):
        return False
    (figure,) = figures
    before = written[max(0, figure.start - _WORDS_BEFORE) : figure.start]
    after = written[figure.end : figure.end + _WORDS_AFTER]
    return not (
        _NOT_ONE.search(written[figure.start : figure.end]) or _BEFORE.search(_CLAUSE.split(before.rstrip())[-1]) or _AFTER.match(after)
    )
