"""What a question wants to know: an amount, a number of days, a telephone number, or merely whether there is something.

Near misses match a clause and ask for what it does not state. Similarity cannot see that; the attribute asked for can be
set against the facts that a sentence states, see `knowledge.plan.stated`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

ATTRIBUTES: Mapping[str, re.Pattern[str]] = {
    "money": re.compile(
        r"多少钱|几钱|几多钱|多少元|价|收费|费用|贵|便宜|元一|一亩多少|补多少|补贴多少|奖多少|奖励多少|给多少|多少万|几万"
        r"|几百万|额度|金额|上限|最高|封顶|how much|price|cost|fee|amount|cheap|expensive|salary|wage|工资|薪|租金|押金|保底"
    ),
    "percentage": re.compile(r"利率|利息|几个点|几成|百分之|比例|税率|percent|interest|rate\b"),
    "frequency": re.compile(r"(多久|几耐|几年|几个月|多长时间).{0,8}一次|几次|how often|how frequently|every how many"),
    "duration": re.compile(
        r"几天|(多久|几耐|多长时间)(?!.{0,8}一次)|多少天|几个月|工作日|时限|多快|几时|what time|how long|how many days|how soon|how fast"
    ),
    "date": re.compile(r"什么时候|几时|何时|哪天|几号|几月|截止|哪一年|开工|通车|建成|开业|投产|when|deadline|date|opening"),
    "contact": re.compile(
        r"电话|号码|微信|手机|邮箱|地址|门牌|几楼|联系方式|联系人|官网|网址|网站|公众号|app|phone|address|email|website"
        r"|contact|hotline|wechat"
    ),
    "name": re.compile(
        r"叫什么|名字|名单|哪几家|哪些企业|哪家|哪几个|有哪些公司|哪所|哪间|谁当|姓|name|which compan|which school|which bank"
        r"|list of|who is the"
    ),
    "paperwork": re.compile(r"材料|表格|表在|流程|步骤|怎么填|模板|资料|带什么|几份|documents|forms|paperwork|steps"),
    "result": re.compile(
        r"目前|现在|已经|到底有没有|完成了|多少家了|来了多少|去年|今年|上半年|进展|成效|结果|落实了|so far|already|last year"
        r"|current|currently|progress"
    ),
    "number": re.compile(r"多少|几多|(?<![就这那好有十来了手])几(个|家|条|间|亩|人|成)|how many|number of|多大|面积|比例|目标(是|为)"),
    "condition": re.compile(r"条件|门槛|资格|要求|标准|怎么算|怎样才算|什么样的|qualif|requirement|criteria|eligible|threshold"),
    "whether": re.compile(
        r"吗|嘛|可以|有没|有冇|是否|能否|会否|得唔得|(?P<verb>[^\W\d_])[不唔没冇](?P=verb)|[不没冇]$"
        r"|can |is there|are there|do they|does|will"
    ),
    "how": re.compile(r"怎么|如何|咋|点样|点|how"),
    "what": re.compile(r"什么|啥|咩|哪些|乜|what|which"),
    "where": re.compile(r"哪里|哪儿|边度|在哪|where"),
    "who": re.compile(r"谁|哪个部门|边个|who|which bureau"),
    "comparison": re.compile(r"比|还是|哪个好|better|versus|compared|than"),
}
"""Words that ask for each, in normalised text; the first ten are seldom in the plan, the others shape the question."""
PRECISE = tuple(ATTRIBUTES)[:10]
"""Attributes that a general statement does not answer."""


def attributes_asked(text: str) -> frozenset[str]:
    """The attributes that a normalised text asks for."""
    return frozenset(name for name, words in ATTRIBUTES.items() if words.search(text))
