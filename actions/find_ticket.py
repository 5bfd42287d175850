"""What Rasa's forms that ask which ticket is meant have in common, and the one that then tells how it stands."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import LEAD_DRAFT as DRAFT
from actions.lead.form.words import Control, asks, control_in, normalised
from actions.tickets.database import DatabaseUnavailable
from actions.tickets.guesses import TooManyGuesses
from actions.tickets.last_four import last_four_beside, last_four_in
from actions.tickets.model import NoSuchTicket
from actions.tickets.number import number_in
from actions.tickets.register import Standing
from actions.turn import comes_back_to, form_begins, intends, is_small_talk, mark_of, text_of

WANTED = "ticket_wanted"
_ELSEWHERE = frozenset({"ask_for_person", "ask_ticket_state", "erase_my_information"})
"""What leads out of these forms, but for the one that began it."""
_FORGOTTEN = re.compile(
    r"忘|不记得|唔记得|没有编号|没编号|冇编号|不知道|唔知|找不到|搵唔到|丢了|没有$|^冇$|forgot|lost|no number|don't (?:have|know)"
)
_ASK_NUMBER = "请告诉我工单编号，例如 ZJ-261125-7K3QXM。编号在登记成功的消息里。"
_ASK_LAST_FOUR = "请再告诉我登记的联系电话后四位。"
_NOT_FOUND = "没有找到：编号或电话后四位不对，请核对后再发一次编号。"
_TOO_MANY = "核对失败的次数过多，请一小时后再试，或拨打政务服务便民热线12345。"
_UNFINISHED, _GO_ON = "您刚才填写的登记还没有提交。", "继续登记"
_UNAVAILABLE = "现在查不到工单，请稍后再试，也可拨打政务服务便民热线12345。"

OfConversation = Callable[[str], Awaitable[tuple[Standing, ...]]]
LookUp = Callable[[str, str, str], Awaitable[Standing]]


@dataclass(frozen=True, slots=True)
class Asked:
    """The form goes on: what is wanted so far, what is asked next."""

    step: str
    text: str
    number: str = ""
    choices: tuple[str, ...] = ()
    misses: int = 0
    """How often in a row something else was said instead."""


@dataclass(frozen=True, slots=True)
class Done:
    """The form ends with these messages."""

    texts: tuple[str, ...]


class ActionFindTicket(Action):
    """Finds the tickets of the conversation, or one by its number and the last four digits of the phone."""

    form = ""
    begun_by = ""
    """The intent that begins it."""
    begun_again_by = ""
    """What to say to begin it again."""
    left = ""
    """What is said when the enquirer wants no more of it."""

    def __init__(self, of_conversation: OfConversation, look_up: LookUp) -> None:
        """`look_up` takes number, last four digits and a mark of who asks; it may raise NoSuchTicket and TooManyGuesses."""
        self._of_conversation = of_conversation
        self._look_up = look_up

    def name(self) -> str:
        """As domain.yml calls it."""
        return f"validate_{self.form}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Say what is asked or found. No events where the message was not for the form."""
        try:
            said = await self._step(tracker)
        except DatabaseUnavailable:
            said = Done((_UNAVAILABLE,))
        if said is None:
            return []
        if isinstance(said, Done):
            for text in said.texts:
                dispatcher.utter_message(text=text)
            if tracker.get_slot(DRAFT):
                dispatcher.utter_message(text=_UNFINISHED, buttons=[{"title": _GO_ON, "payload": _GO_ON}])
            return [SlotSet(WANTED, None), SlotSet("requested_slot", None)]
        dispatcher.utter_message(text=said.text, buttons=[{"title": choice, "payload": choice} for choice in said.choices])
        return [SlotSet(WANTED, {"number": said.number, "misses": said.misses}), SlotSet("requested_slot", said.step)]

    async def _step(self, tracker: Tracker) -> Asked | Done | None:
        text = text_of(tracker)
        step = str(tracker.get_slot("requested_slot") or "")
        wanted: Mapping[str, Any] = tracker.get_slot(WANTED) or {}
        number = str(wanted.get("number", ""))
        if form_begins(tracker) or not step:
            return await self._begin(text, mark_of(tracker))
        if comes_back_to(tracker, self.form):
            return self._asked_again(step, number)
        if control_in(text, Control.STOP):
            return Done((self.left,))
        named = number_in(text)
        # A bare number asks how the ticket stands, unless a number is what was asked for.
        elsewhere = _ELSEWHERE - {self.begun_by} - ({"ask_ticket_state"} if named else set())
        if step == "confirm":
            return await self._confirmed(text, number, intends(tracker, elsewhere) or is_small_talk(tracker))
        if intends(tracker, elsewhere):
            return None
        if named:
            return await self._numbered(text, named, mark_of(tracker))
        if step == "number":
            return self._without_number(text, is_small_talk(tracker), int(wanted.get("misses", 0)))
        return await self._last_four(text, number, mark_of(tracker), is_small_talk(tracker))

    async def _begin(self, text: str, mark: str) -> Asked | Done:
        named = number_in(text)
        own = await self._of_conversation(mark)
        if own and (named is None or any(standing.ticket.number == named for standing in own)):
            return self._found(own if named is None else tuple(s for s in own if s.ticket.number == named))
        return await self._numbered(text, named, mark) if named else Asked("number", _ASK_NUMBER)

    def _asked_again(self, step: str, number: str) -> Asked:
        return {
            "number": Asked("number", _ASK_NUMBER),
            "last_four": Asked("last_four", _ASK_LAST_FOUR, number),
        }.get(step) or self._to_confirm(number)

    async def _numbered(self, text: str, number: str, mark: str) -> Asked | Done:
        digits = last_four_beside(number, text)
        return await self._shown(number, digits, mark) if digits else Asked("last_four", _ASK_LAST_FOUR, number)

    def _without_number(self, text: str, small_talk: bool, misses: int) -> Asked | Done | None:
        has_none = _FORGOTTEN.search(normalised(text))
        if not has_none and (small_talk or asks(text)):
            return None
        if has_none or misses:
            return Done((f"没有编号就查不到工单。找到编号后，再对我说“{self.begun_again_by}”；也可拨打政务服务便民热线12345。",))
        return Asked("number", "这不像工单编号。" + _ASK_NUMBER, misses=1)

    async def _last_four(self, text: str, number: str, mark: str, small_talk: bool) -> Asked | Done | None:
        digits = last_four_in(text)
        if digits is None:
            return None if small_talk or asks(text) else Asked("last_four", "没有看到 4 位数字。" + _ASK_LAST_FOUR, number)
        return await self._shown(number, digits, mark)

    async def _shown(self, number: str, digits: str, mark: str) -> Asked | Done:
        try:
            return self._found((await self._look_up(number, digits, mark),))
        except TooManyGuesses:
            return Done((_TOO_MANY,))
        except NoSuchTicket:
            return Asked("number", _NOT_FOUND)

    def _found(self, standings: tuple[Standing, ...]) -> Asked | Done:
        raise NotImplementedError

    def _to_confirm(self, number: str) -> Asked:
        raise NotImplementedError

    async def _confirmed(self, text: str, number: str, is_elsewhere: bool) -> Asked | Done | None:
        raise NotImplementedError


class ActionTellState(ActionFindTicket):
    """Tells how tickets stand."""

    form = "state_form"
    begun_by = "ask_ticket_state"
    begun_again_by = "我的申请到哪了"
    left = "好的。需要时可以随时再问我。"

    def __init__(self, of_conversation: OfConversation, look_up: LookUp, tell: Callable[[Standing], str]) -> None:
        """`tell` puts a ticket into words."""
        super().__init__(of_conversation, look_up)
        self._tell = tell

    def _found(self, standings: tuple[Standing, ...]) -> Done:
        return Done(tuple(self._tell(standing) for standing in standings))

    def _to_confirm(self, number: str) -> Asked:
        return Asked("number", _ASK_NUMBER)

    async def _confirmed(self, text: str, number: str, is_elsewhere: bool) -> Asked:
        return Asked("number", _ASK_NUMBER)
