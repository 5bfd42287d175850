"""What was asked, as tables."""

from __future__ import annotations

from actions.figures.model import Outcomes, QuestionFigures, Share
from actions.officers.model import Permission
from desk.charts.bars import bars
from desk.pages.figures.shown import Shown, channel_name, counted, sheet
from desk.visit import Visit, path


def question_tables(visit: Visit, figures: QuestionFigures) -> tuple[Shown, ...]:
    """By day, topic and channel; what was asked most; satisfaction."""
    return (_days(visit, figures), _topics(visit, figures), _channels(visit, figures), _most_asked(visit, figures), _thumbs(visit, figures))


def told_of(outcomes: Outcomes) -> tuple[int, int, int]:
    """What a chart stacks: answered, not stated in the plan, off topic."""
    return outcomes.told.part, outcomes.abstained, outcomes.off_topic


def series(visit: Visit) -> tuple[str, str, str]:
    """What these are called."""
    return visit.t("figures.head.told"), visit.t("figures.head.abstained"), visit.t("figures.head.off-topic")


def _days(visit: Visit, figures: QuestionFigures) -> Shown:
    heads = ("day", "asked", "told", "unsure", "abstained", "off-topic")
    rows = [(day, o.total, o.told.part, o.unsure, o.abstained, o.off_topic) for day, o in figures.by_day.items()]
    return Shown(sheet(visit, "days", heads, rows), note=visit.t("figures.note.unsure"))


def _topics(visit: Visit, figures: QuestionFigures) -> Shown:
    plan = visit.desk.registry.plan.by_id

    def name(clause: str) -> str:
        if not clause:
            return visit.t("figures.no-clause")
        return f"{plan[clause].number} {plan[clause].title}" if clause in plan else clause

    rows = [(name(clause), o.total, o.told.part, o.abstained, o.told) for clause, o in figures.by_topic]
    heads = ("topic", "asked", "told", "abstained", "told-share")
    return Shown(
        sheet(visit, "topics", heads, rows),
        bars([told_of(outcomes)[:2] for _, outcomes in figures.by_topic]),
        series(visit)[:2],
        is_chinese=True,
        note=visit.t("figures.note.topics"),
    )


def _channels(visit: Visit, figures: QuestionFigures) -> Shown:
    rows = [(channel_name(visit, channel), o.total, o.told.part, o.abstained, o.off_topic, o.told) for channel, o in figures.by_channel]
    heads = ("channel", "asked", "told", "abstained", "off-topic", "told-share")
    return Shown(sheet(visit, "channels", heads, rows), bars([told_of(outcomes) for _, outcomes in figures.by_channel]), series(visit))


def _most_asked(visit: Visit, figures: QuestionFigures) -> Shown:
    # An entry that is no more in the library keeps its id here: it was asked all the same.
    rows = [(visit.desk.entry_title(entry) or visit.t("figures.gone", entry=entry), number) for entry, number in figures.most_asked]
    may_see = visit.may(Permission.SEE_FAQ)
    links = [path("faq", "entries", entry) if may_see and visit.desk.entry_title(entry) else "" for entry, _ in figures.most_asked]
    return counted(visit, "most-asked", "entry", rows, links, is_chinese=True, note=visit.t("figures.note.most-asked"))


def _thumbs(visit: Visit, figures: QuestionFigures) -> Shown:
    up, all_ = figures.satisfaction.part, figures.satisfaction.whole
    rows = [(visit.t("figures.up"), Share(up, all_)), (visit.t("figures.down"), Share(all_ - up, all_))] if all_ else []
    return Shown(
        sheet(visit, "satisfaction", ("rating", "number"), rows),
        bars([(up,), (all_ - up,)]) if rows else (),
        note=visit.t("figures.note.satisfaction"),
    )
