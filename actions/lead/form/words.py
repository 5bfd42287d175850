"""What an enquirer says to the form itself, not into it: stop, back, skip, yes; or a question in between."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from enum import Enum

from actions.lead.fields.typed import simplified

MOST_CHARACTERS = 2000
"""Of a message; what comes after is not looked at."""
_LONGEST_CONTROL = 40


class Control(Enum):
    """What the form is told to do."""

    STOP = "stop"
    BACK = "back"
    SKIP = "skip"
    """Leave this field as it is."""
    NOTHING = "nothing"
    """There is nothing to say for this field."""
    SKIP_REST = "skip_rest"
    YES = "yes"
    NO = "no"
    REFUSE = "refuse"
    """No consent, or no longer."""
    CORRECT = "correct"
    KEEP = "keep"
    """What stands there is right."""
    WITHHOLD = "withhold"
    """Not this one: 不想留, 先空着. Where nothing is asked yet it also reads as STOP."""
    NOT_YET = "not_yet"
    """Perhaps later: no consent."""
    PERSON = "person"
    """Somebody to talk to, now."""
    LOST = "lost"
    """Said of the assistant's words, not into the form."""


# In simplified characters and lower case; English phrases follow a bar.
_WORDS: Mapping[Control, str] = {
    Control.STOP: (
        "算了 算了算了 还是算了 算 算数 不填 不填了 取消 取消登记 退出 停 停止 停止登记 不登记 不登记了 不办了 不用了 不要了 "
        "不想填了 不留了 先不填了 "
        "以后再说 下次再说 改天再说 回头再说 到此为止 先这样 先到这里 唔填 唔登记 唔搞 唔使 唔要 唔办"
        "|stop|cancel|quit|exit|never mind|nevermind|forget it|i want to stop|no more"
    ),
    Control.BACK: "上一步 返回 返回上一步 后退 退回 退回上一步 回上一步 回到上一步 上一个 上一项 翻返上一步|back|go back|previous",
    Control.SKIP: (
        "跳过 跳过这项 跳过这一项 这项跳过 先跳过 略过 略 下一个 下一项 下一步 不清楚 不知道 不确定 不方便说 不方便透露 保密 不想说 "
        "唔知 唔知道 唔清楚|skip|next|i don't know|don't know|not sure"
    ),
    Control.NOTHING: "无 没有 没 暂无 暂时没有 不填 不用 不用了 不要 不要了 不需要 不留 冇 唔使 唔要 唔填|none|no|nil|n/a|nothing",
    Control.SKIP_REST: (
        "其余跳过 其余不填 其余都跳过 其他跳过 其他不填 全部跳过 都跳过 都不填 后面都跳过 后面不填 后面的不填 剩下的跳过 剩下跳过 "
        "不填了 不想填了 先不填了|skip all|skip the rest|skip rest"
    ),
    Control.YES: (
        "同意 我同意 同意登记 我同意登记 同意并继续 好 好的 好啊 可以 行 没问题 继续 是 是的 对 对的 嗯 确认 确认提交 提交 没错 都对 "
        "好的同意 好同意 可以同意 同意的 无误 确认无误 核对无误 得 冇问题 啱 1|ok|okay|yes|yep|sure|agree|i agree|"
        "yes please|yes i agree|yes i do|i do|submit|confirm|correct"
    ),
    Control.NO: "不可以 不行 不 不是 不好 不要 唔好 唔得 2|no|nope|no thanks|no thank you",
    Control.REFUSE: "不同意 我不同意 拒绝 我拒绝 不同意登记 不同意的 唔同意 我唔同意|disagree|i disagree|i do not agree|i don't agree",
    Control.CORRECT: (
        "修改 更改 改 改一下 我要改 我想改 要改 有误 不对 错 错了 填错了 写错了 打错了 改资料 修改资料 "
        "都不对 全不对 全都不对 全部不对 都错 都错了 全错 全错了 都改 全改 全都改 全部改 都要改 全都要改 "
        "重填 重新填 重新填写 全部重填 全部重新填 都重填 重来 从头来|change|edit|wrong|all wrong|start over"
    ),
    Control.KEEP: "不改 不改了 不用改 不用改了 保留 不变 保持不变 就这样 就这个 还是这个 没变 唔改|keep|keep it|no change",
    Control.NOT_YET: (
        "先不 先不了 先不用 暂时不 暂不 暂时不了 暂时不用 再想想 想想 想一下 再想一下 考虑 考虑一下 考虑考虑 考虑下 再考虑 "
        "再考虑一下 再考虑考虑 再看看 再说 我想想 我再想想 我先想想 我考虑一下 我再考虑一下 我考虑考虑 我再考虑考虑 我再考虑 我再看看 "
        "让我想想 让我考虑一下 先考虑一下 谂下先 谂谂先 再谂下"
        "|not now|not yet|later|maybe later|let me think|i'll think about it"
    ),
    Control.PERSON: (
        "人工 转人工 找人工 要人工 我要人工 我要转人工 我想转人工 人工服务 转人工服务 人工客服 转人工客服 客服 转客服 "
        "真人 转真人 找真人 找个人|human|agent|operator|human agent|talk to a human"
    ),
    Control.LOST: (
        "有用 没用 没有用 没什么用 有帮助 没帮助 没有帮助 没听懂 没听明白 没看懂 没看明白 听不懂 看不懂 听不明白 看不明白 "
        "不懂 没懂 不明白 没明白 什么意思 啥意思 咩意思 乜意思 唔明 唔明白 听唔明 睇唔明"
        "|useful|not useful|helpful|not helpful|i don't understand|what do you mean"
    ),
}
_CONTROLS: Mapping[Control, frozenset[str]] = {
    control: frozenset((*words.partition("|")[0].split(), *words.split("|")[1:])) for control, words in _WORDS.items()
}
_STOPS = re.compile(
    r"(?:我们?|我哋|那就?|就|还是|先|暂时|现在|都|请|帮我|要|想)*"
    r"(?:(?:不|唔)(?:想|用|要|需要|使|打算|再|继续)*(?:登记|填|填写|办|弄|搞|做|留|提交|申请|继续|说)(?:信息|电话|资料)?"
    r"|(?:取消|退出|停止|终止|结束|放弃)(?:登记|填写|申请|提交)?|(?:改天|以后|下次|回头|过几天|有空|迟啲)再?(?:说|填|登记|来|弄|办|讲))(?:了|啦|先)?"
)
_NAMELY = (
    r"(?:你们?|您|给你们?|给您|任何|我的?|个人|这个?|那个?|这一?[项栏]|信息|资料|电话|手机|号码|手机号|联系方式|姓名|名字|公司名?|单位)*"
)
_WITHHOLDS = re.compile(
    rf"(?:我们?|我哋|还是|这一?[项栏]|这个|先|暂时|现在|都|就)*(?:(?:不|唔)(?:(?:太?想|愿意?|方便|打算|便)+(?:给|提供|透露|告诉)"
    rf"|(?:太?想|愿意?|方便|打算|便)*(?:填写?|留下?|说|讲|写)){_NAMELY}|留[空白]|空[着白]?)(?:先|吧|啊|呀|哦)?"
)
_THUMB = re.compile("[👌👍][\U0001f3fb-\U0001f3ff\ufe0f]*")
_PARTICLES = ("了吧", "了啦", "吧", "啦", "喇", "呀", "啊", "哦", "喔", "噢", "哈", "嘛", "咯", "先", " please", " thanks")
_POLITE = frozenset(
    {"谢谢", "谢谢你", "谢谢您", "多谢", "多谢晒", "唔该", "唔该晒", "麻烦", "麻烦你", "麻烦您", "不好意思", "抱歉", "请"}
) | {
    "please",
    "thanks",
    "thank you",
    "sorry",
}
_BETWEEN = re.compile(r"[。.!！~～,，、;；:：“”\"（）()…—]+")
_ASKS = re.compile(
    r"[?？]|[吗么咩嘛呢](?=\s*(?:[。.!！，,；;～~]|$))|怎么|怎样|如何|什么|干嘛|为何|哪些|哪个|哪家|哪里|哪儿|"
    r"多少|多久|几时|几天|几点|是否|能不能|可不可以|有没有|是不是|会不会|要不要|谁|"
    r"有冇|点样|点解|点算|乜嘢|几多|边个|边度|"
    r"^(?:请问|想问|我?想了解|了解一下|咨询|介绍一下|讲讲|说说|告诉我)|"
    r"^(?:what|how|why|which|who|when|where|is|are|do|does|can|could|will)\b",
    re.IGNORECASE,
)
_UNDECIDED = re.compile(r"什么时候都|哪里都|哪儿都|哪个都|边度都|都可以|都行|都得|随便|没想好|没定|未定|看情况|多少都")


def control_in(text: str, *among: Control) -> Control | None:
    """The control that a message as a whole is; of those that mean something at this point, the first."""
    low = normalised(text)
    if len(low) > _LONGEST_CONTROL:
        return None
    said = [piece for part in _BETWEEN.split(low) if (piece := part.strip()) and piece not in _POLITE]
    return next((control for control in among if _says(control, said)), None)


def agrees(text: str) -> bool:
    """Whether a message as a whole says yes, also by a sign."""
    words = _THUMB.sub("", text)
    return control_in(words, Control.YES) is Control.YES or (words != text and not words.strip())


def normalised(text: str) -> str:
    """Simplified, in one width and case, with single blanks and nothing invisible. Only the beginning of a very long message."""
    narrow = unicodedata.normalize("NFKC", text[:MOST_CHARACTERS]).lower()
    seen = "".join(c for c in narrow if c.isspace() or unicodedata.category(c)[0] != "C")
    return " ".join(simplified(seen).split())


def asks(text: str) -> bool:
    """Whether a message reads as a question of its own."""
    low = normalised(text)
    return bool(_ASKS.search(low)) and not _UNDECIDED.search(low)


def _says(control: Control, said: Sequence[str]) -> bool:
    # 不，算了: the first word is none of stopping, and still does not contradict it.
    beside = (Control.NO,) if control is Control.STOP else ()
    return any(_is(control, piece) for piece in said) and all(any(_is(c, piece) for c in (control, *beside)) for piece in said)


def _is(control: Control, piece: str) -> bool:
    if control is Control.WITHHOLD:
        return bool(_WITHHOLDS.fullmatch(piece))
    words = _CONTROLS[control]
    if piece in words or any(piece.removesuffix(particle).rstrip() in words for particle in _PARTICLES):
        return True
    return control is Control.STOP and bool(_STOPS.fullmatch(_without_particle(piece)))


def _without_particle(piece: str) -> str:
    return next((piece.removesuffix(particle) for particle in _PARTICLES if piece.endswith(particle)), piece)
