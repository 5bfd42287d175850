"""Green-channel tracks: the office's own files, how each fault is told, and which track a text asks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from actions.office.model import Track
from actions.office.tracks import read_tracks, track_called
from bot.settings import PROJECT
from knowledge.errors import Fault, LibraryError
from knowledge.plan import BureauNames, Plan, Role

FOLDER = PROJECT / "actions" / "tracks"
GOOD = """id: approval
name: 环评审批“绿色通道”
clause: task-12
quote: 开通环评审批“绿色通道”服务
principal: [环保局]
supporting: [市工业和信息化局]
called:
  - 环评绿色通道
steps:
  - name: 联系企业
    bureau: 市生态环境局
    workdays: 2
"""


@pytest.fixture(scope="module")
def tracks(plan: Plan, bureaus: BureauNames) -> tuple[Track, ...]:
    return read_tracks(FOLDER, plan, bureaus)


def _faults(folder: Path, plan: Plan, bureaus: BureauNames, **files: str) -> tuple[Fault, ...]:
    for name, text in files.items():
        (folder / f"{name}.yml").write_text(text, encoding="utf-8")
    with pytest.raises(LibraryError) as raised:
        read_tracks(folder, plan, bureaus)
    return raised.value.faults


def test_the_office_keeps_the_four_green_channels_of_the_plan(tracks: tuple[Track, ...]) -> None:
    assert {track.id: track.clause for track in tracks} == {
        "credit": "task-11",
        "environmental-approval": "task-12",
        "relocation-registration": "task-15",
        "investment-project": "task-17",
    }
    assert [track.id for track in tracks if track.has_sheet] == ["environmental-approval"]
    assert [track.id for track in tracks if track.is_team] == ["investment-project"]


def test_every_track_rests_on_its_clause(tracks: tuple[Track, ...], plan: Plan) -> None:
    for track in tracks:
        clause = plan.by_id[track.clause]
        for quote in (track.quote, *track.policies):
            assert quote in clause.text
        assert set(track.principal) <= set(clause.bureaus(Role.PRINCIPAL))
        assert set(track.supporting) <= {responsibility.bureau for responsibility in clause.responsibilities}


def test_every_track_is_quick_to_apply_for_and_is_begun_by_who_may_call_the_enquirer(tracks: tuple[Track, ...]) -> None:
    for track in tracks:
        assert 2 <= len(track.fields) <= 4
        assert sum(not field.optional for field in track.fields) == 1
        assert track.steps[0].bureau in track.principal
        assert all(earlier.workdays is not None for earlier in track.steps[:-1])


def test_a_bureau_may_be_written_by_a_short_name(tmp_path: Path, plan: Plan, bureaus: BureauNames) -> None:
    (tmp_path / "approval.yml").write_text(GOOD, encoding="utf-8")
    (track,) = read_tracks(tmp_path, plan, bureaus)
    assert track.principal == ("市生态环境局",)
    assert track.steps[0].workdays == 2
    assert (track.fields, track.has_sheet, track.is_team) == ((), False, False)


@pytest.mark.parametrize(
    ("before", "after", "code", "line", "told"),
    [
        ("clause: task-12", "clause: task12", "unknown-clause", 3, "是不是 task-12"),
        ("开通环评审批“绿色通道”服务", "开通环评“绿色通道”服务", "quote-not-verbatim", 4, "相近的原文：为符合园区准入条件"),
        ("开通环评审批“绿色通道”服务", "实行“省内迁移通办”", "quote-not-verbatim", 4, "在 task-15 里"),
        ("[环保局]", "[市生态环境厅]", "unknown-bureau", 5, "市生态环境局"),
        ("[环保局]", "[市生态环境局、市发展改革局]", "unknown-bureau", 5, "市生态环境局"),
        ("[环保局]", "[市生态环境局, 市工业和信息化局]", "bureau-role", 5, "牵头单位：市生态环境局、市发展改革局"),
        ("[市工业和信息化局]", "[市税务局]", "bureau-role", 6, "不是 task-12 的责任单位"),
        ("[市工业和信息化局]", "[环保局]", "repeated", 6, "市生态环境局"),
        ("[市工业和信息化局]", "[各县（市、区）政府（管委会）]", "group-of-bureaus", 6, "自动加入"),
        ("- 环评绿色通道", "- 环", "called-too-short", 8, "至少写两个字"),
        ("    bureau: 市生态环境局", "    bureau: 市环境局", "unknown-bureau", 11, "市环境局"),
        ("    bureau: 市生态环境局", "    bureau: 市发展改革局", "step-bureau", 11, "principal 或 supporting"),
        ("workdays: 2", "workdays: 0", "workdays", 12, "1 到 250"),
        ("workdays: 2", "workdays: 251", "workdays", 12, "1 到 250"),
        ("workdays: 2", "workdays: 两天", "type", 12, "整数"),
        ("workdays: 2", "days: 2", "unknown-key", 12, "workdays"),
        ("name: 环评审批“绿色通道”", "title: 绿色通道", "missing-key", 1, "name"),
        ("id: approval", "id: Approval Track", "shape", 1, "小写字母"),
    ],
)
def test_a_fault_names_its_line_and_what_to_do(
    tmp_path: Path, plan: Plan, bureaus: BureauNames, before: str, after: str, code: str, line: int, told: str
) -> None:
    assert GOOD.count(before) == 1
    faults = _faults(tmp_path, plan, bureaus, approval=GOOD.replace(before, after))
    (fault,) = [fault for fault in faults if fault.code == code]
    assert (fault.file, fault.line) == (tmp_path / "approval.yml", line)
    assert told in str(fault)


def test_a_track_needs_steps(tmp_path: Path, plan: Plan, bureaus: BureauNames) -> None:
    (fault,) = _faults(tmp_path, plan, bureaus, approval=GOOD[: GOOD.index("steps:")] + "steps: []\n")
    assert (fault.line, fault.reason) == (9, "steps 至少要有一条。")


def test_a_sheet_needs_measures_and_policies_that_stand_in_the_plan(tmp_path: Path, plan: Plan, bureaus: BureauNames) -> None:
    faults = _faults(tmp_path, plan, bureaus, approval=GOOD + "has_sheet: true\n")
    assert [(fault.code, fault.line) for fault in faults] == [("empty-sheet", 13), ("empty-sheet", 13)]
    more = "has_sheet: true\nservice_measures: [提前介入]\npolicies: [免费办理]\n"
    (fault,) = _faults(tmp_path, plan, bureaus, approval=GOOD + more)
    assert (fault.code, fault.line) == ("quote-not-verbatim", 15)


def test_fields_and_steps_are_told_apart_by_their_names(tmp_path: Path, plan: Plan, bureaus: BureauNames) -> None:
    more = (
        "  - {name: 联系企业, bureau: 市生态环境局}\n"
        "fields:\n  - {id: park, name: 园区, ask: 哪个？}\n  - {id: park, name: 地, ask: 哪块？}\n"
    )
    faults = _faults(tmp_path, plan, bureaus, approval=GOOD + more)
    assert [(fault.code, fault.line) for fault in faults] == [("repeated", 16), ("repeated", 13)]


def test_two_tracks_may_share_neither_id_nor_word(tmp_path: Path, plan: Plan, bureaus: BureauNames) -> None:
    faults = _faults(tmp_path, plan, bureaus, a=GOOD, b=GOOD.replace("- 环评绿色通道", "- 環評嘅「綠色通道」"))
    assert [(fault.code, fault.file.name, fault.line) for fault in faults] == [("duplicate-id", "b.yml", 1), ("shared-word", "b.yml", 8)]
    assert "a.yml" in str(faults[0])


def test_the_faults_of_all_files_are_told_together(tmp_path: Path, plan: Plan, bureaus: BureauNames) -> None:
    broken = GOOD.replace("id: approval", "id: other").replace("- 环评绿色通道", "- 别的通道").replace("workdays: 2", "workdays: 999")
    faults = _faults(tmp_path, plan, bureaus, a="id: [", b="", c=broken, d=GOOD.replace("task-12", "task-99"))
    assert {fault.file.name for fault in faults} == {"a.yml", "b.yml", "c.yml", "d.yml"}


@pytest.mark.parametrize("folder", ["", "absent"])
def test_no_track_at_all_is_a_fault(tmp_path: Path, plan: Plan, bureaus: BureauNames, folder: str) -> None:
    with pytest.raises(LibraryError) as raised:
        read_tracks(tmp_path / folder, plan, bureaus)
    assert [fault.code for fault in raised.value.faults] == ["no-tracks"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我要申请环评绿色通道", "environmental-approval"),
        ("环评审批“绿色通道”怎么申请", "environmental-approval"),
        ("帮我走环评的绿色通道", "environmental-approval"),
        ("想要一份“环评审批服务单”", "environmental-approval"),
        ("我想攞環評批文", "environmental-approval"),
        ("We need ＥＩＡ fast-track please", "environmental-approval"),
        ("我要办省内迁移通办", "relocation-registration"),
        ("想把營業執照由東莞遷過去，搞企業遷移", "relocation-registration"),
        ("帮我登记：公司的迁移", "relocation-registration"),
        ("please help us move our business licence", "relocation-registration"),
        ("申请信贷“绿色通道”", "credit"),
        ("想做订单融资", "credit"),
        ("我想搵銀行借錢買設備", "credit"),
        ("I want to apply for a loan", "credit"),
        ("重大招商项目能不能给我们派个工作专班", "investment-project"),
        ("一個項目、一個專班", "investment-project"),
        ("项目已经签约，要全程代办", "investment-project"),
        ("we want a dedicated team", "investment-project"),
    ],
)
def test_a_track_is_known_by_its_names(tracks: tuple[Track, ...], text: str, expected: str) -> None:
    track = track_called(text, tracks)
    assert track is not None
    assert track.id == expected


@pytest.mark.parametrize("text", ["", "！？", "绿色通道", "方案里有哪些绿色通道", "用地指标怎么保障", "geia approvals", "同意", "一个项目"])
def test_other_texts_ask_for_no_track(tracks: tuple[Track, ...], text: str) -> None:
    assert track_called(text, tracks) is None


def test_the_longest_name_wins(tracks: tuple[Track, ...]) -> None:
    track = track_called("办贷款之前，先走环评审批绿色通道", tracks)
    assert track is not None
    assert track.id == "environmental-approval"
