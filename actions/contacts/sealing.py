"""What is kept of persons, encrypted, each kind for its own purpose: one cannot be put in another's place."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from actions.contacts.model import Answer, Message, Offered
from actions.tickets.personal import PersonalKey

_PERSON, _CONVERSATION, _CHOICES, _MESSAGE, _ANSWER = "contact", "contact conversation", "choices", "message", "channel answer"


class Sealing:
    """Encrypts and decrypts. What decrypts raises PersonalKeyError."""

    def __init__(self, key: PersonalKey) -> None:
        self._key = key

    def person_mark(self, channel: str, account: str, person: str) -> str:
        """What a person is found by."""
        return self._key.mark("contact", channel, account, person)

    def message_mark(self, channel: str, account: str, key: str) -> str:
        """What a message is told from others by."""
        return self._key.mark("channel message", channel, account, key)

    def person(self, person: str) -> bytes:
        """The platform's id of a person."""
        return self._key.encrypt_for(_PERSON, person.encode(errors="surrogatepass"))

    def open_person(self, sealed: bytes) -> str:
        """What `person` encrypted."""
        return self._key.decrypt_for(_PERSON, bytes(sealed)).decode(errors="surrogatepass")

    def conversation(self, conversation_id: str) -> bytes:
        """Whoever has the id speaks as the person."""
        return self._key.encrypt_for(_CONVERSATION, conversation_id.encode())

    def open_conversation(self, sealed: bytes) -> str:
        """What `conversation` encrypted."""
        return self._key.decrypt_for(_CONVERSATION, bytes(sealed)).decode()

    def choices(self, choices: Sequence[Offered]) -> bytes:
        """The choices that were shown."""
        return self._key.encrypt_for(_CHOICES, json.dumps([[choice.title, choice.payload] for choice in choices]).encode())

    def open_choices(self, sealed: bytes) -> tuple[Offered, ...]:
        """What `choices` encrypted."""
        return tuple(Offered(*pair) for pair in json.loads(self._key.decrypt_for(_CHOICES, bytes(sealed))))

    def message(self, message: Message) -> bytes:
        """A message until it is answered."""
        return self._key.encrypt_for(_MESSAGE, json.dumps(asdict(message)).encode())

    def open_message(self, sealed: bytes) -> Message:
        """What `message` encrypted."""
        return Message(**json.loads(self._key.decrypt_for(_MESSAGE, bytes(sealed))))

    def answer(self, answer: Answer) -> bytes:
        """Words for a person."""
        return self._key.encrypt_for(_ANSWER, json.dumps(asdict(answer)).encode())

    def open_answer(self, sealed: bytes) -> Answer:
        """What `answer` encrypted."""
        fields = json.loads(self._key.decrypt_for(_ANSWER, bytes(sealed)))
        return Answer(fields["text"], tuple(Offered(**choice) for choice in fields["choices"]), fields["whole_url"])
