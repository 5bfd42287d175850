"""Who gets a ticket, in which role, and with which reason: on the real plan and the office's real list."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from actions.office.bureaus import read_directory
from actions.office.model import Bureau, Directory, Track, TrackStep
from actions.routing.model import Role, Route
from actions.routing.route import Wish, route
from knowledge.plan import BureauNames, Plan

BUREAUS = Path(__file__).parents[3] / "actions" / "bureaus.yml"
NOTHING = Wish(clause="", need="", industry="", district="")
APPROVAL = Track(
    id="environmental-approval",
    name="环评审批“绿色通道”",
    clause="task-12",
    quote="环评审批“绿色通道”服务",
    principal=("市生态环境局",),
    supporting=("市发展改革局", "市工业和信息化局"),
    called=("环评绿色通道",),
    fields=(),
    steps=(TrackStep("提前介入指导", "市生态环境局"),),
)


@pytest.fixture(scope="module")
def directory(bureaus: BureauNames) -> Directory:
    """The list as it is shipped."""
    return read_directory(BUREAUS, {}, bureaus)


def _role(found: Route, bureau: str) -> Role:
    (assignment,) = (assignment for assignment in found.assignments if assignment.bureau == bureau)
    return assignment.role


def _reason(found: Route, bureau: str) -> str:
    (assignment,) = (assignment for assignment in found.assignments if assignment.bureau == bureau)
    return assignment.reason


# By hand from the 责任单位 notes of the plan; the governments of all districts are nobody's until a district is named.
PRINCIPALS = {
    "overview-1": ("市投资促进局",),
    "overview-2": ("市投资促进局",),
    "overview-3": ("市投资促进局",),
    "task-01": ("市工业和信息化局",),
    "task-02": ("市发展改革局",),
    "task-03": ("市投资促进局",),
    "task-04": ("市工业和信息化局",),
    "task-05": ("市工业和信息化局", "市发展改革局"),
    "task-06": ("市工业和信息化局",),
    "task-07": ("市农业农村局",),
    "task-08": ("市文广旅体局",),
    "task-09": ("市自然资源局",),
    "task-10": ("市财政局", "市税务局"),
    "task-11": ("市金融局",),
    "task-12": ("市生态环境局", "市发展改革局"),
    "task-13": ("市委组织部", "市科技局", "市人力资源和社会保障局"),
    "task-14": ("市教育局",),
    "task-15": ("市发展改革局",),
    "task-16": ("市交通运输局", "市发展改革局"),
    "task-17": ("市投资促进局",),
    "safeguard-1": ("市发展改革局",),
    "safeguard-2": ("市发展改革局",),
    "safeguard-3": ("市发展改革局",),
    "safeguard-4": ("市发展改革局",),
}
SUPPORTING = {
    "overview-1": (),
    "task-01": ("雷州市政府", "奋勇高新区管委会", "市发展改革局", "市自然资源局", "市国资委"),
    "task-05": ("市投资促进局",),
    "task-07": ("市自然资源局", "市商务局", "市市场监督管理局", "市供销社"),
    "task-10": ("市发展改革局", "市工业和信息化局", "市金融局"),  # the plan writes 市工业和信息局 here
    "task-11": ("市财政局", "市人民银行湛江中心支行", "湛江银保监分局"),
    "task-13": ("市教育局", "市财政局"),
    "task-16": ("市自然资源局", "市商务局", "空港经济区建设指挥部"),
    "task-17": ("市发展改革局", "市工业和信息化局", "市商务局", "市农业农村局", "市市场监督管理局", "市政务服务数据管理局"),
}


def test_the_table_of_principals_covers_every_clause(plan: Plan) -> None:
    assert list(PRINCIPALS) == [clause.id for clause in plan.clauses]


@pytest.mark.parametrize("clause", PRINCIPALS)
def test_a_clause_goes_to_the_bureaus_that_the_plan_puts_in_charge(clause: str, plan: Plan, directory: Directory) -> None:
    found = route(replace(NOTHING, clause=clause), plan, directory, None)
    assert found.bureaus(Role.PRINCIPAL) == PRINCIPALS[clause]
    assert found.bureaus(Role.DISTRICT) == ()
    assert len({assignment.bureau for assignment in found.assignments}) == len(found.assignments)


@pytest.mark.parametrize("clause", SUPPORTING)
def test_bureaus_that_assist_or_take_part_are_supporting(clause: str, plan: Plan, directory: Directory) -> None:
    assert route(replace(NOTHING, clause=clause), plan, directory, None).bureaus(Role.SUPPORTING) == SUPPORTING[clause]


@pytest.mark.parametrize("clause", [clause for clause in PRINCIPALS if not clause.startswith("overview")])
def test_every_reason_quotes_number_and_title_of_the_clause(clause: str, plan: Plan, directory: Directory) -> None:
    cited = f"方案{plan.by_id[clause].number}“{plan.by_id[clause].title}”："
    for assignment in route(replace(NOTHING, clause=clause), plan, directory, None).assignments:
        assert assignment.reason.startswith(cited + assignment.bureau), assignment.reason
        assert assignment.clause == clause


def test_the_reason_says_which_part_the_plan_gives_a_bureau(plan: Plan, directory: Directory) -> None:
    found = route(replace(NOTHING, clause="task-09"), plan, directory, None)
    assert _reason(found, "市自然资源局") == "方案二（三）9“加强用地用林保障”：市自然资源局牵头"
    assert _reason(found, "市财政局") == "方案二（三）9“加强用地用林保障”：市财政局配合"


NARROWED = [
    ("task-13", "想招工，要两百名普工", ("市人力资源和社会保障局",), ("市委组织部", "市科技局")),
    ("task-13", "申请扬帆计划", ("市委组织部",), ("市科技局", "市人力资源和社会保障局")),
    ("task-13", "人才有什么支持", ("市委组织部", "市人力资源和社会保障局"), ("市科技局",)),
    ("task-10", "增值税留抵退税怎么办", ("市税务局",), ("市财政局",)),
    ("task-12", "要办環評", ("市生态环境局",), ("市发展改革局",)),
    ("task-12", "能耗指标不够", ("市发展改革局",), ("市生态环境局",)),
    ("task-16", "铁路专用线", ("市交通运输局",), ("市发展改革局",)),
]


@pytest.mark.parametrize(("clause", "need", "principal", "demoted"), NARROWED)
def test_of_several_principals_those_that_the_need_is_about_stay(
    clause: str, need: str, principal: tuple[str, ...], demoted: tuple[str, ...], plan: Plan, directory: Directory
) -> None:
    found = route(replace(NOTHING, clause=clause, need=need), plan, directory, None)
    assert found.bureaus(Role.PRINCIPAL) == principal
    for bureau in demoted:
        assert _role(found, bureau) is Role.SUPPORTING
        assert _reason(found, bureau).endswith(f"{bureau}牵头，需求对应其他牵头单位，本单位协同")


def test_a_bureau_that_the_clause_does_not_name_is_only_told(plan: Plan, directory: Directory) -> None:
    found = route(replace(NOTHING, clause="task-09", need="要50亩地，还要招工"), plan, directory, None)
    assert found.bureaus(Role.PRINCIPAL) == ("市自然资源局",)
    assert found.bureaus(Role.SUPPORTING) == ("市财政局", "市投资促进局", "市人力资源和社会保障局")
    assert _reason(found, "市人力资源和社会保障局") == "经办单位清单：需求提到“招工”"
    assert _reason(found, "市自然资源局") == "方案二（三）9“加强用地用林保障”：市自然资源局牵头；经办单位清单：需求提到“亩”"


def test_a_topic_does_not_raise_a_supporting_bureau_of_the_clause(plan: Plan, directory: Directory) -> None:
    found = route(replace(NOTHING, clause="task-11", need="财政资金补贴"), plan, directory, None)
    assert found.bureaus(Role.PRINCIPAL) == ("市金融局",)
    assert _role(found, "市财政局") is Role.SUPPORTING


DISTRICTS = [
    ("赤坎区", "赤坎区政府"),
    ("霞山区", "霞山区政府"),
    ("麻章区", "麻章区政府"),
    ("坡头区", "坡头区政府"),
    ("雷州市", "雷州市政府"),
    ("廉江市", "廉江市政府"),
    ("吴川市", "吴川市政府"),
    ("遂溪县", "遂溪县政府"),
    ("徐闻县", "徐闻县政府"),
    ("经开区", "经开区管委会"),
    ("奋勇高新区", "奋勇高新区管委会"),
]


@pytest.mark.parametrize(("district", "government"), DISTRICTS)
def test_the_named_district_always_takes_part(district: str, government: str, plan: Plan, directory: Directory) -> None:
    wish = replace(NOTHING, need="想贷款", district=district)
    found = route(wish, plan, directory, None)
    assert found.bureaus(Role.PRINCIPAL, Role.DISTRICT) == ("市金融局", government)
    assert _reason(found, government) == f"企业意向落户{district}"


def test_the_district_stands_for_all_districts_where_the_plan_puts_them_in_charge(plan: Plan, directory: Directory) -> None:
    found = route(replace(NOTHING, clause="task-05", district="廉江市"), plan, directory, None)
    assert found.bureaus(Role.PRINCIPAL) == ("市工业和信息化局", "市发展改革局", "廉江市政府")
    assert found.bureaus(Role.DISTRICT) == ()
    assert _reason(found, "廉江市政府") == ("方案二（二）5“突出承接产业转移重点”：各县（市、区）政府（管委会）牵头；企业意向落户廉江市")


def test_the_district_stays_even_where_the_need_is_about_another_principal(plan: Plan, directory: Directory) -> None:
    found = route(Wish("task-05", "标准厂房", "", "廉江市"), plan, directory, None)
    assert found.bureaus(Role.PRINCIPAL) == ("市工业和信息化局",)
    assert found.bureaus(Role.DISTRICT) == ("廉江市政府",)
    assert "协同" not in _reason(found, "廉江市政府")


def test_a_district_that_takes_part_by_the_clause_gets_both_reasons(plan: Plan, directory: Directory) -> None:
    for clause, district, bureau, part in [
        ("task-02", "廉江市", "廉江市政府", "方案二（一）2“高质量共建产业转移合作园区”：各县（市、区）政府（管委会）参与"),
        ("task-07", "遂溪县", "遂溪县政府", "方案二（二）7“推动农林业协同发展”：相关县（市、区）政府（管委会）参与"),
        ("task-01", "雷州市", "雷州市政府", "方案二（一）1“集中资源做强产业承接主平台”：雷州市政府配合"),
    ]:
        found = route(replace(NOTHING, clause=clause, district=district), plan, directory, None)
        assert found.bureaus(Role.DISTRICT) == (bureau,)
        assert _reason(found, bureau) == f"企业意向落户{district}；{part}"
        assert [assignment.clause for assignment in found.assignments if assignment.bureau == bureau] == [clause]


def test_the_main_platform_is_the_business_of_the_bureau_that_leads_it(plan: Plan, directory: Directory) -> None:
    found = route(replace(NOTHING, need="想贷款", district="主平台"), plan, directory, None)
    assert found.bureaus(Role.PRINCIPAL, Role.DISTRICT) == ("市金融局", "市工业和信息化局")
    found = route(replace(NOTHING, clause="task-02", district="主平台"), plan, directory, None)
    assert "各县" not in _reason(found, "市工业和信息化局")


def test_a_district_or_a_clause_that_nobody_knows_loses_no_lead(plan: Plan, directory: Directory) -> None:
    found = route(Wish("task-99", "", "", "深圳市"), plan, directory, None)
    assert found.bureaus(*Role) == ("市投资促进局",)


TOPICS = [
    ("想了解用地", ("市自然资源局",), "用地"),
    ("需要50畝地", ("市自然资源局",), "亩"),
    ("Need land for a plant", ("市自然资源局",), "land"),
    ("污水处理怎么接", ("市生态环境局",), "污水"),
    ("子女入学", ("市教育局",), "子女入学"),
    ("办迁移登记", ("市市场监督管理局",), "迁移登记"),
    ("环保税怎么交", ("市税务局",), "环保税"),  # not 环保
    ("出口退税", ("市税务局",), "出口退税"),  # not 出口
    ("综合保税区的政策", ("市商务局",), "综合保税区"),  # not 税
    ("能耗指标", ("市发展改革局",), "能耗指标"),  # not 指标
    ("ＲＣＥＰ项目", ("市商务局",), "RCEP"),
    ("我要找人社局", ("市人力资源和社会保障局",), "人社局"),
    ("请市工业和信息局回电", ("市工业和信息化局",), "市工业和信息局"),
    ("想上市融资", ("市金融局",), "上市融资"),
]


@pytest.mark.parametrize(("need", "principal", "word"), TOPICS)
def test_without_a_clause_the_topic_in_the_need_decides(
    need: str, principal: tuple[str, ...], word: str, plan: Plan, directory: Directory
) -> None:
    found = route(replace(NOTHING, need=need, industry="旅游"), plan, directory, None)
    assert found.bureaus(*Role) == principal
    assert found.assignments[0].reason == f"经办单位清单：需求提到“{word}”"
    assert found.assignments[0].clause == ""


@pytest.mark.parametrize("need", ["plant in Thailand", "taxi service", "syntax"])
def test_latin_words_count_only_when_they_stand_alone(need: str, plan: Plan, directory: Directory) -> None:
    assert route(replace(NOTHING, need=need), plan, directory, None).bureaus(*Role) == ("市投资促进局",)


def test_at_most_two_bureaus_are_principal_by_the_need_those_with_the_longest_words(plan: Plan, directory: Directory) -> None:
    found = route(replace(NOTHING, need="用地、贷款、子女入学"), plan, directory, None)
    assert found.bureaus(Role.PRINCIPAL) == ("市教育局", "市自然资源局")
    assert found.bureaus(Role.SUPPORTING) == ("市金融局",)


INDUSTRIES = [
    ("小家电", ("市工业和信息化局",), "家电"),
    ("农产品加工", ("市农业农村局",), "农产品加工"),
    ("滨海旅游", ("市文广旅体局",), "旅游"),
    ("港口物流", ("市交通运输局",), "港口"),
    ("Furniture", ("市工业和信息化局",), "furniture"),
]


@pytest.mark.parametrize(("industry", "principal", "word"), INDUSTRIES)
def test_without_clause_and_topic_the_industry_decides(
    industry: str, principal: tuple[str, ...], word: str, plan: Plan, directory: Directory
) -> None:
    found = route(Wish("overview-2", "想过来看看", industry, ""), plan, directory, None)
    assert found.bureaus(*Role) == principal
    assert found.assignments[0].reason == f"经办单位清单：行业提到“{word}”"


def test_what_nobody_can_place_goes_to_the_bureau_that_serves_projects(plan: Plan, directory: Directory) -> None:
    (only,) = route(Wish("", "你们好", "占卜", ""), plan, directory, None).assignments
    assert (only.bureau, only.role, only.clause) == ("市投资促进局", Role.PRINCIPAL, "task-17")
    assert only.reason == ("方案二（四）17“实施创新招商引资方式行动”：市投资促进局牵头；未能对应到具体责任单位，由市投资促进局受理")


def test_another_fallback_does_not_claim_that_the_plan_named_it(plan: Plan, directory: Directory) -> None:
    (only,) = route(NOTHING, plan, Directory(directory.bureaus, "市商务局"), None).assignments
    assert (only.bureau, only.clause) == ("市商务局", "")
    assert only.reason == "经办单位清单：未能对应到具体责任单位，由市商务局受理"


def test_a_track_decides_before_clause_and_need(plan: Plan, directory: Directory) -> None:
    found = route(Wish("task-09", "想贷款", "旅游", "吴川市"), plan, directory, APPROVAL)
    assert found.bureaus(Role.PRINCIPAL) == ("市生态环境局",)
    assert found.bureaus(Role.DISTRICT) == ("吴川市政府",)
    assert found.bureaus(Role.SUPPORTING) == ("市发展改革局", "市工业和信息化局")
    why = "方案二（三）12“加大环保和用能政策支持力度”的绿色通道（环评审批“绿色通道”）："
    assert _reason(found, "市生态环境局") == f"{why}市生态环境局牵头"
    assert _reason(found, "市工业和信息化局") == f"{why}市工业和信息化局配合"
    assert found.assignments[0].clause == "task-12"


def test_a_track_of_the_districts_alone_has_a_principal_even_without_a_district(plan: Plan, directory: Directory) -> None:
    track = replace(APPROVAL, principal=("各县（市、区）政府（管委会）",), supporting=("市发展改革局",))
    assert route(NOTHING, plan, directory, track).bureaus(*Role) == ("市投资促进局", "市发展改革局")
    assert route(replace(NOTHING, district="徐闻县"), plan, directory, track).bureaus(Role.PRINCIPAL) == ("徐闻县政府",)


def test_a_bureau_that_is_not_in_the_directory_is_refused(plan: Plan, directory: Directory) -> None:
    fewer = Directory(tuple(bureau for bureau in directory.bureaus if bureau.name != "市财政局"))
    with pytest.raises(ValueError, match="市财政局"):
        route(replace(NOTHING, clause="task-09"), plan, fewer, None)
    with pytest.raises(ValueError, match="task-77"):
        route(NOTHING, plan, directory, replace(APPROVAL, clause="task-77"))


def test_an_alias_leads_to_the_canonical_name(plan: Plan) -> None:
    only = Directory((Bureau("eco", "市生态环境局", aliases=("环保局",)),), "市生态环境局")
    found = route(NOTHING, plan, only, replace(APPROVAL, principal=("环保局",), supporting=("市生态环境局",)))
    assert found.bureaus(*Role) == ("市生态环境局",)
    assert found.bureaus(Role.PRINCIPAL) == ("市生态环境局",)


def test_every_clause_with_every_district_is_routed_without_doubles_in_order(plan: Plan, directory: Directory) -> None:
    order = [Role.PRINCIPAL, Role.DISTRICT, Role.SUPPORTING]
    for clause in plan.clauses:
        for district, government in DISTRICTS:
            found = route(Wish(clause.id, "要用地、招工和贷款", "家电", district), plan, directory, None)
            roles = [order.index(assignment.role) for assignment in found.assignments]
            assert roles == sorted(roles)
            assert roles[0] == 0
            assert len({assignment.bureau for assignment in found.assignments}) == len(roles)
            assert government in found.bureaus(Role.PRINCIPAL, Role.DISTRICT)
            assert not any("（管委会）" in assignment.bureau for assignment in found.assignments)


def test_the_names_of_the_plan_are_all_recipients(plan: Plan, directory: Directory, bureaus: BureauNames) -> None:
    named = {responsibility.bureau for clause in plan.clauses for responsibility in clause.responsibilities}
    assert {name for name in named if "县（市、区）" not in name} <= {bureau.name for bureau in directory.bureaus}
    assert directory.by_name["市工业和信息局"].name == "市工业和信息化局"
    assert set(bureaus.canonical_by_name) - {name for name in named if "县（市、区）" in name} <= set(directory.by_name)


def test_the_bureau_that_was_asked_for_answers_and_the_clause_s_own_are_told(plan: Plan, directory: Directory) -> None:
    found = route(replace(NOTHING, clause="task-11", bureau="市财政局"), plan, directory, None)
    assert found.bureaus(Role.PRINCIPAL) == ("市财政局",)
    assert _role(found, "市金融局") is Role.SUPPORTING
    assert "咨询人请市财政局联系" in _reason(found, "市财政局")
    assert "二（三）11" in _reason(found, "市财政局"), "what the plan says of it is kept"


def test_a_bureau_that_nobody_knows_is_not_asked_for(plan: Plan, directory: Directory) -> None:
    assert route(replace(NOTHING, clause="task-11", bureau="市没有局"), plan, directory, None) == route(
        replace(NOTHING, clause="task-11"), plan, directory, None
    )
