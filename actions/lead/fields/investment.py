"""Amounts of investment, in yuan."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP

from actions.lead.fields.exact import is_one_exact
from actions.lead.fields.numerals import Figure, figures_in, one_writing
from actions.lead.fields.typed import Unreadable, pieces, plain, simplified

MOST_YUAN = 10**12
LEAST_YUAN_IN_PASSING = 10**6
"""Less than this, mentioned beside other things, is the budget of something else."""

_EXAMPLE = "例如：3亿元、5000万元。"
_UNREADABLE = f"没有看明白投资额。请写明金额和单位，{_EXAMPLE}"
_NO_UNIT = f"请写明单位是万元还是亿元，{_EXAMPLE}"
_FOREIGN = f"请按人民币填写投资额，{_EXAMPLE}"
_NEGATIVE = f"投资额要大于零，{_EXAMPLE}"
_ABSURD = f"投资额超出了可以登记的范围（1万亿元以内），请核对单位，{_EXAMPLE}"
_SEVERAL = f"请只填一个总投资额，{_EXAMPLE}"

_YUAN = r"(?:元|块(?!地)|圆|人民币|rmb\b|cny\b|yuan\b)"
_MARKED_YUAN = re.compile(r"(?:人民币|rmb|cny|¥)\s*$")
_FOREIGN_MONEY = re.compile(
    r"港[币元纸圆]|美[元金刀]|欧元|英镑|日[元圆]|韩元|澳[门]?[币元]|葡币|[新台]币|[蚊]|外币|[$€£]|\b(?:hkd|usd|eur|gbp|jpy|mop|twd|sgd|dollars?|euros?)\b"
)
_MINUS = re.compile(r"(?:^|[^\d万亿元\w])\s*-\s*$|负\s*$")
_TOTAL = re.compile(r"(?:总共?|合计|一共|共计?)(?:投资|投入)?(?:额|约|大约|为|是|计|人民币|\s)*$")
_ABOUT_US = re.compile(
    r"(?:总?投资(?:总?额|规模|金额|预算|[:：])?|投(?![产诉标保放])入?(?:资金)?|(?<![持补助励项款贴])资金(?:规模|量)?|预算|投资[:：]|\b(?:invest(?:ment|ing)?|budget)\b)"
    r"(?:大概|大约|差不多|将近|至少|最少|大致|总共?|一共|共|额|约|近|是|为|系|了|入|个|到|在|人民币|of|is|around|about|rmb|[¥:：~\s])*$"
)
_BEFORE_NOT = re.compile(r"产值|营收|营业|销售|税|年产|注册|贷款|补贴|奖|基金|超过|不低于|达到|高于|以上|每亩|亩均")
_AFTER = re.compile(r"\s*(?:的)?(?:总?投资|资金|预算)(?![^，,]{0,4}(?:项目|企业|补))")
_WISH = re.compile(r"我|想|要|准备|打算|计划|有")
_AFTER_NOT = re.compile(r"\s*(?:以上|及以上|的?项目|的?企业|每亩|/亩)")

_OTHER_UNIT = re.compile(r"\s*(?:[平方亩台吨件辆套]|公[顷里]|m2|mu\b|sqm|square|hectare)")
"""2万平方米 is no money."""


def read_investment(text: str) -> int:
    """The amount in yuan; of a range (3-5亿) the lower bound, which is what is certain. Raises Unreadable."""
    read = one_writing(simplified(plain(text)))
    if _FOREIGN_MONEY.search(read):
        raise Unreadable(_FOREIGN)
    figures = figures_in(read, _YUAN)
    amounts = [figure for figure in figures if _is_money(figure, read)]
    if not amounts:
        raise Unreadable(_NO_UNIT if any(figure.value for figure in figures) else _NEGATIVE if figures else _UNREADABLE)
    totals = [amount for amount in amounts if _TOTAL.search(read[: amount.start])]
    if len({amount.value for amount in totals or amounts}) > 1:
        raise Unreadable(_SEVERAL)
    amount = (totals or amounts)[0]
    yuan = int(amount.value.to_integral_value(ROUND_HALF_UP))
    if yuan <= 0 or _MINUS.search(read[: amount.start]):
        raise Unreadable(_NEGATIVE)
    if yuan > MOST_YUAN:
        raise Unreadable(_ABSURD)
    return yuan


def is_exact_investment(text: str) -> bool:
    """Whether a message gives one exact amount; what `read_investment` makes of any other had better be shown."""
    return is_one_exact(simplified(plain(text)), _YUAN, _is_money)


def find_investment(text: str) -> int | None:
    """The one amount in a plain message that words such as 投资 say to be invested; None where there is none, or several."""
    found: set[int] = set()
    for piece in pieces(text):
        read = one_writing(simplified(piece.text))
        if piece.asks or _FOREIGN_MONEY.search(read):
            continue
        ours = (
            figure.value for figure in figures_in(read, _YUAN) if figure.is_scaled and _is_money(figure, read) and _is_ours(figure, read)
        )
        found |= {int(value.to_integral_value(ROUND_HALF_UP)) for value in ours}
    return found.pop() if len(found) == 1 and LEAST_YUAN_IN_PASSING <= min(found) <= MOST_YUAN else None


def _is_money(figure: Figure, read: str) -> bool:
    is_marked = bool(figure.unit) or bool(_MARKED_YUAN.search(read[: figure.start]))
    return is_marked or (figure.is_scaled and not _OTHER_UNIT.match(read[figure.end :]))


def _is_ours(figure: Figure, read: str) -> bool:
    before, after = read[: figure.start], read[figure.end :]
    if _AFTER_NOT.match(after):
        return False
    cue = _ABOUT_US.search(before)
    return bool(cue and not _BEFORE_NOT.search(before[max(0, cue.start() - 4) :])) or bool(
        not cue and _WISH.search(before) and _AFTER.match(after)
    )
