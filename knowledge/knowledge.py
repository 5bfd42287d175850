"""The knowledge as the rest of the assistant sees it: opened once, asked often.

A message's way: what does it follow up, does it ask several things, what is nearest to it, is that an answer, in which words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from knowledge.answer import Answer, NoAnswer, Reason
from knowledge.context import Context, Reply
from knowledge.encoder.model import Encoder
from knowledge.index.assembly import Index, texts_of
from knowledge.plan.industries import CLAUSE as INDUSTRIES_CLAUSE
from knowledge.question.asking import asks_for_difference
from knowledge.question.follow_up import FollowUp, FollowUpKind, read_follow_up, substance
from knowledge.question.language import Language, language_of
from knowledge.question.parts import Way, split_parts
from knowledge.question.spelling import Spelling
from knowledge.question.years import one_year_each, without_years, years_in
from knowledge.retrieval.finder import GOALS, Finder, Found
from knowledge.retrieval.judgement import Judgement, Verdict
from knowledge.sources import Sources
from knowledge.telling.composer import Composer
from knowledge.telling.english import EnglishTeller
from knowledge.telling.follow_ups import FollowUpTeller
from knowledge.telling.joined import join
from knowledge.telling.places import PlaceTeller
from knowledge.terms import TermReader, Terms

# A part of a message is answered by itself only where it is surely a question of its own.
_SURE, _NEAR = 0.6, 0.55
_FAIRLY_SURE, _FAIRLY_NEAR = 0.5, 0.5
_VERY_SURE, _VERY_NEAR = 0.8, 0.75
_SURE_OF_SILENCE = 0.7
# Log-odds of a follow-up by its sound, and how like a known wording a message may be to be one all the same.
_SURELY_FOLLOWS_UP, _FOLLOWS_UP, _PERHAPS_FOLLOWS_UP = 2.0, 0.5, -0.7
_SURELY_KNOWN, _HARDLY_KNOWN = 0.95, 0.75
_NEAREST = 40
_CLAUSES_IN_SIGHT = 4
_SHORT_MESSAGE = 14
_SHORT_ENGLISH_MESSAGE = 40
_TAKING_IN = re.compile(
    r"承接|引进|接|收|要|畀|适合|主要|重点|产业|行业|企业|厂|什么样|换成|换作|换到|换|改成|改问|的话|如果|假如|要是|又|同样|一样|那边|嗰边|咧|呢|是|系"
    r"|\b(instead|if|what about|how about|same|case)\b"
)
"""What 廉江收咩先 says beside the place is what was asked before anyway."""
# Where the plan says which industry goes where; questions about other clauses are not answered with the map.
_ABOUT_PLACES = frozenset({INDUSTRIES_CLAUSE, "overview-3", "task-01", "task-06", "task-07"})


class Knowledge:
    """Answers questions from the plan and its library."""

    def __init__(
        self,
        sources: Sources,
        index: Index,
        encoder: Encoder,
        terms: TermReader,
        today: Callable[[], date] = date.today,
        spelling: Spelling | None = None,
        normalised: Mapping[str, str] | None = None,
    ) -> None:
        """`spelling` is learnt from the candidates, and their texts are `normalised`, unless they are given."""
        self.plan = sources.plan
        self.bureaus = sources.bureaus
        self.industries = sources.industries
        self.index = index
        self.candidates = index.candidates
        self.clauses = sources.clauses
        self._entries = {entry.id: entry for entry in index.candidates}
        self.terms = self._terms = terms
        self._follow_up_sense = index.follow_ups
        normalised = normalised or {text: terms.normalise(text) for entry in index.candidates for text in texts_of(entry)}
        self._spelling = spelling or Spelling(normalised.values())
        self._finder = Finder(sources.plan, index, encoder, normalised, today)
        self._composer = Composer(sources)
        self._follow_ups = FollowUpTeller(sources, self._composer)
        self._places = PlaceTeller(sources, self._composer)
        self._english = EnglishTeller(sources, self._entries)

    def ask(self, text: str) -> Answer | NoAnswer:
        """The answer to one question, or why there is none. Takes milliseconds and no I/O."""
        return self.reply(text).told

    def products_in(self, text: str) -> tuple[str, ...]:
        """What a message says is made, in the words of `knowledge/plan/industries.yml`."""
        return tuple(product.name for product in self.industries.products_in(self._terms.normalise(text)))

    def title_of(self, entry_id: str) -> str:
        """The first wording of an entry; empty where there is no such entry."""
        entry = self._entries.get(entry_id)
        return entry.wordings[0] if entry and entry.wordings else ""

    def concepts_of(self, text: str) -> tuple[str, ...]:
        """What a message's everyday words are taken to mean."""
        return self._terms.read(text).concepts

    def language_of(self, text: str, otherwise: Language) -> Language:
        """What a message is written in; syllables typed for characters (rongzi) are Chinese."""
        language = language_of(text, otherwise)
        return language if language != "en" else language_of(self._spelling.mend(self._terms.normalise(text)), otherwise)

    def reply(self, text: str, context: Context | None = None, language: Language = "zh-Hans") -> Reply:
        """The same for a message in a conversation, which may mean something only after the last question.

        In English where that is the language, else in simplified Chinese.
        """
        reply = self._replied(text, context)
        if language != "en":
            return reply
        return replace(reply, told=self._english.tell(reply.told), called=self._english.called(reply.told.bureaus.principal))

    def _replied(self, text: str, context: Context | None) -> Reply:
        terms = self._terms.read(self._spelling.mend(self._terms.normalise(text)))
        if terms.is_empty:
            return Reply(self._composer.no_words(), context)
        follow_up = read_follow_up(terms.text)
        if context and (follow_up is None or follow_up.kind is FollowUpKind.ABOUT_IT):
            follow_up = self._sensed_follow_up(terms) or follow_up
        if context and (reply := self._follow(follow_up, terms, context)):
            return reply
        told = self._tell(terms)
        is_about_it = follow_up is not None and follow_up.kind is FollowUpKind.ABOUT_IT and isinstance(told, NoAnswer)
        if context and is_about_it and (reply := self._about_the_last_answer(terms, context)):
            return reply
        return self._reply(terms.text, told, context)

    def _tell(self, terms: Terms) -> Answer | NoAnswer:
        found = self._finder.find(terms, best=_NEAREST)
        return self._several(terms, found) or self._one(terms, found)

    def _one(self, terms: Terms, found: Found) -> Answer | NoAnswer:
        judgement = found.judgement
        about = judgement.entry.quotes[0].clause if judgement.entry.quotes else judgement.entry.near
        if asks_for_difference(terms.text) and (told := self._places.comparison(terms.text, judgement.score)):
            return told
        if judgement.verdict is Verdict.ANSWERED and about in _ABOUT_PLACES:
            told = self._places.comparison(terms.text, judgement.score) if about == INDUSTRIES_CLAUSE else None
            # Where another clause's own words say where, they are the answer: 遂溪县预制菜产业园.
            names_places = about != INDUSTRIES_CLAUSE and any(self._places.places_in(quote.text) for quote in judgement.entry.quotes)
            if told := told or (None if names_places else self._places.suiting(terms.text, judgement.score)):
                return told
        return self._compose(found, terms)

    def _compose(self, found: Found, terms: Terms) -> Answer | NoAnswer:
        judgement = found.judgement
        if judgement.verdict is Verdict.BOUNDARY and judgement.entry.is_about_the_service:
            return self._composer.about_the_service(judgement.entry, judgement.score)
        if judgement.verdict is Verdict.BOUNDARY:
            return self._composer.boundary(judgement.entry, judgement.score)
        if judgement.verdict is Verdict.UNSTATED:
            return self._composer.unstated(judgement.entry, judgement.score)
        years = years_in(terms.text)
        if years and self._finder.is_goal(judgement) and not years & self._finder.goal_years:
            return self._no_goals_for(years, judgement)
        return self._composer.answer(judgement.entry, judgement.score, found.related)

    def _no_goals_for(self, years: frozenset[int], judgement: Judgement) -> NoAnswer:
        *first, last = (f"{year}年" for year in sorted(self._finder.goal_years))
        asked = "、".join(f"{year}年" for year in sorted(years))
        said = f"方案的目标只写到{'、'.join(first)}和{last}，没有写{asked}的。"
        return self._composer.silent(said, (), judgement.score, judgement.entry.id)

    def _several(self, terms: Terms, whole: Found) -> Answer | None:
        """Answers to the parts of a message, where it has parts, and each is about something that the whole is about too."""
        years = self._finder.goal_years & years_in(terms.text)
        ways = (Way(one_year_each(terms.text, years), True),) if len(years) > 1 else split_parts(terms.text)
        for way in ways:
            parts = [part for part in map(self._terms.read, way.parts) if not part.is_empty]
            if len(parts) < 2 or any(map(_leans_on_another, parts)):
                continue
            found = [self._finder.find(part) for part in parts]
            if _belong_together(found, whole, is_marked=way.is_marked):
                told = [self._compose(each, part) for each, part in zip(found, parts, strict=True)]
                about = whole.matches.answers[0].entry.quotes[0].clause
                # Where the message does not say itself that it has parts, what it is most about comes first.
                return join(told if way.is_marked else sorted(told, key=lambda part: _first_clause(part) != about))
        return None

    def _sensed_follow_up(self, terms: Terms) -> FollowUp | None:
        """What a message seems to follow up with by its sound, unless it is nearly a known question of its own."""
        kind, odds = self._follow_up_sense.of(terms)
        if kind is None or odds < _PERHAPS_FOLLOWS_UP or self._places.places_in(terms.text):
            return None
        if odds >= _SURELY_FOLLOWS_UP:
            return FollowUp(kind)
        most_alike = max(match.similarity for match in self._finder.find(terms).matches.all)
        return FollowUp(kind) if most_alike < (_SURELY_KNOWN if odds >= _FOLLOWS_UP else _HARDLY_KNOWN) else None

    def _follow(self, follow_up: FollowUp | None, terms: Terms, context: Context) -> Reply | None:
        if follow_up and follow_up.kind is FollowUpKind.ATTRIBUTE:
            return self._about_the_last_answer(terms, context)
        if follow_up and follow_up.kind not in {FollowUpKind.INSTEAD, FollowUpKind.ABOUT_IT}:
            told = self._follow_ups.tell(follow_up.kind, context)
            return Reply(told, context if follow_up.kind is FollowUpKind.BUREAU else _seen(context, told)) if told else None
        if not _is_short(terms.text):
            return None
        if context.clause == GOALS and (years := years_in(terms.text)):
            return self._in_another_year(years, context)
        subject = follow_up.subject if follow_up else terms.text
        places = self._places.places_in(subject)
        if len(places) == 1 and not substance(_TAKING_IN.sub(" ", self._places.without_places(subject))):
            return self._at_another_place(places[0], context)
        return self._instead(subject, context) if follow_up and follow_up.kind is FollowUpKind.INSTEAD else None

    def _in_another_year(self, years: frozenset[int], context: Context) -> Reply:
        """The last question about the goals of other years."""
        question = f"到{'、'.join(f'{year}年' for year in sorted(years))}{without_years(context.question)}"
        found = self._finder.find(self._terms.read(question))
        if not years & self._finder.goal_years:
            return self._reply(question, self._no_goals_for(years, found.judgement), context)
        best = next((match.entry for match in found.matches.answers if match.entry.quotes[0].clause == GOALS), None)
        told = self._composer.answer(best, _FAIRLY_SURE) if best else self._tell(self._terms.read(question))
        return self._reply(question, told, context)

    def _at_another_place(self, place: str, context: Context) -> Reply | None:
        """The last question about another place; where the plan does not say that of it, what it says of the place."""
        asked = [f"{context.question} {place}", f"{place}主要承接什么产业"]
        if replaced := self._places.with_place(context.question, place):
            asked.insert(0, replaced)
        for question in asked:
            told = self._tell(self._terms.read(question))
            if isinstance(told, Answer) and any(place in citation.quote for citation in told.citations):
                return self._reply(question, told, context)
        return None

    def _instead(self, subject: str, context: Context) -> Reply | None:
        """The last question about something else: the subject by itself, or the two together."""
        for question in (subject, f"{context.question} {subject}"):
            told = self._tell(self._terms.read(question))
            if isinstance(told, Answer):
                return self._reply(question, told, context)
        return None

    def _about_the_last_answer(self, terms: Terms, context: Context) -> Reply | None:
        """A short message that means nothing by itself: perhaps it asks for something else that the last clause says."""
        question = f"{context.question} {terms.text}"
        found = self._finder.find(self._terms.read(question))
        judgement = found.judgement
        is_new = judgement.verdict is Verdict.ANSWERED and judgement.entry.id != context.entry
        if is_new and judgement.entry.quotes[0].clause == context.clause:
            return self._reply(question, self._compose(found, terms), context)
        told = self._follow_ups.not_stated(context)
        return Reply(told, context) if told else None

    def _reply(self, question: str, told: Answer | NoAnswer, before: Context | None) -> Reply:
        """With the context that a question and its answer leave behind; what is not about the plan leaves it as it was."""
        if isinstance(told, Answer) and not told.citations:
            return Reply(told, before)
        entry = self._entries.get(told.entry_id or "")
        district = next(iter(self._places.places_in(question)), before.district if before else "")
        topic = entry.topic if entry else "districts"
        if isinstance(told, Answer):
            quotes = tuple(citation.quote for citation in told.citations)
            return Reply(told, Context(question, told.entry_id, told.citations[0].clause, True, topic, district, quotes))
        clause = (entry.near or (entry.quotes[0].clause if entry.quotes else None)) if entry else None
        if entry is None or clause is None or told.reason is Reason.OFF_TOPIC:
            return Reply(told, before)
        return Reply(told, Context(question, entry.id, clause, False, topic, district))


def _belong_together(found: Sequence[Found], whole: Found, *, is_marked: bool) -> bool:
    """Whether parts are questions of their own: each surely answered or surely not, and in sight when the whole is asked."""
    about = list(dict.fromkeys(match.entry.quotes[0].clause for match in whole.matches.answers))[:_CLAUSES_IN_SIGHT]
    answered = [each for each in found if each.judgement.verdict is Verdict.ANSWERED]
    silent = [each for each in found if each not in answered]
    if whole.judgement.verdict is not Verdict.ANSWERED and whole.judgement.score >= _SURE_OF_SILENCE:
        surely, near = _VERY_SURE, _VERY_NEAR
    else:
        surely, near = (_FAIRLY_SURE, _FAIRLY_NEAR) if is_marked else (_SURE, _NEAR)
    if any(each.judgement.score < surely or _similarity(each) < near for each in answered):
        return False
    clauses = {each.judgement.entry.quotes[0].clause for each in answered}
    if about[0] not in clauses or not clauses.issubset(about):
        return False
    if silent and not (is_marked and all(map(_is_surely_silent, silent))):
        return False
    return len({each.judgement.entry.quotes for each in answered}) == len(answered)


def _is_surely_silent(found: Found) -> bool:
    is_like_it = found.matches.boundaries[0].similarity >= _NEAR
    return found.judgement.verdict is Verdict.BOUNDARY and found.judgement.score >= _SURE_OF_SILENCE and is_like_it


def _leans_on_another(part: Terms) -> bool:
    """Whether a part means something only after the one before it: 谁是主办, 哪天批的."""
    follow_up = read_follow_up(part.text)
    return follow_up is not None and follow_up.kind is not FollowUpKind.INSTEAD


def _similarity(found: Found) -> float:
    return found.matches.answers[0].similarity


def _first_clause(told: Answer | NoAnswer) -> str:
    return told.citations[0].clause if isinstance(told, Answer) else ""


def _seen(context: Context, told: Answer | NoAnswer) -> Context:
    quotes = (citation.quote for citation in told.citations) if isinstance(told, Answer) else ()
    return replace(context, told=tuple(dict.fromkeys((*context.told, *quotes))))


def _is_short(text: str) -> bool:
    return len(text) <= (_SHORT_ENGLISH_MESSAGE if text.isascii() else _SHORT_MESSAGE)
