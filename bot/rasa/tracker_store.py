"""Rasa's memory of conversations: the last turns of the latest ones, ready to use.

Rasa walks through all events of a conversation in every turn and, as shipped, also writes and reads them as JSON,
so that its 200th turn takes many times as long as its fifth. Here the older part of a conversation is folded into
the state it led to. The words exchanged are not this store's business.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, ConversationPaused, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker


class RecentTurnsTrackerStore(TrackerStore):
    """Keeps the last turns of the most recently used conversations in memory. Set in endpoints.yml."""

    def __init__(
        self,
        domain: Domain,
        event_broker: EventBroker | None = None,
        host: str | None = None,
        turns: int = 5,
        conversations: int = 5000,
        idle_hours: float = 24.0,
        clock: Callable[[], float] = time.monotonic,
        **kwargs: Any,
    ) -> None:
        """`turns`, `conversations` and `idle_hours` bound what is kept; `host` is passed by Rasa and not used."""
        super().__init__(domain, event_broker, **kwargs)
        self._turns = turns
        self._conversations = conversations
        self._idle_seconds = idle_hours * 3600
        self._clock = clock
        self._events: OrderedDict[str, tuple[Event, ...]] = OrderedDict()
        self._used_at: dict[str, float] = {}

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep the conversation, folded to its last turns; the one unused for longest may be forgotten."""
        await self.stream_events(tracker)
        self._events[tracker.sender_id] = fold(tuple(tracker.events), self._turns, self._replay)
        self._events.move_to_end(tracker.sender_id)
        now = self._used_at[tracker.sender_id] = self._clock()
        # A form that was left half-way holds a name and a phone: it is not kept for longer than someone may come back to it.
        while len(self._events) > self._conversations or self._used_at[next(iter(self._events))] < now - self._idle_seconds:
            forgotten, _ = self._events.popitem(last=False)
            del self._used_at[forgotten]

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The conversation as it stands; a fresh object, so that a turn that fails leaves nothing behind."""
        events = self._events.get(sender_id)
        is_over = events is not None and self._used_at[sender_id] < self._clock() - self._idle_seconds
        return None if events is None or is_over else self._replay(events, sender_id)

    async def keys(self) -> Iterable[str]:
        """Ids of the conversations that are remembered."""
        return self._events.keys()

    def _replay(self, events: Sequence[Event], sender_id: str = "") -> DialogueStateTracker:
        return DialogueStateTracker.from_events(sender_id, list(events), self.domain.slots)


def fold(events: tuple[Event, ...], turns: int, replay: Callable[[Sequence[Event]], DialogueStateTracker]) -> tuple[Event, ...]:
    """Replace all but the last turns by events that lead to the same state: slots, active form, pause.

    A turn begins with the enquirer's message.
    """
    starts = [i for i, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(starts) <= turns:
        return events
    cut = starts[-turns]
    before = replay(events[:cut])
    state: list[Event] = [SlotSet(name, slot.value) for name, slot in before.slots.items() if slot.value != slot.initial_value]
    if before.active_loop_name:
        state.append(ActiveLoop(before.active_loop_name))
    if before.is_paused():
        state.append(ConversationPaused())
    return (*state, ActionExecuted("action_listen"), *events[cut:])
