"""What Rasa sends to an action and keeps of its answer: for tests of the actions behind forms, over the real endpoint."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp.test_utils import TestClient, TestServer
from rasa_sdk import Action

from actions.endpoint import TOKEN_HEADER, action_application

# What happened in turns before: none of it is of this one.
_EARLIER: list[dict[str, Any]] = [
    {"event": "active_loop", "name": "lead_form"},
    {"event": "action", "name": "action_answer"},
    {"event": "active_loop", "name": None},
    {"event": "action", "name": "action_listen"},
]


@dataclass
class Conversation:
    """One enquirer's conversation: the slots are kept from turn to turn, as Rasa does."""

    client: Any
    form: str
    """The form whose action is called."""
    sender: str = "a conversation"
    slots: dict[str, Any] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    """What was said in the last turn."""
    choices: list[str] = field(default_factory=list)
    is_active: bool = False
    status: int = 200

    async def begins(self, text: str, intent: str = "ask_for_person") -> str:
        """The message that activates the form."""
        self.is_active = True
        return await self._turn(text, intent, 0.95, [{"event": "active_loop", "name": self.form}])

    async def says(self, text: str, intent: str = "nlu_fallback", confidence: float = 0.6) -> str:
        """A message while the form is active. Empty if the form did not take it."""
        return await self._turn(text, intent, confidence, [])

    async def comes_back(self, text: str, after: str = "action_answer") -> str:
        """A message that had another answer; the form is asked to go on."""
        return await self._turn(
            text, "ask", 0.9, [{"event": "action_execution_rejected", "name": self.form}, {"event": "action", "name": after}]
        )

    async def _turn(self, text: str, intent: str, confidence: float, events: Sequence[dict[str, Any]]) -> str:
        tracker = {
            "sender_id": self.sender,
            "slots": self.slots,
            "latest_message": {
                "text": text,
                "intent": {"name": intent, "confidence": confidence},
                "entities": [],
                "metadata": {"channel": "web", "language": "zh"},
            },
            "events": [*_EARLIER, {"event": "user", "text": text}, *events],
            "paused": False,
            "active_loop": {"name": self.form},
        }
        call = {"next_action": f"validate_{self.form}", "sender_id": self.sender, "tracker": tracker, "domain": {}}
        response = await self.client.post("/actions", json=call, headers={TOKEN_HEADER: "token"})
        self.status = response.status
        assert response.status == 200, await response.text()
        outcome = await response.json()
        for event in outcome["events"]:
            assert event["event"] == "slot"
            self.slots[event["name"]] = event["value"]
        if any(event["name"] == "requested_slot" and event["value"] is None for event in outcome["events"]):
            self.is_active = False
        self.texts = [utterance["text"] for utterance in outcome["responses"]]
        self.choices = [button["payload"] for utterance in outcome["responses"] for button in utterance["buttons"]]
        assert bool(self.texts) == bool(outcome["events"]), "a message is taken and answered, or neither"
        return "\n".join(self.texts)


@asynccontextmanager
async def listening(*actions: Action) -> AsyncIterator[Any]:
    """The action endpoint with these actions."""
    async with TestClient(TestServer(action_application(list(actions), "token"))) as client:
        yield client
