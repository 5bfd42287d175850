"""One message into the form: what is known then, and what is said next."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from actions.lead.extract import extract
from actions.lead.fields import Unreadable
from actions.lead.form.draft import Draft
from actions.lead.form.steps import (
    AGREE,
    CONFIRM,
    CONSENT,
    CORRECT,
    DISAGREE,
    SKIP,
    SKIP_REST,
    STOP,
    SUBMIT,
    WHICH,
    Places,
    Step,
    form_steps,
    missing,
    shown,
)
from actions.lead.form.words import Control, asks, control_in, correction_in, named_step
from actions.office.called import track_called
from actions.office.consent import worded
from actions.office.model import Office


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is said, and what may be tapped."""

    text: str
    choices: tuple[str, ...] = ()


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


@dataclass(frozen=True, slots=True)
class Form:
    """The form with what it reads by: the office's tracks and consent text, and the places and products of the plan."""

    office: Office
    places: Places
    products: Callable[[str], Sequence[str]]
    retention_days: int

    def begin(self, fresh: Draft) -> Asked:
        """Ask for consent; what the conversation already told is in the draft."""
        steps = self._steps(fresh)
        known = [f"{step.title}“{shown(step, fresh.values[step.name])}”" for step in steps if step.name in fresh.values]
        track = self.office.track_by_id.get(fresh.track)
        lines = [f"您要办的是{track.name}。" if track else "", worded(self.office.consent, self.retention_days)]
        lines += ["已按前面的对话填好：" + "、".join(known) + "。" if known else ""]
        return Asked(replace(fresh, step=CONSENT), Prompt("\n".join(filter(None, lines)), (AGREE, DISAGREE)))

    def again(self, draft: Draft, saying: str = "") -> Asked:
        """Ask what was asked before, after an interruption or a return."""
        return self._ask(draft, draft.step, saying)

    def take(self, draft: Draft, text: str, is_small_talk: bool, now: datetime) -> Outcome:
        """What becomes of a message. `is_small_talk`: Rasa is sure that it is a greeting, thanks or the like."""
        if control_in(text, Control.STOP):
            return Stopped(_NOTHING_KEPT)
        if draft.step == CONSENT:
            return self._consent(draft, text, is_small_talk, now)
        if control_in(text, Control.BACK):
            return self._back(draft)
        if draft.step == CONFIRM:
            return self._confirm(draft, text, is_small_talk)
        if draft.step == WHICH:
            return self._which(draft, text, is_small_talk)
        return self._field(draft, text, is_small_talk)

    def _consent(self, draft: Draft, text: str, is_small_talk: bool, now: datetime) -> Outcome:
        if control_in(text, Control.NO):
            return Stopped(_REFUSED)
        if control_in(text, Control.YES):
            agreed = replace(draft, consent_version=self.office.consent.version, consent_given_at=now.isoformat())
            return self._next(agreed)
        if is_small_talk or asks(text):
            return Aside()
        return self._ask(draft, CONSENT, f"要登记，请先回复“{AGREE}”；不想登记请回复“{DISAGREE}”。")

    def _confirm(self, draft: Draft, text: str, is_small_talk: bool) -> Outcome:
        if control_in(text, Control.YES):
            return Ready(draft)
        if control_in(text, Control.CORRECT, Control.NO):
            return self._ask(draft, WHICH)
        if corrected := self._correct(draft, text):
            return corrected
        if is_small_talk or asks(text):
            return Aside()
        return self._ask(draft, CONFIRM, f"核对无误请回复“{SUBMIT}”；要改哪一项，可以直接说“电话改成……”。")

    def _which(self, draft: Draft, text: str, is_small_talk: bool) -> Outcome:
        if corrected := self._correct(draft, text):
            return corrected
        if step := named_step(text, self._steps(draft)):
            return self._ask(draft, step.name)
        if control_in(text, Control.YES):
            return self._ask(draft, CONFIRM)
        return Aside() if is_small_talk or asks(text) else self._ask(draft, WHICH)

    def _field(self, draft: Draft, text: str, is_small_talk: bool) -> Outcome:
        step = self._step(draft, draft.step)
        if step.optional and control_in(text, Control.SKIP_REST):
            rest = [other.name for other in self._steps(draft) if other.optional and other.name not in draft.values]
            return self._next(replace(draft, skipped=(*draft.skipped, *rest)))
        if control_in(text, Control.SKIP):
            if not step.optional:
                return self._ask(draft, step.name, f"{step.title}是必填的，责任单位要凭它与您联系。")
            return self._next(replace(draft.without(step.name), skipped=(*draft.skipped, step.name)))
        if corrected := self._correct(draft, text):
            return corrected
        if step.name == "need":
            return self._read(draft, step, text)
        several = self._extracted(text, asks_too=asks(text))
        if step.name in several or len(several) > 1:
            return self._next(draft.with_values(several))
        if is_small_talk or asks(text):
            return Aside()
        return self._read(draft, step, text, several)

    def _extracted(self, text: str, asks_too: bool) -> Mapping[str, str | int]:
        found = extract(text, self.places, self.products)
        # 廉江有地吗 is about a place and tells nothing of the enquirer.
        certain = ("company", "name", "phone")
        return {name: value for name, value in found.items() if isinstance(value, (str, int)) and (not asks_too or name in certain)}

    def _read(self, draft: Draft, step: Step, text: str, also_told: Mapping[str, str | int] | None = None) -> Outcome:
        also_told = also_told or {}
        try:
            value = step.read(text)
        except Unreadable as error:
            if not also_told:
                return self._ask(draft, step.name, error.message)
            noted = "、".join(self._step(draft, name).title for name in also_told)
            return self._ask(draft.with_values(also_told), step.name, f"已记下{noted}。")
        return self._next(draft.with_values({**also_told, step.name: value}))

    def _correct(self, draft: Draft, text: str) -> Outcome | None:
        found = correction_in(text, self._steps(draft))
        if found is None:
            return None
        step, words = found
        return self._read(draft, step, words) if words else self._ask(draft, step.name)

    def _back(self, draft: Draft) -> Outcome:
        asked = [step.name for step in self._steps(draft) if step.name in draft.values or step.name in draft.skipped]
        names = [step.name for step in self._steps(draft)]
        if draft.step in names:
            asked = [name for name in asked if names.index(name) < names.index(draft.step)]
        if not asked:
            return self._ask(draft, draft.step, "已经是第一步。")
        return self._ask(draft, asked[-1])

    def _next(self, draft: Draft) -> Asked:
        """Ask the first thing that is not known yet; when all is, show the summary."""
        if not draft.track and "need" in draft.values and (track := track_called(str(draft.values["need"]), self.office.tracks)):
            draft = replace(draft, track=track.id, clause=draft.clause or track.clause)
        step = missing(draft, self._steps(draft))
        return self._ask(draft, step.name if step else CONFIRM)

    def _ask(self, draft: Draft, name: str, saying: str = "") -> Asked:
        draft = replace(draft, step=name)
        prompt = self._prompt(draft, name)
        text = f"{saying}\n{prompt.text}" if saying and name != CONSENT else saying or prompt.text
        return Asked(draft, Prompt(text, prompt.choices))

    def _prompt(self, draft: Draft, name: str) -> Prompt:
        if name == CONSENT:
            return Prompt(worded(self.office.consent, self.retention_days), (AGREE, DISAGREE))
        if name == CONFIRM:
            return Prompt(f"请核对：\n{self.summary(draft)}\n核对无误后提交。", (SUBMIT, CORRECT, STOP))
        if name == WHICH:
            return Prompt("要改哪一项？", tuple(step.title for step in self._steps(draft)))
        step = self._step(draft, name)
        leave = (SKIP, SKIP_REST) if step.optional else ()
        now = f"\n现在填的是：{shown(step, draft.values[name])}" if name in draft.values else ""
        return Prompt(step.ask + ("（可跳过）" if step.optional else "") + now, (*step.choices, *leave))

    def summary(self, draft: Draft) -> str:
        """All that would be submitted, a line a field."""
        track = self.office.track_by_id.get(draft.track)
        lines = [f"办理事项：{track.name}"] if track else []
        return "\n".join(lines + [f"{s.title}：{shown(s, draft.values[s.name])}" for s in self._steps(draft) if s.name in draft.values])

    def _steps(self, draft: Draft) -> tuple[Step, ...]:
        return form_steps(self.places, self.office.track_by_id.get(draft.track))

    def _step(self, draft: Draft, name: str) -> Step:
        steps = self._steps(draft)
        # A track that officers took away meanwhile takes its fields with it.
        return next((step for step in steps if step.name == name), missing(draft, steps) or steps[0])
