"""Words as rows of UTTERANCES: encrypted, and with numbers that tell who asked masked."""

from __future__ import annotations

import json
import unicodedata
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from actions.conversations.model import Author, Said, Utterance
from actions.conversations.tables import CONVERSATIONS, UTTERANCES
from actions.questions.masking import masked
from actions.tickets.database import locking, to_json
from actions.tickets.personal import PersonalKey
from actions.tickets.rows import kept, storable


def utterance_row(key: PersonalKey, mark: str, said: Said, at: datetime) -> dict[str, Any]:
    """To be inserted."""
    # What an officer writes goes out as it is: they may give their own number.
    text = kept(said.text) if said.author is Author.ENQUIRER else said.text
    if said.author is Author.BOT and masked(text) != unicodedata.normalize("NFKC", text):
        text = kept(text)  # it repeats what the enquirer told of themselves
    content = {"text": storable(text), "bureau": said.bureau, "name": said.name, "answer": said.answer}
    return {"mark": mark, "at": at, "author": said.author.value, "content": key.encrypt(to_json(content).encode())}


def lock_conversation(connection: Connection, mark: str) -> None:
    """Words of one conversation that an enquirer is to hear are added one after the other: ids then grow in the order they are seen."""
    connection.execute(locking(select(CONVERSATIONS.c.mark).where(CONVERSATIONS.c.mark == mark)))


def add_words(connection: Connection, key: PersonalKey, mark: str, said: Said, at: datetime) -> int:
    """Keep words in the caller's transaction; their id."""
    (utterance_id,) = connection.execute(insert(UTTERANCES).values(utterance_row(key, mark, said, at))).inserted_primary_key
    return int(utterance_id)


def read_utterance(row: Any, key: PersonalKey) -> Utterance:
    """A row of UTTERANCES as mapping. Raises PersonalKeyError."""
    content = json.loads(key.decrypt(bytes(row["content"])))
    said = Said(Author(row["author"]), content["text"], content["bureau"], content["name"], content["answer"])
    return Utterance(row["id"], row["mark"], row["at"], said)
