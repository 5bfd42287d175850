"""The action behind Rasa's lead form: what the enquirer wrote in, what the form says out."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import ASKED_ABOUT, HEARD, IN_CHARGE, UNANSWERED
from actions.lead.form.draft import Draft
from actions.lead.form.steps import CONFIRM, STOP, SUBMIT
from actions.lead.form.taking import Aside, Asked, Form, Outcome, Prompt, Ready, Stopped
from actions.lead.form.words import Control, control_in
from actions.lead.heard import need_of
from actions.lead.model import Lead
from actions.office.called import track_called
from actions.tickets.database import DatabaseUnavailable
from actions.tickets.register import Opened, utc_now
from actions.turn import channel_of, comes_back_to, form_begins, intends, is_small_talk, mark_of, text_of
from knowledge import BureauNames, Context

FORM = "lead_form"
DRAFT = "lead_draft"
_ELSEWHERE = frozenset({"ask_ticket_state", "erase_my_information"})
"""What leads out of the form; it can be come back to."""
NOTHING_TAKEN = (
    "没有提交成功：系统暂时不能保存，这次没有登记任何信息。您填写的内容还在这个对话里，"
    "请稍后再点“确认提交”，也可拨打政务服务便民热线12345。"
)


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
            case Aside():
                return []
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
        if draft is None or (form_begins(tracker) and (draft.is_stale(now) or not draft.consent_given_at)):
            return form.begin(self._fresh(form, tracker, now))
        if form_begins(tracker):
            return form.again(draft, "您上次填写的内容还在，接着填。")
        if comes_back_to(tracker, FORM):
            return form.again(draft)
        # “确认提交” outside of a form asks about a ticket; in it, it is meant for the form.
        if intends(tracker, _ELSEWHERE) and not control_in(text_of(tracker), *Control):
            return Aside()
        return form.take(draft, text_of(tracker), is_small_talk(tracker), now)

    def _fresh(self, form: Form, tracker: Tracker, now: datetime) -> Draft:
        """A draft with what the conversation has told already."""
        said = text_of(tracker)
        heard: Mapping[str, str | int] = tracker.get_slot(HEARD) or {}
        context = Context.of_fields(tracker.get_slot(ASKED_ABOUT))
        question = context.question if context else ""
        unanswered = str(tracker.get_slot(UNANSWERED) or "")
        track = track_called(said, form.office.tracks) or (track_called(question, form.office.tracks) if "绿色通道" in question else None)
        values: dict[str, str | int] = dict(heard)
        if context and context.district:
            values["district"] = context.district
        if need := need_of(unanswered or (said if track else "")):
            values["need"] = need
        in_charge = [bureau for bureau in tracker.get_slot(IN_CHARGE) or () if "（市、区）" not in bureau]
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
        try:
            opened = await self._submit(draft.as_lead(channel_of(tracker), mark_of(tracker)))
        except DatabaseUnavailable:
            return _asked(dispatcher, draft, Prompt(NOTHING_TAKEN, (SUBMIT, STOP)))
        dispatcher.utter_message(text=self._tell(opened))
        return _ended()


def _asked(dispatcher: CollectingDispatcher, draft: Draft, prompt: Prompt) -> list[dict[str, Any]]:
    dispatcher.utter_message(text=prompt.text, buttons=[{"title": choice, "payload": choice} for choice in prompt.choices])
    return [SlotSet(DRAFT, draft.as_fields()), SlotSet("requested_slot", draft.step or CONFIRM)]


def _ended() -> list[dict[str, Any]]:
    return [SlotSet(DRAFT, None), SlotSet("requested_slot", None)]
