"""What an enquirer tells the form at a field: to skip it, to correct another one, to say what it is for."""

from __future__ import annotations

from actions.lead.form.asking import Asking
from actions.lead.form.draft import Draft
from actions.lead.form.outcome import Asked
from actions.lead.form.prompts import BUTTONS
from actions.lead.form.steps import STOP, WHICH, Step
from actions.lead.form.words import Control, control_in

_PERSON_CALLS = "登记提交后，由责任单位的工作人员与您联系；着急可拨打政务服务便民热线12345。"
_AMONG = (
    *(Control.SKIP_REST, Control.NOTHING, Control.SKIP, Control.WITHHOLD, Control.CORRECT, Control.KEEP, Control.YES, Control.NO),
    *(Control.PERSON, Control.LOST),
)


def told_at_field(asking: Asking, draft: Draft, step: Step, text: str) -> Asked | None:
    """What a message at a field tells the form to do; None for anything else."""
    is_known = step.name in draft.values
    said = control_in(text, *_AMONG)
    must = f"{step.title}是必填的，责任单位办理时要用。不想登记可以说“{STOP}”。"
    match said:
        case Control.SKIP_REST:
            rest = [s.name for s in asking.steps(draft) if s.optional and s.name not in draft.values]
            left = draft.leaving_out(rest)
            return asking.ask_next(left) if step.optional or is_known else asking.ask(left, step.name, must)
        case Control.SKIP | Control.NOTHING | Control.WITHHOLD if step.optional:
            return asking.ask_next(draft if is_known and said is Control.SKIP else draft.leaving_out([step.name]))
        case Control.NOTHING | Control.WITHHOLD:
            return asking.ask(draft, step.name, must)
        case Control.SKIP | Control.NO if not is_known and not (step.is_track_s and said is Control.NO):
            return asking.ask(draft, step.name, must)
        case Control.CORRECT:
            return asking.ask(draft, WHICH if draft.values else step.name)
        case Control.SKIP | Control.KEEP | Control.YES if is_known:
            return asking.ask_next(draft)
        case Control.PERSON:
            return asking.ask(draft, step.name, _PERSON_CALLS)
        case Control.LOST if not step.is_track_s:
            hint = "也可以说“跳过”" if step.optional else f"不想登记可以说“{STOP}”"
            return asking.ask(draft, step.name, f"现在是登记，请填写{step.title}；{hint}。")
        case Control.KEEP | Control.YES | Control.NO if not step.is_track_s or text.strip() in BUTTONS:
            return asking.ask(draft, step.name)
    return None
