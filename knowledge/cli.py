"""The command line: build | ask "…" | show CLAUSE | check | diff | preview | score [FILE] | calibrate."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.answer import Answer
from knowledge.artefacts import Places, build
from knowledge.errors import KnowledgeError
from knowledge.plan import Plan, Role, read_plan
from knowledge.plan.stated import FACTS, facts_stated
from knowledge.score.marks import quotes_verbatim
from knowledge.score.questions import KnownQuestion, read_questions
from knowledge.score.report import failures, report
from knowledge.sources import FOLDER, read_sources

if TYPE_CHECKING:
    from knowledge.knowledge import Knowledge

QUESTIONS = FOLDER.parent / "tests" / "evaluation"
_POLITE = 15
"""A preview runs beside the service: questions come first."""


def main(arguments: Sequence[str]) -> int:
    """Run one command; 0 if it did what was asked, 1 with a line on stderr where the knowledge cannot be used."""
    parsed = _parser().parse_args(arguments)
    try:
        command: int = parsed.command(parsed)
    except KnowledgeError as error:
        print(f"knowledge: {error}", file=sys.stderr)
        return 1
    return command


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m knowledge", description="The plan and its library on the command line.")
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("DATA_DIR") or "var"), help="folder of what is built")
    parser.add_argument("--encoder", default=os.environ.get("ENCODER", ""), help="path or hub name; default: the trained one")
    commands = parser.add_subparsers(required=True, metavar="build | ask | show | check | diff | preview | score | calibrate")
    build = commands.add_parser("build", help="train the encoder and build the index where they do not fit the sources")
    build.add_argument("--exact", action="store_true", help="train anew after any change, as a fresh installation would")
    build.set_defaults(command=_build)
    ask = commands.add_parser("ask", help="answer a question")
    ask.add_argument("question")
    ask.add_argument("--json", action="store_true", help="the whole answer as JSON")
    ask.set_defaults(command=_ask)
    show = commands.add_parser("show", help="print a clause, such as task-09")
    show.add_argument("clause")
    show.set_defaults(command=_show)
    check = commands.add_parser("check", help="look over the FAQ, the boundaries and the documents")
    check.add_argument("--sources", type=Path, default=FOLDER, help="the knowledge folder to look at")
    check.set_defaults(command=_check)
    diff = commands.add_parser("diff", help="list the known questions whose answer would change against the running state")
    diff.add_argument("--sources", type=Path, default=FOLDER, help="the knowledge folder with the changes; default: the project's own")
    diff.add_argument("--json", action="store_true", help="a JSON object a line")
    diff.set_defaults(command=_diff)
    preview = commands.add_parser("preview", help="what an edit changes, as JSON lines with progress: for the desk")
    preview.add_argument("--before", type=Path, default=FOLDER, help="the knowledge folder as it is; default: the project's own")
    preview.add_argument("--sources", type=Path, default=FOLDER, help="the knowledge folder with the changes")
    preview.add_argument("--questions", type=Path, help="file with enquirers' questions, one a line")
    preview.add_argument("--stay", action="store_true", help="answer requests from standard input, see knowledge/preview/requests.py")
    preview.set_defaults(command=_preview)
    score = commands.add_parser("score", help="measure the answers against test questions")
    score.add_argument("file", type=Path, nargs="?", default=QUESTIONS)
    score.add_argument("--failures", action="store_true", help="list what was not right")
    score.add_argument("--ablation", action="store_true", help="also measure with one part left out at a time; takes a minute")
    score.add_argument("--plots", type=Path, help="folder to draw the reliability and the registers into")
    score.set_defaults(command=_score)
    calibrate = commands.add_parser("calibrate", help="learn anew from held-apart wordings when to answer; takes minutes")
    calibrate.set_defaults(command=_calibrate)
    return parser


def _build(parsed: argparse.Namespace) -> int:
    build(_places(parsed), lambda line: print(line, flush=True), exact=parsed.exact)
    return 0


def _calibrate(parsed: argparse.Namespace) -> int:
    from knowledge.retrieval.judgement import FILE
    from knowledge.score.calibration import calibrate

    calibrate(read_sources(FOLDER), FILE, lambda line: print(line, flush=True))
    return 0


def _ask(parsed: argparse.Namespace) -> int:
    from knowledge.opening import open_knowledge

    told = open_knowledge(_places(parsed)).ask(parsed.question)
    if parsed.json:
        print(json.dumps(asdict(told), ensure_ascii=False, indent=2, default=_plain))
        return 0
    print(told.text)
    for citation in told.citations if isinstance(told, Answer) else ():
        print(f"\n{citation.number} {citation.title}\n“{citation.quote}”")
    return 0


def _show(parsed: argparse.Namespace) -> int:
    plan = read_plan(FOLDER / "plan" / "plan.yml")
    clause = plan.by_id.get(parsed.clause)
    if clause is None:
        print(f"knowledge: there is no clause {parsed.clause}; there are {_ids(plan)}", file=sys.stderr)
        return 1
    print(f"{plan.title}（{plan.standing}）\n{' > '.join(clause.heading_path)}\n")
    for sentence in clause.sentences:
        stated = "".join(f" #{kind}" for kind in FACTS if kind in facts_stated(sentence.text))
        print(f"{sentence.id:>14} [{sentence.span.start}:{sentence.span.end}]{stated}  {sentence.text}")
    for role in Role:
        if named := clause.bureaus(role):
            print(f"{role.value:>14}  {'、'.join(named)}")
    return 0


def _check(parsed: argparse.Namespace) -> int:
    from knowledge.check import advice, check
    from knowledge.encoder.model import open_encoder
    from knowledge.terms import TermReader

    today = date.today()
    findings = check(parsed.sources, today)
    for fault in findings.faults:
        print(f"错误 {fault}")
    places = _places(parsed)
    unwise = 0
    if places.encoder or places.trained_encoder.is_dir():
        for found in advice(findings.entries, open_encoder(places.encoder_in_use), TermReader(), today):
            print(f"提醒 {found}")
            unwise += 1
    else:
        print("提醒 尚未训练编码器，没有检查问法是否更接近别的条目；运行 `python -m knowledge build` 后再检查。")
    unreviewed = sum(located.entry.reviewer is None for located in findings.entries)
    print(f"共 {len(findings.entries)} 条无误（{unreviewed} 条未写明审核人），{len(findings.faults)} 个错误，{unwise} 个提醒。")
    return 1 if findings.faults else 0


def _diff(parsed: argparse.Namespace) -> int:
    from knowledge.changes import changes
    from knowledge.opening import open_states

    before, after = open_states(_places(parsed), parsed.sources)
    asked = [question.text for question in read_questions(QUESTIONS, after.plan)] if QUESTIONS.is_dir() else []
    wordings = [wording for knowledge in (before, after) for entry in knowledge.candidates for wording in entry.wordings if wording]
    questions = list(dict.fromkeys((*asked, *wordings)))
    number = 0
    for change in changes(before, after, questions):
        number += 1
        if parsed.json:
            states = {"before": change.before.entry or None, "after": change.after.entry or None}
            words = {"before_text": change.before.text, "after_text": change.after.text}
            print(json.dumps({"question": change.question, **states, **words}, ensure_ascii=False))
        else:
            arrow = "→" if change.kind.is_of_substance else "措辞"
            print(f"{change.question}\n    {change.before.entry} {arrow} {change.after.entry}\n    {_first_line(change.after.text)}")
    if not parsed.json:
        print(f"{len(questions)} 个已知问题，{number} 个的回答会改变。")
    return 0


def _preview(parsed: argparse.Namespace) -> int:
    os.nice(_POLITE)
    from knowledge.preview.compare import Comparison, compare
    from knowledge.preview.requests import Requests, read_real
    from knowledge.preview.states import States

    def write(line: Mapping[str, object]) -> None:
        print(json.dumps(line, ensure_ascii=False), flush=True)

    states, kept = States(_places(parsed)), parsed.data / "previews"
    if parsed.stay:
        Requests(states, QUESTIONS, kept, write).serve(sys.stdin)
        return 0
    for line in compare(states, Comparison(parsed.before, parsed.sources, QUESTIONS, read_real(parsed.questions), kept)):
        write(line)
    return 0


def _first_line(text: str) -> str:
    return text.split("\n", maxsplit=1)[0]


def _score(parsed: argparse.Namespace) -> int:
    from knowledge.opening import open_knowledge
    from knowledge.score.run import mark, mark_baselines

    knowledge = open_knowledge(_places(parsed))
    questions = read_questions(parsed.file, knowledge.plan)
    marks = mark(knowledge, questions)
    beside = {**mark_baselines(read_sources(FOLDER), questions)}
    if parsed.encoder:
        beside["with the encoder that is trained here"] = mark(_with_trained_encoder(parsed), questions)
    print("\n".join(report(marks, beside)))
    print(f"quotes verbatim           {quotes_verbatim(marks, knowledge.clauses)}")
    if parsed.failures:
        print("\n" + "\n".join(failures(marks)))
    if parsed.ablation:
        print("\n" + "\n".join(_ablation(parsed, questions)))
    if parsed.plots:
        from knowledge.score.plots import draw

        draw(marks, parsed.plots)
    return 0


def _with_trained_encoder(parsed: argparse.Namespace) -> Knowledge:
    from knowledge.artefacts import train_if_changed
    from knowledge.opening import make_knowledge

    places = replace(_places(parsed), encoder="")
    train_if_changed(places.trained_encoder, read_sources(FOLDER), True, lambda line: print(line, file=sys.stderr, flush=True))
    return make_knowledge(places)


def _ablation(parsed: argparse.Namespace, questions: Sequence[KnownQuestion]) -> Iterator[str]:
    from knowledge.encoder.model import open_encoder
    from knowledge.index.folder import open_index
    from knowledge.score.ablation import ablation
    from knowledge.sources import hash_sources

    places = _places(parsed)
    encoder = open_encoder(places.encoder_in_use)
    return ablation(read_sources(FOLDER), open_index(places.index, hash_sources(FOLDER), encoder.identity), encoder, questions)


def _places(parsed: argparse.Namespace) -> Places:
    return Places(parsed.data / "index", parsed.data / "encoder", parsed.encoder)


def _ids(plan: Plan) -> str:
    return ", ".join(clause.id for clause in plan.clauses)


def _plain(value: object) -> object:
    return value.value if isinstance(value, Enum) else str(value)
