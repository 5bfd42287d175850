"""How a message was understood: what is shown of it at once, what answers another question, and what is kept in its own words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from actions.lead.fields import Unreadable, read_industry
from actions.lead.fields.typed import MOST_CHARACTERS, pieces, plain, simplified
from actions.lead.fields.undecided import is_no_answer
from actions.lead.form.draft import Draft
from actions.lead.form.steps import Step, shown

Told = Mapping[str, str | int]
"""Values by the names of their steps."""
_OUT_OF_TURN = ("phone", "investment_yuan", "land_square_metres", "district")
"""Fields whose values cannot be taken for another one's."""
_LONGEST_OUT_OF_TURN = 20


def understood(steps: Sequence[Step], text: str, told: Told) -> str:
    """Amounts and areas that were read from no exact figure: 三五千万 is 已记为 3000 万元. Empty where there is none."""
    vague = [shown(step, told[step.name]) for step in steps if step.name in told and not step.is_exact(text[:MOST_CHARACTERS])]
    return f"已记为 {'、'.join(vague)}，可随时更正。" if vague else ""


def noted(steps: Sequence[Step], text: str, told: Told) -> str:
    """What was taken though something else was asked."""
    vague = {step.name for step in steps if step.name in told and not step.is_exact(text[:MOST_CHARACTERS])}
    titles = [f"{s.title}：{shown(s, told[s.name])}" if s.name in vague else s.title for s in steps if s.name in told]
    return f"已记下{'、'.join(titles)}{'，可随时更正' if vague else ''}。"


def out_of_turn(steps: Sequence[Step], draft: Draft, asked: Step, text: str) -> Told:
    """The value of another open field that a short message surely is: 50亩 is no amount, but an area. Empty for two, or none."""
    if len(text.strip()) > _LONGEST_OUT_OF_TURN:
        return {}
    found: dict[str, str | int] = {}
    for step in steps:
        if step.name in _OUT_OF_TURN and step is not asked and step.name not in draft.values:
            try:
                value = step.read(text)
            except Unreadable:
                continue
            # 都可以 names no district.
            found |= {step.name: value} if value else {}
    return found if len(found) == 1 else {}


def industry_in_own_words(text: str, extracted: Callable[[str], Told], otherwise: str) -> str:
    """What is said to the question for the industry, without the parts that tell something else; `otherwise` where that is no answer."""
    try:
        kept = [
            words
            for piece in pieces(plain(text))
            if (words := piece.text.strip()) and extracted(words).keys() <= {"industry"} and not is_no_answer(simplified(words))
        ]
        return read_industry("，".join(kept))
    except Unreadable:
        return otherwise
