"""The form's way through its questions: what is asked first, next, again and before; and what the draft is worth by now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from actions.lead.form.draft import Draft
from actions.lead.form.outcome import Asked
from actions.lead.form.prompts import Prompt, confirm_prompt, consent_prompt, field_prompt, told, which_prompt
from actions.lead.form.steps import CONFIRM, CONSENT, WHICH, Places, Step, form_steps, missing
from actions.lead.form.tracks import with_track_of_need
from actions.office.consent import worded
from actions.office.model import Office, Track


@dataclass(frozen=True, slots=True)
class Asking:
    """The questions that the office asks at this moment; officers may change them between two turns."""

    office: Office
    places: Places
    retention_days: int

    def begin(self, fresh: Draft, who: Sequence[str] = ()) -> Asked:
        """Ask for consent; what the conversation already told is in the draft. `who`: the bureaus that will call, where they are known."""
        draft = self.current(fresh)
        known = told(draft, self.steps(draft), "{}“{}”")
        track = self._track(draft)
        lines = [
            f"您要办的是{track.name}。" if track else "",
            f"登记后由{'、'.join(who)}与您联系。" if who else "",
            worded(self.office.consent, self.retention_days),
        ]
        lines += ["已按前面的对话填好：" + "、".join(known) + "。" if known else ""]
        return Asked(replace(draft, step=CONSENT), consent_prompt("\n".join(filter(None, lines))))

    def again(self, draft: Draft, saying: str = "") -> Asked:
        """Ask what was asked before, after an interruption or a return."""
        draft = self.current(draft)
        return self.ask(draft, draft.step, saying) if self.is_there(draft) else self.ask_next(draft, saying)

    def ask_before(self, draft: Draft) -> Asked:
        """Go back to what was asked before, with what was answered then."""
        if draft.step == WHICH:
            return self.ask_next(draft)
        names = [step.name for step in self.steps(draft)]
        before = names[: names.index(draft.step)] if draft.step in names else names
        asked = [name for name in before if name in draft.values or name in draft.skipped]
        if not asked:
            return self.ask(draft, draft.step, "已经是第一步。")
        return self.ask(draft, asked[-1])

    def ask_next(self, draft: Draft, saying: str = "") -> Asked:
        """Ask the first thing that is not known yet; when all is, show the summary."""
        before = draft.track
        draft = self.current(with_track_of_need(draft, self.office.tracks))
        step = missing(draft, self.steps(draft))
        if (track := self._track(draft)) and draft.track != before and step:
            saying = "\n".join(filter(None, (saying, f"按{track.name}登记，还要问几项。")))
        return self.ask(draft, step.name if step else CONFIRM, saying)

    def ask(self, draft: Draft, name: str, saying: str = "") -> Asked:
        """Ask one thing by the name of its step, after `saying`."""
        draft = replace(draft, step=name)
        prompt = self.prompt(draft, name)
        text = f"{saying}\n{prompt.text}" if saying and name != CONSENT else saying or prompt.text
        return Asked(draft, Prompt(text, prompt.choices))

    def prompt(self, draft: Draft, name: str) -> Prompt:
        """What is said and may be tapped at a step."""
        steps = self.steps(draft)
        if name == CONSENT:
            return consent_prompt(worded(self.office.consent, self.retention_days))
        if name == CONFIRM:
            return confirm_prompt(draft, steps, self._track(draft))
        if name == WHICH:
            return which_prompt(steps)
        return field_prompt(next(step for step in steps if step.name == name), draft)

    def current(self, draft: Draft) -> Draft:
        """Without a track and fields that officers took away meanwhile: what is not shown is not submitted either."""
        draft = draft if draft.track in self.office.track_by_id else replace(draft, track="", track_from_need=False)
        names = {step.name for step in self.steps(draft)}
        values = {name: value for name, value in draft.values.items() if name in names}
        return replace(draft, values=values, skipped=tuple(name for name in draft.skipped if name in names))

    def to_submit(self, draft: Draft) -> Draft:
        """As it is submitted: a track has its own clause and bureaus, whatever the conversation was about before."""
        track = self._track(draft)
        return replace(draft, clause=track.clause, bureau="") if track else draft

    def is_there(self, draft: Draft) -> bool:
        """Whether what was asked last is still a question of the form."""
        return draft.step in (CONSENT, CONFIRM, WHICH) or any(step.name == draft.step for step in self.steps(draft))

    def steps(self, draft: Draft) -> tuple[Step, ...]:
        """All fields, with those of the draft's track."""
        return form_steps(self.places, self._track(draft))

    def step(self, draft: Draft) -> Step:
        """The field that was asked last, where that was a field."""
        return next(step for step in self.steps(draft) if step.name == draft.step)

    def _track(self, draft: Draft) -> Track | None:
        return self.office.track_by_id.get(draft.track)
