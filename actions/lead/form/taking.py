"""One message into the form: what is known then, and what is said next."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from actions.lead.extract import extract
from actions.lead.fields import Unreadable, is_undecided
from actions.lead.form.asking import Asking
from actions.lead.form.correction import correction_in, named_step
from actions.lead.form.draft import Draft
from actions.lead.form.noting import Told, industry_in_own_words, noted, out_of_turn, understood
from actions.lead.form.outcome import Aside, Asked, Outcome, Ready, Stopped
from actions.lead.form.steps import AGREE, CONFIRM, CONSENT, DISAGREE, SUBMIT, WHICH, Places, Step, missing, shown
from actions.lead.form.told import told_at_field
from actions.lead.form.words import Control, agrees, asks, control_in, normalised
from actions.office.model import Office

_NOTHING_KEPT = "好的，已停止登记，没有保存任何信息。您可以继续提问，也可拨打政务服务便民热线12345。"
_REFUSED = "好的，不登记也不影响您继续提问，没有保存任何信息。需要人工时可拨打政务服务便民热线12345。"
_AMOUNTS = ("investment_yuan", "land_square_metres")
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

    @property
    def _asking(self) -> Asking:
        return Asking(self.office, self.places, self.retention_days)

    def begin(self, fresh: Draft, who: Sequence[str] = ()) -> Asked:
        """Ask for consent; what the conversation already told is in the draft. `who`: the bureaus that will call, where they are known."""
        return self._asking.begin(fresh, who)

    def again(self, draft: Draft, saying: str = "") -> Asked:
        """Ask what was asked before, after an interruption or a return."""
        return self._asking.again(draft, saying)

    def expects(self, draft: Draft, text: str) -> bool:
        """Whether a message is surely meant for the form, whatever Rasa takes it for: a control, or a choice that it offers."""
        if control_in(text, *Control) or agrees(text) or not self._asking.is_there(draft):
            return True
        return normalised(text) in map(normalised, self._asking.prompt(draft, draft.step).choices)

    def take(self, draft: Draft, text: str, is_small_talk: bool, now: datetime) -> Outcome:
        """What becomes of a message. `is_small_talk`: Rasa is sure that it is a greeting, thanks or the like."""
        draft = self._asking.current(draft)
        if not self._asking.is_there(draft):
            # Officers took the question away: whatever answers it answers nothing else.
            return self._asking.ask_next(draft)
        if control_in(text, Control.STOP, Control.REFUSE) and not self._leaves_out(draft, text):
            return Stopped(_REFUSED if draft.step == CONSENT else _NOTHING_KEPT)
        if draft.step == CONSENT:
            return self._consent(draft, text, is_small_talk, now)
        if control_in(text, Control.BACK):
            return self._asking.ask_before(draft)
        if draft.step == CONFIRM:
            return self._confirm(draft, text, is_small_talk)
        if draft.step == WHICH:
            return self._which(draft, text, is_small_talk)
        return self._field(draft, self._asking.step(draft), text, is_small_talk)

    def _leaves_out(self, draft: Draft, text: str) -> bool:
        """不填 is about what was asked, and so is 不用了 said to a question that need not be answered."""
        if draft.step == CONSENT:
            return False
        is_optional = draft.step not in (CONFIRM, WHICH) and self._asking.step(draft).optional
        if is_optional and (control_in(text, Control.NOTHING, Control.SKIP_REST) or self._asking.step(draft).leaves_open(text)):
            return True
        return bool(control_in(text, Control.WITHHOLD))

    def _consent(self, draft: Draft, text: str, is_small_talk: bool, now: datetime) -> Outcome:
        if control_in(text, Control.NO, Control.NOT_YET, Control.WITHHOLD):
            return Stopped(_REFUSED)
        agreed = replace(draft, consent_version=self.office.consent.version, consent_given_at=now.isoformat())
        if agrees(text):
            return self._asking.ask_next(agreed)
        more = _CONSENT_AND_MORE.match(text)
        if more and agrees(more[1]) and not asks(more[2]) and (several := self._extracted(more[2], asks_too=False)):
            return self._go_on(agreed, more[2], several)
        if is_small_talk or asks(text):
            return Aside()
        return self._asking.ask(draft, CONSENT, f"要登记，请先回复“{AGREE}”；不想登记请回复“{DISAGREE}”。")

    def _confirm(self, draft: Draft, text: str, is_small_talk: bool) -> Outcome:
        if control_in(text, Control.YES):
            return self._asking.ask_next(draft) if missing(draft, self._asking.steps(draft)) else Ready(self._asking.to_submit(draft))
        if control_in(text, Control.CORRECT, Control.NO):
            return self._asking.ask(draft, WHICH)
        if corrected := self._correct(draft, text):
            return corrected
        if is_small_talk or asks(text):
            return Aside()
        if several := self._extracted(text, asks_too=False):
            return self._go_on(draft, text, several)
        return self._asking.ask(draft, CONFIRM, f"核对无误请回复“{SUBMIT}”；要改哪一项，可以直接说“电话改成……”。")

    def _which(self, draft: Draft, text: str, is_small_talk: bool) -> Outcome:
        if control_in(text, Control.YES, Control.KEEP, Control.NO, Control.SKIP):
            return self._asking.ask_next(draft)
        if corrected := self._correct(draft, text):
            return corrected
        if is_small_talk or (asks(text) and not self.expects(draft, text)):
            return Aside()
        if several := self._extracted(text, asks_too=False):
            return self._go_on(draft, text, several)
        step = named_step(text, self._asking.steps(draft))
        return self._asking.ask(draft, step.name if step else WHICH)

    def _field(self, draft: Draft, step: Step, text: str, is_small_talk: bool) -> Outcome:
        if any(normalised(text) == normalised(choice) for choice in step.choices):
            return self._read(draft, step, text)
        if told_so := told_at_field(self._asking, draft, step, text) or self._correct(draft, text):
            return told_so
        if step.is_free:
            return self._free(draft, step, text, is_small_talk)
        if step.name == "company" and _LEGAL_NAME.fullmatch(text.strip(" 。.!！")):
            return self._read(draft, step, text)
        several = self._extracted(text, asks_too=asks(text))
        if step.name == "industry" and step.name in several:
            own = industry_in_own_words(text, lambda part: self._extracted(part, asks_too=False), str(several[step.name]))
            several = {**several, step.name: own}
        if step.name in several or (len(several) > 1 and not (step.name == "company" and _ENDS_AS_COMPANY.search(text))):
            return self._go_on(draft, text, several)
        if is_small_talk or asks(text):
            return Aside()
        return self._read(draft, step, text, several)

    def _free(self, draft: Draft, step: Step, text: str, is_small_talk: bool) -> Outcome:
        if (is_small_talk and len(text) <= _SMALL_TALK_AT_MOST) or (step.is_track_s and asks(text)):
            return Aside()
        # What they say in passing need not be asked; who they are was asked already.
        also = {name: v for name, v in self._extracted(text, asks_too=False).items() if name not in (*_PERSONAL, *draft.values)}
        return self._read(draft, step, text, also)

    def _extracted(self, text: str, asks_too: bool) -> Told:
        found = extract(text, self.places, self.products)
        # 廉江有地吗 is about a place and tells nothing of the enquirer.
        return {name: value for name, value in found.items() if isinstance(value, (str, int)) and (not asks_too or name in _PERSONAL)}

    def _go_on(self, draft: Draft, text: str, told: Told) -> Asked:
        return self._asking.ask_next(draft.with_values(told), understood(self._asking.steps(draft), text, told))

    def _read(self, draft: Draft, step: Step, text: str, also_told: Told | None = None) -> Asked:
        also_told = also_told or {}
        try:
            value = step.read(text)
        except Unreadable as error:
            return self._unread(draft, step, text, also_told, error.message)
        if value == "" and step.leaves_open(text):
            return self._asking.ask_next(draft.leaving_out([step.name]))
        return self._go_on(draft, text, {**also_told, step.name: value})

    def _unread(self, draft: Draft, step: Step, text: str, also_told: Told, message: str) -> Asked:
        """What is no answer to the question may answer another one, or leave this one open."""
        steps = self._asking.steps(draft)
        if not step.is_free and (told := also_told or out_of_turn(steps, draft, step, text)):
            return self._asking.ask(draft.with_values(told), step.name, noted(steps, text, told))
        if step.optional and not step.is_free and (step.leaves_open(text) or (step.name in _AMOUNTS and is_undecided(text))):
            return self._asking.ask_next(draft.leaving_out([step.name]))
        return self._asking.ask(draft, step.name, message)

    def _correct(self, draft: Draft, text: str) -> Asked | None:
        found = correction_in(text, self._asking.steps(draft))
        if found is None:
            return None
        at_free = any(step.is_free and step.name == draft.step != found.step.name for step in self._asking.steps(draft))
        if not found.words:
            # 用地要改一下 may be what they want.
            return None if at_free and found.step.name not in draft.values else self._asking.ask(draft, found.step.name)
        try:
            value = found.step.read(found.words)
        except Unreadable as error:
            return None if at_free or not found.is_sure else self._asking.ask(draft, found.step.name, error.message)
        told = {found.step.name: value}
        if found.step.name == draft.step:
            return self._go_on(draft, found.words, told)
        return self._asking.ask_next(draft.with_values(told), f"已记下{found.step.title}：{shown(found.step, value)}。")
