"""The action behind Rasa's lead form: what the enquirer wrote in, what the form says out."""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import ASKED_ABOUT, HEARD, IN_CHARGE, LEAD_DRAFT, LEAD_FORM, UNANSWERED
from actions.lead.form.draft import Draft
from actions.lead.form.outcome import Aside, Asked, Outcome, Ready, Stopped
from actions.lead.form.prompts import Prompt
from actions.lead.form.steps import CONFIRM, STOP, SUBMIT
from actions.lead.form.taking import Form
from actions.lead.heard import need_of, told_in
from actions.lead.model import Lead
from actions.office.called import track_called
from actions.tickets.database import DatabaseUnavailable
from actions.tickets.register import Opened, SubmissionConflict, utc_now
from actions.turn import channel_of, comes_back_to, form_begins, intends, is_small_talk, is_told_apart, mark_of, text_of
from knowledge import BureauNames, Context

FORM = LEAD_FORM
DRAFT = LEAD_DRAFT
_ELSEWHERE = frozenset({"ask_ticket_state", "erase_my_information"})
"""What leads out of the form; it can be come back to."""
NOTHING_TAKEN = (
    "没有提交成功：系统暂时不能保存，这次没有登记任何信息。您填写的内容还在这个对话里，"
    "请稍后再点“确认提交”，也可拨打政务服务便民热线12345。"
)
_BEGUN_BY = "ask_for_person"
_BEING_TAKEN_DOWN = "登记后由责任单位的工作人员与您联系；着急可拨打政务服务便民热线12345。"
_SUBMITTING = re.compile(r"提交|submit")
_NOT_YET = "还没有提交。"
_TOO_OLD = "您上次填写的内容已超过一天，没有保留，请重新登记。"


class ActionTakeLead(Action):
    """Goes through the form, and submits the lead once it is confirmed."""

    def __init__(
        self,
        form: Callable[[], Form],
        submit: Callable[[Lead], Awaitable[Opened]],
        tell: Callable[[Opened], str],
        bureaus: Callable[[], BureauNames],
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """`form` and `bureaus` give what is in use, which changes when officers change it. `submit` may raise DatabaseUnavailable."""
        self._form = form
        self._submit = submit
        self._tell = tell
        self._bureaus = bureaus
        self._clock = clock

    def name(self) -> str:
        """As domain.yml calls it."""
        return f"validate_{FORM}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Say what comes next. No events where the message was not for the form: Rasa then does what it would without one."""
        outcome = self._outcome(tracker)
        match outcome:
            case Aside() if is_told_apart(tracker, _BEGUN_BY):
                return []
            case Aside():
                draft = Draft.of_fields(tracker.get_slot(DRAFT))
                assert draft  # else the form would have begun
                again = self._form().again(draft, _BEING_TAKEN_DOWN)
                return _asked(dispatcher, again.draft, again.prompt)
            case Asked(draft, prompt):
                return _asked(dispatcher, draft, prompt)
            case Stopped(text):
                dispatcher.utter_message(text=text)
                return _ended()
            case Ready(draft):
                return await self._submitted(dispatcher, draft, tracker)

    def _outcome(self, tracker: Tracker) -> Outcome:
        form = self._form()
        now = self._clock()
        draft = Draft.of_fields(tracker.get_slot(DRAFT))
        if draft is None or draft.is_stale(now) or (form_begins(tracker) and not draft.consent_given_at):
            fresh = self._fresh(form, tracker, now)
            begun = form.begin(fresh, _who_calls(form, fresh, tracker))
            was_lost = draft is not None and bool(draft.consent_given_at)
            return replace(begun, prompt=replace(begun.prompt, text=f"{_TOO_OLD}\n{begun.prompt.text}")) if was_lost else begun
        if form_begins(tracker):
            return form.again(self._wanted_now(form, draft, text_of(tracker)), "您上次填写的内容还在，接着填。")
        if comes_back_to(tracker, FORM):
            return form.again(draft)
        # “确认提交” outside of a form asks about a ticket; in it, it is meant for the form. A question about either is a question.
        text = text_of(tracker)
        if intends(tracker, _ELSEWHERE) and not form.expects(draft, text):
            return form.again(draft, _NOT_YET) if _SUBMITTING.search(text) else Aside()
        return form.take(draft, text, is_small_talk(tracker), now)

    def _wanted_now(self, form: Form, draft: Draft, said: str) -> Draft:
        """A draft that is come back to, with the track or the bureau that is asked for this time."""
        if track := track_called(said, form.office.tracks):
            return replace(draft.with_values({"need": f"申请{track.name}"}), track=track.id, track_from_need=False)
        mentioned = self._bureaus().mentioned_in(said)
        return replace(draft, bureau=mentioned[0]) if mentioned else draft

    def _fresh(self, form: Form, tracker: Tracker, now: datetime) -> Draft:
        """A draft with what the conversation has told already."""
        said = text_of(tracker)
        heard: Mapping[str, str | int] = tracker.get_slot(HEARD) or {}
        context = Context.of_fields(tracker.get_slot(ASKED_ABOUT))
        question = context.question if context else ""
        unanswered = str(tracker.get_slot(UNANSWERED) or "")
        track = track_called(said, form.office.tracks)
        is_track_said = track is not None
        if track is None and "绿色通道" in question:
            track = track_called(question, form.office.tracks)
        values: dict[str, str | int] = dict(heard)
        if context and context.district:
            values["district"] = context.district
        values |= told_in(said, form.places, form.products)
        # Whoever asks for a track has said what they want; else it is what they did not get answered.
        if need := f"申请{track.name}" if track and is_track_said else need_of(unanswered):
            values["need"] = need
        in_charge = _in_charge(tracker)
        mentioned = self._bureaus().mentioned_in(said)
        # Off topic, no clause is near; where the plan is silent, the bureau that was named to them is the one they want.
        is_near = context is not None and (context.answered or bool(in_charge))
        named = mentioned or (() if context and context.answered else tuple(in_charge))
        return Draft(
            id=secrets.token_hex(16),
            begun_at=now.isoformat(),
            step="",
            values=values,
            clause=track.clause if track else context.clause if context and is_near else "",
            bureau="" if track or not named else named[0],
            question=unanswered or question,
            track=track.id if track else "",
        )

    async def _submitted(self, dispatcher: CollectingDispatcher, draft: Draft, tracker: Tracker) -> list[dict[str, Any]]:
        channel, mark = channel_of(tracker), mark_of(tracker)
        try:
            try:
                opened = await self._submit(draft.as_lead(channel, mark))
            except SubmissionConflict:
                # It was submitted before, Rasa did not hear of it, and the enquirer has changed something since.
                opened = await self._submit(replace(draft, id=secrets.token_hex(16)).as_lead(channel, mark))
        except DatabaseUnavailable:
            return _asked(dispatcher, draft, Prompt(NOTHING_TAKEN, (SUBMIT, STOP)))
        dispatcher.utter_message(text=self._tell(opened))
        return [*_ended(), SlotSet(UNANSWERED, None)]


def _in_charge(tracker: Tracker) -> list[str]:
    """The bureaus of the last answer; 各县（市、区）政府 are nobody who could call."""
    return [bureau for bureau in tracker.get_slot(IN_CHARGE) or () if "（市、区）" not in bureau]


def _who_calls(form: Form, draft: Draft, tracker: Tracker) -> Sequence[str]:
    """The bureaus that will be in charge, as far as that is known before anything is filled in."""
    if draft.track:
        return form.office.track_by_id[draft.track].principal
    return (draft.bureau,) if draft.bureau else tuple(_in_charge(tracker)) if draft.clause else ()


def _asked(dispatcher: CollectingDispatcher, draft: Draft, prompt: Prompt) -> list[dict[str, Any]]:
    dispatcher.utter_message(text=prompt.text, buttons=[{"title": choice, "payload": choice} for choice in prompt.choices])
    return [SlotSet(DRAFT, draft.as_fields()), SlotSet("requested_slot", draft.step or CONFIRM)]


def _ended() -> list[dict[str, Any]]:
    return [SlotSet(DRAFT, None), SlotSet("requested_slot", None)]
