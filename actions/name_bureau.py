"""The action for those who want a person: says which bureau to turn to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import IN_CHARGE
from knowledge import BureauNames
from knowledge.answer import FALLBACK_BUREAU


class ActionNameBureau(Action):
    """Names the bureau that the message mentions, else the one in charge of the last question."""

    def __init__(self, bureaus: Callable[[], BureauNames]) -> None:
        """`bureaus` gives the names in use, which change when officers change them."""
        self._bureaus = bureaus

    def name(self) -> str:
        """As domain.yml calls it."""
        return "action_name_bureau"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Say whom to turn to, and what this assistant cannot do."""
        mentioned = self._bureaus().mentioned_in(tracker.latest_message.get("text") or "")
        in_charge = mentioned or tuple(tracker.get_slot(IN_CHARGE) or ()) or (FALLBACK_BUREAU,)
        dispatcher.utter_message(
            text=f"这里是自动问答，暂时不能直接转接工作人员。您的问题可向{'、'.join(in_charge)}咨询，也可拨打政务服务便民热线12345，请话务员转有关单位。"
        )
        return []
