"""What an enquirer says to the form itself, not into it: stop, back, skip, yes, correct something; or a question in between."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from enum import Enum

from actions.lead.form.steps import Step


class Control(Enum):
    """What the form is told to do."""

    STOP = "stop"
    BACK = "back"
    SKIP = "skip"
    SKIP_REST = "skip_rest"
    YES = "yes"
    NO = "no"
    CORRECT = "correct"


_WORDS: Mapping[Control, str] = {
    Control.STOP: (
        "算了 还是算了 不填 不填了 取消 取消登记 退出 停止 停止登记 不登记 不登记了 不办了 不用了 不要了 不想填了 不留了 先不填了 "
        "以后再说 下次再说 "
        "唔填 唔填啦 唔登记 唔搞 唔搞啦 唔使 stop cancel quit exit 'nevermind 'never-mind"
    ),
    Control.BACK: "上一步 返回上一步 返回 后退 回上一步 回到上一步 上一个 back 'go-back",
    Control.SKIP: (
        "跳过 跳过这项 这项跳过 先跳过 略过 略 无 没有 暂无 下一个 下一项 不清楚 不知道 不确定 不方便说 保密 "
        "冇 唔知 唔清楚 skip none no n/a"
    ),
    Control.SKIP_REST: "其余跳过 其余不填 其他跳过 其他不填 全部跳过 都跳过 都不填 后面都跳过 后面不填 剩下的跳过 'skip-all 'skip-the-rest",
    Control.YES: (
        "同意 我同意 同意登记 同意并继续 好 好的 好啊 可以 行 没问题 继续 是 是的 对 对的 嗯 确认 确认提交 提交 没错 都对 无误 确认无误 "
        "得 好呀 冇问题 啱 ok okay yes yep sure agree 'i-agree submit confirm 1"
    ),
    Control.NO: "不同意 我不同意 不可以 不行 拒绝 不 不好 不要 唔同意 唔好 no disagree 'i-disagree 'no-thanks 2",
    Control.CORRECT: "修改 更改 改 改一下 我要改 要改 有误 不对 错了 填错了 写错了 改资料 correct change edit wrong",
}
_CONTROLS: Mapping[Control, frozenset[str]] = {
    control: frozenset(word.lstrip("'").replace("-", " ") if word.startswith("'") else word for word in words.split())
    for control, words in _WORDS.items()
}
_TRAILING = re.compile(r"[\s。.!！~～,，、;；]*(?:吧|啦|了吧|呀|哦|喔|哈|谢谢|多谢|please)?[\s。.!！~～,，、;；]*$")
_ASKS = re.compile(
    r"[?？]\s*$|[吗嗎么麼咩嘛呢]\s*[。.!！]?\s*$|怎么|怎麼|怎样|如何|什么|什麼|哪些|哪个|哪里|多少钱|多少|多久|几时|是否|能不能|可不可以|有没有|是不是|会不会|"
    r"有冇|点样|點樣|点解|乜嘢|几多|边个|^(?:请问|想问|我?想了解|了解一下|咨询|介绍一下|讲讲|说说|告诉我)|^(?:what|how|why|which|who|when|where|is|are|do|does|can|could|will)\b",
    re.IGNORECASE,
)
_UNDECIDED = re.compile(r"什么时候都|哪里都|哪儿都|哪个都|都可以|都行|都得|随便|没想好|看情况|多少都")
_CHANGES = re.compile(
    r"(?:改成|改为|改做|改作|换成|换为|更正为|修改为|更改为|应该是|应为|应该为|其实是|写错了?,?是|错了?,?是|change.*? to|should be)[:：\s]*"
)
_WANTS_CHANGE = re.compile(r"改|更正|写错|填错|错了|不对|换|change|correct|wrong")


def control_in(text: str, *among: Control) -> Control | None:
    """The control that a message as a whole is; of those that mean something at this point."""
    bare = _TRAILING.sub("", normalised(text))
    return next((control for control in among if bare in _CONTROLS[control]), None)


def normalised(text: str) -> str:
    """In one width and case, with single blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


def asks(text: str) -> bool:
    """Whether a message reads as a question of its own."""
    return bool(_ASKS.search(text)) and not _UNDECIDED.search(text)


def correction_in(text: str, steps: Sequence[Step]) -> tuple[Step, str] | None:
    """The field that a message wants to correct, and the new words for it, empty if it does not say them: 电话改成13900139000."""
    text = unicodedata.normalize("NFKC", text).strip()
    if not _WANTS_CHANGE.search(text) and not _CHANGES.search(text):
        return None
    change = _CHANGES.search(text)
    head = text[: change.start()] if change else text
    step = named_step(head, steps)
    if step is None or (not change and len(head) > len("请帮我把计划投资那一项改一下可以")):
        return None
    return step, text[change.end() :].strip(" 。.!") if change else ""


def named_step(text: str, steps: Sequence[Step]) -> Step | None:
    """The field that a text names, by its longest name."""
    low = normalised(text)
    named = [(len(name), step) for step in steps for name in (step.title, *step.called) if name.lower() in low]
    return max(named, key=lambda pair: pair[0])[1] if named else None
