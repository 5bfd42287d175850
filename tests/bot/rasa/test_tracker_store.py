"""A conversation's older part is folded without changing where the conversation stands."""

from __future__ import annotations

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    ConversationPaused,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot.rasa.tracker_store import RecentTurnsTrackerStore
from bot.settings import PROJECT

TURNS = 5


@pytest.fixture(scope="module")
def domain() -> Domain:
    """The real one."""
    return Domain.load(str(PROJECT / "domain.yml"))


@pytest.fixture
def store(domain: Domain) -> RecentTurnsTrackerStore:
    """Keeps five turns of three conversations."""
    return RecentTurnsTrackerStore(domain, turns=TURNS, conversations=3)


def _turn(number: int) -> list[Event]:
    asked = UserUttered(f"第{number}问", intent={"name": "ask", "confidence": 0.9})
    acted = [ActionExecuted("action_answer"), BotUttered(f"第{number}答"), SlotSet("bureaus_in_charge", [f"局{number}"])]
    return [asked, *acted, ActionExecuted("action_listen")]


def _conversation(domain: Domain, turns: int, *extra: Event, sender: str = "a") -> DialogueStateTracker:
    events: list[Event] = [ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")]
    for number in range(turns):
        events += _turn(number)
        if number == 0:
            events += extra
    return DialogueStateTracker.from_events(sender, events, domain.slots)


async def test_an_unknown_conversation_is_none(store: RecentTurnsTrackerStore) -> None:
    assert await store.retrieve("nobody") is None


async def test_a_short_conversation_is_kept_as_it_is(store: RecentTurnsTrackerStore, domain: Domain) -> None:
    tracker = _conversation(domain, TURNS)
    await store.save(tracker)
    kept = await store.retrieve("a")
    assert kept is not None
    assert list(kept.events) == list(tracker.events)
    assert kept is not tracker


async def test_a_long_conversation_stands_where_it_stood_with_few_events(store: RecentTurnsTrackerStore, domain: Domain) -> None:
    tracker = _conversation(domain, 200)
    await store.save(tracker)
    kept = await store.retrieve("a")
    assert kept is not None
    assert len(kept.events) <= 6 * (TURNS + 1)
    assert kept.current_slot_values() == tracker.current_slot_values()
    assert kept.latest_message is not None
    assert kept.latest_message.text == "第199问"
    assert kept.latest_action_name == tracker.latest_action_name == "action_listen"


async def test_what_was_set_before_the_kept_turns_is_still_set(store: RecentTurnsTrackerStore, domain: Domain) -> None:
    events = [*_turn(1)]
    plain = [UserUttered("你好", intent={"name": "greet"}), ActionExecuted("utter_greet"), ActionExecuted("action_listen")]
    await store.save(DialogueStateTracker.from_events("a", events + plain * 20, domain.slots))
    kept = await store.retrieve("a")
    assert kept is not None
    assert kept.get_slot("bureaus_in_charge") == ["局1"]


@pytest.mark.parametrize("extra", [ActiveLoop("lead_form"), ConversationPaused()], ids=["form", "pause"])
async def test_an_open_form_or_a_pause_survives(store: RecentTurnsTrackerStore, domain: Domain, extra: Event) -> None:
    tracker = _conversation(domain, 30, extra)
    await store.save(tracker)
    kept = await store.retrieve("a")
    assert kept is not None
    assert kept.active_loop_name == tracker.active_loop_name
    assert kept.is_paused() == tracker.is_paused()


async def test_a_turn_that_fails_leaves_the_kept_conversation_alone(store: RecentTurnsTrackerStore, domain: Domain) -> None:
    await store.save(_conversation(domain, 2))
    taken = await store.retrieve("a")
    assert taken is not None
    taken.update(SlotSet("bureaus_in_charge", ["half done"]))
    again = await store.retrieve("a")
    assert again is not None
    assert again.get_slot("bureaus_in_charge") == ["局1"]


async def test_the_conversation_unused_for_longest_is_forgotten_first(store: RecentTurnsTrackerStore, domain: Domain) -> None:
    for sender in ("a", "b", "c"):
        await store.save(_conversation(domain, 1, sender=sender))
    await store.save(_conversation(domain, 2, sender="a"))
    await store.save(_conversation(domain, 1, sender="d"))
    assert list(await store.keys()) == ["c", "a", "d"]


async def test_a_conversation_that_is_idle_for_a_day_is_forgotten(domain: Domain) -> None:
    hours = 0.0
    store = RecentTurnsTrackerStore(domain, turns=TURNS, idle_hours=24, clock=lambda: hours * 3600)
    await store.save(_conversation(domain, 1, sender="left half-way"))
    hours = 23.0
    await store.save(_conversation(domain, 1, sender="b"))
    assert await store.retrieve("left half-way") is not None
    hours = 25.0
    assert await store.retrieve("left half-way") is None, "even before anything else is said"
    await store.save(_conversation(domain, 1, sender="c"))
    assert list(await store.keys()) == ["b", "c"], "and nothing of it stays in memory"
