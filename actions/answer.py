"""The action that answers a question from the knowledge."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timezone
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.lead.heard import leaves_phone, wants_call
from actions.questions import Asked, Status
from actions.turn import channel_of, language_of, mark_of
from knowledge import Answer, Context, Language, NoAnswer, Reason, Reply

IN_CHARGE = "bureaus_in_charge"
ASKED_ABOUT = "asked_about"
HEARD = "heard"
UNANSWERED = "unanswered"
LEAD_FORM = "lead_form"
LEAD_DRAFT = "lead_draft"
UNSURE = 0.65
"""Answers below this are looked at by officers."""


class ActionAnswer(Action):
    """Answers the latest message, or says that the plan does not."""

    def __init__(
        self,
        reply: Callable[[str, Context | None, Language], Awaitable[Reply]],
        note: Callable[[Asked], object],
        hear: Callable[[str, Mapping[str, str | int]], dict[str, str | int]],
    ) -> None:
        """`reply` takes the language that the enquirer has chosen; what they write in counts for more.

        `note` keeps questions for the officers and never waits. `hear` notes what was told in passing.
        """
        self._reply = reply
        self._note = note
        self._hear = hear

    def name(self) -> str:
        """As domain.yml calls it."""
        return "action_answer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Utter the answer with its citations, and remember what was asked about and who is in charge."""
        question = tracker.latest_message.get("text") or ""
        in_form = bool((tracker.active_loop or {}).get("name"))
        if not in_form and wants_call(question):
            return [FollowupAction(LEAD_FORM)]
        reply = await self._reply(question, Context.of_fields(tracker.get_slot(ASKED_ABOUT)), language_of(tracker))
        told = reply.told
        if isinstance(told, NoAnswer) and told.reason is Reason.NO_WORDS:
            dispatcher.utter_message(text=told.text)
            return []
        dispatcher.utter_message(text=told.text, buttons=_contact_choices(reply), json_message={"answer": answer_fields(told)})
        self._note(_asked(told, question, mark_of(tracker), channel_of(tracker)))
        asked_about = reply.context.as_fields() if reply.context else None
        events = [SlotSet(IN_CHARGE, list(told.bureaus.principal)), SlotSet(ASKED_ABOUT, asked_about)]
        unanswered = question if isinstance(told, NoAnswer) and told.reason is Reason.UNSTATED else None
        if unanswered != tracker.get_slot(UNANSWERED):
            events.append(SlotSet(UNANSWERED, unanswered))
        before = tracker.get_slot(HEARD) or {}
        if (heard := self._hear(question, before)) != before:
            events.append(SlotSet(HEARD, heard))
        return [*events, FollowupAction(LEAD_FORM)] if not in_form and leaves_phone(question) else events


def _asked(told: Answer | NoAnswer, question: str, conversation: str, channel: str) -> Asked:
    if isinstance(told, NoAnswer):
        status = Status.OFF_TOPIC if told.reason is Reason.OFF_TOPIC else Status.ABSTAINED
        clause = ""
    else:
        status = Status.UNSURE if told.score < UNSURE else Status.ANSWERED
        clause = told.citations[0].clause if told.citations else ""
    now = datetime.now(timezone.utc)
    return Asked(now, conversation, channel, question, status, clause, told.entry_id or "", round(told.score, 2))


def answer_fields(told: Answer | NoAnswer) -> dict[str, Any]:
    """The `answer` of the public chat API."""
    citations = told.citations if isinstance(told, Answer) else ()
    return {
        "status": "answered" if isinstance(told, Answer) else "abstained",
        "citations": [{"clause": c.clause, "number": c.number, "title": c.title, "quote": c.quote} for c in citations],
        "bureaus": {"principal": list(told.bureaus.principal), "supporting": list(told.bureaus.supporting)},
        "score": round(told.score, 2),
    }


def _contact_choices(reply: Reply) -> list[dict[str, str]]:
    """A choice for each bureau in charge, three at most; its payload is what a person would type.

    各县（市、区）政府（管委会） and 相关县（市、区）… name a group, which nobody can contact.
    """
    contacts = [bureau for bureau in reply.told.bureaus.principal if "（市、区）" not in bureau][:3]
    titles = [f"Contact the {reply.called[bureau]}" if bureau in reply.called else f"联系{bureau}" for bureau in contacts]
    return [{"title": title, "payload": f"联系{bureau}"} for title, bureau in zip(titles, contacts, strict=True)]
