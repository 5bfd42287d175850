"""What may become of a message into the form."""

from __future__ import annotations

from dataclasses import dataclass

from actions.lead.form.draft import Draft
from actions.lead.form.prompts import Prompt


@dataclass(frozen=True, slots=True)
class Asked:
    """The form goes on with this prompt."""

    draft: Draft
    prompt: Prompt


@dataclass(frozen=True, slots=True)
class Aside:
    """The message was not for the form: a question in between, a greeting. The form waits where it is."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """The enquirer wants no more of it; nothing was kept."""

    text: str


@dataclass(frozen=True, slots=True)
class Ready:
    """Confirmed: to be submitted."""

    draft: Draft


Outcome = Asked | Aside | Stopped | Ready
