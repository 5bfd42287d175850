"""Conversation ids: ours are recognised, everything else is not."""

from __future__ import annotations

import pytest

from bot.conversation_id import ConversationIds

IDS = ConversationIds(b"secret")


def test_ids_are_ours_and_all_different() -> None:
    made = {IDS.new() for _ in range(100)}
    assert len(made) == 100
    assert all(IDS.is_ours(conversation_id) for conversation_id in made)


def test_another_secret_s_ids_are_not_ours() -> None:
    assert not IDS.is_ours(ConversationIds(b"other").new())


@pytest.mark.parametrize("forged", ["", "a", "你好", "../../etc/passwd", "A" * 43, "A" * 10_000, "\x00", "==="])
def test_a_forged_id_is_not_ours(forged: str) -> None:
    assert not IDS.is_ours(forged)


def test_every_changed_character_is_noticed() -> None:
    made = IDS.new()
    for place, character in enumerate(made):
        other = "A" if character != "A" else "B"
        assert not IDS.is_ours(made[:place] + other + made[place + 1 :])


def test_an_id_can_be_made_again_from_its_nonce_and_from_whose_it_is() -> None:
    ids = ConversationIds(b"secret")
    made = ids.new()
    assert ids.of(ids.nonce_of(made)) == made
    known = ids.of(ids.nonce_for("portal", "u-1"))
    assert ids.is_ours(known)
    assert known == ids.of(ids.nonce_for("portal", "u-1"))
    others = (ids.nonce_for("portal", "u-2"), ids.nonce_for("portalu", "-1"), ConversationIds(b"another").nonce_for("portal", "u-1"))
    assert ids.nonce_for("portal", "u-1") not in others
