"""What the form says: the question for a field, the summary, and the choices that may be tapped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from actions.lead.form.draft import Draft
from actions.lead.form.steps import AGREE, CORRECT, DISAGREE, KEEP, NOTHING, SKIP, SKIP_REST, STOP, SUBMIT, Step, shown
from actions.office.model import Track

BUTTONS = frozenset({AGREE, DISAGREE, SUBMIT, CORRECT, STOP, SKIP, SKIP_REST, KEEP, NOTHING})
"""Choices of the form itself: one that is tapped late, in an older message, is no answer to what is asked now."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is said, and what may be tapped."""

    text: str
    choices: tuple[str, ...] = ()


def consent_prompt(text: str) -> Prompt:
    """The consent text, to be agreed to or not."""
    return Prompt(text, (AGREE, DISAGREE))


def field_prompt(step: Step, draft: Draft) -> Prompt:
    """The question for a field; for one that has a value already, with that value."""
    ask = step.ask + ("（可跳过）" if step.optional and "跳过" not in step.ask else "")
    if step.name not in draft.values:
        return Prompt(ask, (*step.choices, *((SKIP, SKIP_REST) if step.optional else ())))
    others = tuple(choice for choice in step.choices if choice != draft.values[step.name])
    leave = (KEEP, NOTHING) if step.optional else (KEEP,)
    return Prompt(f"{step.ask}\n现在填的是：{shown(step, draft.values[step.name])}", (*others, *leave))


def which_prompt(steps: Iterable[Step]) -> Prompt:
    """The choice of a field to correct."""
    return Prompt("要改哪一项？", (*(step.title for step in steps), KEEP))


def confirm_prompt(draft: Draft, steps: Sequence[Step], track: Track | None) -> Prompt:
    """The summary, to be confirmed."""
    return Prompt(f"请核对：\n{summary(draft, steps, track)}\n核对无误后提交。", (SUBMIT, CORRECT, STOP))


def summary(draft: Draft, steps: Sequence[Step], track: Track | None) -> str:
    """All that would be submitted, a line a field."""
    lines = [f"办理事项：{track.name}"] if track else []
    lines += told(draft, steps, "{}：{}")
    if draft.bureau and not track:
        lines.append(f"希望联系：{draft.bureau}")
    if draft.question and draft.question != draft.values.get("need"):
        lines.append(f"此前提问：{draft.question}")
    return "\n".join(lines)


def told(draft: Draft, steps: Iterable[Step], form: str) -> list[str]:
    """Title and value of what is known."""
    return [form.format(step.title, shown(step, draft.values[step.name])) for step in steps if step.name in draft.values]
