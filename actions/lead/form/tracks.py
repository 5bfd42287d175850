"""Which green-channel track a need leads to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from actions.lead.form.draft import Draft
from actions.lead.form.words import asks, normalised
from actions.office.called import track_called
from actions.office.model import Track

_WISHES = re.compile(r"申请|办理|[想要]办|帮我|帮忙|安排|对接|\bapply\b")


def with_track_of_need(draft: Draft, tracks: Sequence[Track]) -> Draft:
    """The draft in the track that its need names; one that was asked for by itself stays until another is named.

    环评批文要多久 asks about something that a track is called by, and wants no track.
    """
    need = str(draft.values.get("need", ""))
    track = track_called(need, tracks) if not asks(need) or _WISHES.search(normalised(need)) else None
    if track is None:
        return replace(draft, track="", track_from_need=False) if draft.track_from_need else draft
    return draft if track.id == draft.track else replace(draft, track=track.id, track_from_need=True)
