"""The action behind Rasa's form that erases what tickets know of the person."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.find_ticket import ActionFindTicket, Asked, Done, LookUp, OfConversation
from actions.lead.form.words import Control, asks, control_in, normalised
from actions.take_lead import DRAFT
from actions.tickets.database import DatabaseUnavailable
from actions.tickets.model import NoSuchTicket
from actions.tickets.register import Standing
from actions.turn import form_begins

ERASE, KEEP = "确认删除", "不删除"
_ERASES = frozenset({ERASE, "确定删除", "我确认删除", "我确定删除", "删除", "是的删除", "confirm", "delete", "yes delete"})
_DRAFT_DROPPED = "正在填写、还没有提交的内容已清除。"
_NOT_ERASED = "没有删除：系统暂时不能保存。请稍后再回复“确认删除”，也可拨打政务服务便民热线12345。"


class ActionErase(ActionFindTicket):
    """Erases what tickets know of the person, once it is confirmed."""

    form = "erasure_form"
    begun_by = "erase_my_information"
    begun_again_by = "删除我的信息"
    left = "好的，没有删除任何信息。"

    def __init__(self, of_conversation: OfConversation, look_up: LookUp, erase: Callable[[str], Awaitable[None]]) -> None:
        """`erase` takes the number of a ticket that the enquirer was shown to be theirs."""
        super().__init__(of_conversation, look_up)
        self._erase = erase

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """As any of these forms; what is being filled in, and kept by the conversation only, goes at once."""
        if not (form_begins(tracker) and tracker.get_slot(DRAFT)):
            return await super().run(dispatcher, tracker, domain)
        dispatcher.utter_message(text=_DRAFT_DROPPED)
        return [*await super().run(dispatcher, tracker, domain), SlotSet(DRAFT, None)]

    def _found(self, standings: tuple[Standing, ...]) -> Asked:
        return self._to_confirm("、".join(standing.ticket.number for standing in standings))

    def _to_confirm(self, number: str) -> Asked:
        text = (
            f"将删除工单 {number} 里您的单位、联系人、电话和需求，并通知收到过的单位一并删除。删除后不能恢复，"
            f"承办单位也无法再与您联系。确定请回复“{ERASE}”。"
        )
        return Asked("confirm", text, number, (ERASE, KEEP))

    async def _confirmed(self, text: str, number: str, is_elsewhere: bool) -> Asked | Done | None:
        if _bare(text) in _ERASES:
            return await self._erased(tuple(number.split("、")))
        if control_in(text, Control.NO, Control.REFUSE, Control.BACK) or _bare(text).startswith(("不删", "别删", "先不删", "唔删")):
            return Done((self.left,))
        return None if is_elsewhere or asks(text) else self._to_confirm(number)

    async def _erased(self, numbers: tuple[str, ...]) -> Asked | Done:
        """Erase one after the other; what could not be erased is asked for again."""
        for position, number in enumerate(numbers):
            try:
                with contextlib.suppress(NoSuchTicket):  # nothing is left of it to be erased
                    await self._erase(number)
            except DatabaseUnavailable:  # noqa: PERF203 - a person has few tickets
                done, left = numbers[:position], "、".join(numbers[position:])
                text = f"{_erased_in_words(done)}工单 {left} {_NOT_ERASED}" if done else _NOT_ERASED
                return Asked("confirm", text, left, (ERASE, KEEP))
        return Done((_erased_in_words(numbers),))


def _erased_in_words(numbers: tuple[str, ...]) -> str:
    return f"已删除工单 {'、'.join(numbers)} 里的个人信息和需求，并通知收到过的单位删除。"


def _bare(text: str) -> str:
    return "".join(c for c in normalised(text) if c.isalnum() or c == " ").strip()
