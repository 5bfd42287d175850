"""One message into the form: what is known then, and what is said next."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from actions.lead.extract import extract
from actions.lead.fields import Unreadable
from actions.lead.form.correction import correction_in, named_step
from actions.lead.form.draft import Draft
from actions.lead.form.prompts import BUTTONS, Prompt, confirm_prompt, consent_prompt, field_prompt, told, which_prompt
from actions.lead.form.steps import AGREE, CONFIRM, CONSENT, DISAGREE, SUBMIT, WHICH, Places, Step, form_steps, missing
from actions.lead.form.tracks import with_track_of_need
from actions.lead.form.words import Control, asks, control_in, normalised
from actions.office.consent import worded
from actions.office.model import Office, Track


@dataclass(frozen=True, slots=True)
class Asked:
    """The form goes on with this prompt."""

    draft: Draft
    prompt: Prompt


@dataclass(frozen=True, slots=True)
class Aside:
    """The message was not for the form: a question in between, a greeting. The form waits where it is."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """The enquirer wants no more of it; nothing was kept."""

    text: str


@dataclass(frozen=True, slots=True)
class Ready:
    """Confirmed: to be submitted."""

    draft: Draft


Outcome = Asked | Aside | Stopped | Ready

_NOTHING_KEPT = "好的，已停止登记，没有保存任何信息。您可以继续提问，也可拨打政务服务便民热线12345。"
_REFUSED = "好的，不登记也不影响您继续提问，没有保存任何信息。需要人工时可拨打政务服务便民热线12345。"
_PERSONAL = ("company", "name", "phone")
_CONSENT_AND_MORE = re.compile(r"^\s*([^。.!！,，;；\s]+)[。.!！,，;；\s]+(.+)$", re.DOTALL)
# 怎么办文化传播有限公司 is a name; 怎么注册有限公司 is a question.
_LEGAL_NAME = re.compile(
    r"(?!.*(?:注册|成立|设立|开办|搬迁|迁移|办理|申请|变更|属于|请问|想问|是|有没有|哪家|哪些))[\w（）()·]{3,60}(?:有限责任公司|有限公司|股份公司)"
)
_ENDS_AS_COMPANY = re.compile(r"(?:公司|集团|厂|合作社|中心|商行|工作室|店)\s*(?:[。.!！,，;；]|$)")
_SMALL_TALK_AT_MOST = 20
"""Characters; longer words are a need, whatever they begin with."""


@dataclass(frozen=True, slots=True)
class Form:
    """The form with what it reads by: the office's tracks and consent text, and the places and products of the plan."""

    office: Office
    places: Places
    products: Callable[[str], Sequence[str]]
    retention_days: int

    def begin(self, fresh: Draft) -> Asked:
        """Ask for consent; what the conversation already told is in the draft."""
        draft = self._current(fresh)
        known = told(draft, self._steps(draft), "{}“{}”")
        track = self._track(draft)
        lines = [f"您要办的是{track.name}。" if track else "", worded(self.office.consent, self.retention_days)]
        lines += ["已按前面的对话填好：" + "、".join(known) + "。" if known else ""]
        return Asked(replace(draft, step=CONSENT), consent_prompt("\n".join(filter(None, lines))))

    def again(self, draft: Draft, saying: str = "") -> Asked:
        """Ask what was asked before, after an interruption or a return."""
        draft = self._current(draft)
        return self._ask(draft, draft.step, saying) if self._is_there(draft) else self._next(draft, saying)

    def expects(self, draft: Draft, text: str) -> bool:
        """Whether a message is surely meant for the form, whatever Rasa takes it for: a control, or a choice that it offers."""
        if control_in(text, *Control) or not self._is_there(draft):
            return True
        return normalised(text) in map(normalised, self._prompt(draft, draft.step).choices)

    def take(self, draft: Draft, text: str, is_small_talk: bool, now: datetime) -> Outcome:
        """What becomes of a message. `is_small_talk`: Rasa is sure that it is a greeting, thanks or the like."""
        draft = self._current(draft)
        if not self._is_there(draft):
            # Officers took the question away: whatever answers it answers nothing else.
            return self._next(draft)
        if control_in(text, Control.STOP, Control.REFUSE) and not self._leaves_out(draft, text):
            return Stopped(_REFUSED if draft.step == CONSENT else _NOTHING_KEPT)
        if draft.step == CONSENT:
            return self._consent(draft, text, is_small_talk, now)
        if control_in(text, Control.BACK):
            return self._back(draft)
        if draft.step == CONFIRM:
            return self._confirm(draft, text, is_small_talk)
        if draft.step == WHICH:
            return self._which(draft, text, is_small_talk)
        return self._field(draft, self._step(draft), text, is_small_talk)

    def _leaves_out(self, draft: Draft, text: str) -> bool:
        """不用了, said to a question that need not be answered, is about that question."""
        is_optional = draft.step not in (CONSENT, CONFIRM, WHICH) and self._step(draft).optional
        return is_optional and bool(control_in(text, Control.NOTHING, Control.SKIP_REST))

    def _consent(self, draft: Draft, text: str, is_small_talk: bool, now: datetime) -> Outcome:
        if control_in(text, Control.NO):
            return Stopped(_REFUSED)
        agreed = replace(draft, consent_version=self.office.consent.version, consent_given_at=now.isoformat())
        if control_in(text, Control.YES):
            return self._next(agreed)
        if (more := _CONSENT_AND_MORE.match(text)) and control_in(more[1], Control.YES) and not asks(more[2]):
            if several := self._extracted(more[2], asks_too=False):
                return self._next(agreed.with_values(several))
        if is_small_talk or asks(text):
            return Aside()
        return self._ask(draft, CONSENT, f"要登记，请先回复“{AGREE}”；不想登记请回复“{DISAGREE}”。")

    def _confirm(self, draft: Draft, text: str, is_small_talk: bool) -> Outcome:
        if control_in(text, Control.YES):
            return self._next(draft) if missing(draft, self._steps(draft)) else Ready(self._with_clause(draft))
        if control_in(text, Control.CORRECT, Control.NO):
            return self._ask(draft, WHICH)
        if corrected := self._correct(draft, text):
            return corrected
        if is_small_talk or asks(text):
            return Aside()
        if several := self._extracted(text, asks_too=False):
            return self._next(draft.with_values(several))
        return self._ask(draft, CONFIRM, f"核对无误请回复“{SUBMIT}”；要改哪一项，可以直接说“电话改成……”。")

    def _which(self, draft: Draft, text: str, is_small_talk: bool) -> Outcome:
        if control_in(text, Control.YES, Control.KEEP, Control.NO, Control.SKIP):
            return self._next(draft)
        if corrected := self._correct(draft, text):
            return corrected
        if is_small_talk or asks(text) and normalised(text) not in [normalised(step.title) for step in self._steps(draft)]:
            return Aside()
        if several := self._extracted(text, asks_too=False):
            return self._next(draft.with_values(several))
        step = named_step(text, self._steps(draft))
        return self._ask(draft, step.name if step else WHICH)

    def _field(self, draft: Draft, step: Step, text: str, is_small_talk: bool) -> Outcome:
        if any(normalised(text) == normalised(choice) for choice in step.choices):
            return self._read(draft, step, text)
        if (told_it := self._told_form(draft, step, text)) or (told_it := self._correct(draft, text)):
            return told_it
        if step.is_free:
            return self._free(draft, step, text, is_small_talk)
        if step.name == "company" and _LEGAL_NAME.fullmatch(text.strip(" 。.!！")):
            return self._read(draft, step, text)
        several = self._extracted(text, asks_too=asks(text))
        if step.name in several or (len(several) > 1 and not (step.name == "company" and _ENDS_AS_COMPANY.search(text))):
            return self._next(draft.with_values(several))
        if is_small_talk or asks(text):
            return Aside()
        return self._read(draft, step, text, several)

    def _told_form(self, draft: Draft, step: Step, text: str) -> Outcome | None:
        """What a message at a field tells the form to do; None for anything else."""
        is_known = step.name in draft.values
        said = control_in(text, Control.SKIP_REST, Control.NOTHING, Control.SKIP, Control.CORRECT, Control.KEEP, Control.YES, Control.NO)
        must = f"{step.title}是必填的，责任单位办理时要用。"
        match said:
            case Control.SKIP_REST:
                rest = [s.name for s in self._steps(draft) if s.optional and s.name not in draft.values]
                left = draft.leaving_out(rest)
                return self._next(left) if step.optional or is_known else self._ask(left, step.name, must)
            case Control.SKIP | Control.NOTHING if step.optional:
                return self._next(draft if is_known and said is Control.SKIP else draft.leaving_out([step.name]))
            case Control.SKIP | Control.NOTHING | Control.NO if not is_known and not (step.is_free and said is Control.NO):
                return self._ask(draft, step.name, must)
            case Control.CORRECT:
                return self._ask(draft, WHICH) if any(s.name in draft.values for s in self._steps(draft)) else self._ask(draft, step.name)
            case Control.SKIP | Control.KEEP | Control.YES if is_known:
                return self._next(draft)
            case Control.KEEP | Control.YES | Control.NO if not step.is_free or text.strip() in BUTTONS:
                return self._ask(draft, step.name)
        return None

    def _free(self, draft: Draft, step: Step, text: str, is_small_talk: bool) -> Outcome:
        if is_small_talk and len(text) <= _SMALL_TALK_AT_MOST or (step.name != "need" and asks(text)):
            return Aside()
        # What they say in passing need not be asked; who they are was asked already.
        also = {name: v for name, v in self._extracted(text, asks_too=False).items() if name not in (*_PERSONAL, *draft.values)}
        return self._read(draft, step, text, also)

    def _extracted(self, text: str, asks_too: bool) -> Mapping[str, str | int]:
        found = extract(text, self.places, self.products)
        # 廉江有地吗 is about a place and tells nothing of the enquirer.
        return {name: value for name, value in found.items() if isinstance(value, (str, int)) and (not asks_too or name in _PERSONAL)}

    def _read(self, draft: Draft, step: Step, text: str, also_told: Mapping[str, str | int] | None = None) -> Asked:
        also_told = also_told or {}
        try:
            value = step.read(text)
        except Unreadable as error:
            if not also_told or step.is_free:
                return self._ask(draft, step.name, error.message)
            noted = "、".join(other.title for other in self._steps(draft) if other.name in also_told)
            return self._ask(draft.with_values(also_told), step.name, f"已记下{noted}。")
        return self._next(draft.with_values({**also_told, step.name: value}))

    def _correct(self, draft: Draft, text: str) -> Asked | None:
        found = correction_in(text, self._steps(draft))
        if found is None:
            return None
        at_free = draft.step in (step.name for step in self._steps(draft) if step.is_free) and draft.step != found.step.name
        if not found.words:
            # 用地要改一下 may be what they want.
            return None if at_free and found.step.name not in draft.values else self._ask(draft, found.step.name)
        try:
            found.step.read(found.words)
        except Unreadable:
            if at_free or not found.is_sure:
                return None
        return self._read(draft, found.step, found.words)

    def _back(self, draft: Draft) -> Asked:
        if draft.step == WHICH:
            return self._next(draft)
        names = [step.name for step in self._steps(draft)]
        before = names[: names.index(draft.step)] if draft.step in names else names
        asked = [name for name in before if name in draft.values or name in draft.skipped]
        if not asked:
            return self._ask(draft, draft.step, "已经是第一步。")
        return self._ask(draft, asked[-1])

    def _next(self, draft: Draft, saying: str = "") -> Asked:
        """Ask the first thing that is not known yet; when all is, show the summary."""
        before = draft.track
        draft = self._current(with_track_of_need(draft, self.office.tracks))
        step = missing(draft, self._steps(draft))
        if (track := self._track(draft)) and draft.track != before and step:
            saying = f"按{track.name}登记，还要问几项。"
        return self._ask(draft, step.name if step else CONFIRM, saying)

    def _ask(self, draft: Draft, name: str, saying: str = "") -> Asked:
        draft = replace(draft, step=name)
        prompt = self._prompt(draft, name)
        text = f"{saying}\n{prompt.text}" if saying and name != CONSENT else saying or prompt.text
        return Asked(draft, Prompt(text, prompt.choices))

    def _prompt(self, draft: Draft, name: str) -> Prompt:
        steps = self._steps(draft)
        if name == CONSENT:
            return consent_prompt(worded(self.office.consent, self.retention_days))
        if name == CONFIRM:
            return confirm_prompt(draft, steps, self._track(draft))
        if name == WHICH:
            return which_prompt(steps)
        return field_prompt(next(step for step in steps if step.name == name), draft)

    def _current(self, draft: Draft) -> Draft:
        """Without a track and fields that officers took away meanwhile: what is not shown is not submitted either."""
        draft = draft if draft.track in self.office.track_by_id else replace(draft, track="", track_from_need=False)
        names = {step.name for step in self._steps(draft)}
        return replace(draft, values={n: v for n, v in draft.values.items() if n in names}, skipped=tuple(n for n in draft.skipped if n in names))

    def _with_clause(self, draft: Draft) -> Draft:
        track = self._track(draft)
        return replace(draft, clause=track.clause, bureau="") if track else draft

    def _is_there(self, draft: Draft) -> bool:
        return draft.step in (CONSENT, CONFIRM, WHICH) or any(step.name == draft.step for step in self._steps(draft))

    def _track(self, draft: Draft) -> Track | None:
        return self.office.track_by_id.get(draft.track)

    def _steps(self, draft: Draft) -> tuple[Step, ...]:
        return form_steps(self.places, self._track(draft))

    def _step(self, draft: Draft) -> Step:
        return next(step for step in self._steps(draft) if step.name == draft.step)
