"""What the service itself says on platforms: to what it cannot read, and where it cannot answer. Short, as it costs a message."""

from __future__ import annotations

from knowledge import Language

_UNREAD = {
    "image": "图片已收到，但我暂时看不了图片，请用文字描述您的问题。",
    "voice": "语音已收到，但我暂时听不了语音，请用文字输入您的问题，也可以使用手机输入法的语音转文字功能。",
    "video": "视频已收到，但我暂时看不了视频，请用文字描述您的问题。",
    "location": "您的位置我们不保存。想了解某个县（市、区）或园区，请直接发送名称，例如：遂溪县有哪些园区？",
    "link": "链接已收到，但我打不开链接，请把想咨询的内容用文字发给我。",
    "file": "文件已收到，但我打不开文件，请把想咨询的内容用文字发给我。",
}
_KINDS = {"image": "图片", "voice": "语音", "video": "视频", "location": "位置", "link": "链接", "file": "文件"}

GREETING = "你好"
"""What a person says by following or scanning: the bot greets back and says what it is."""
UNANSWERED = "抱歉，系统繁忙，您的问题暂时没能答复，请稍后再发一次；也可拨打政务服务便民热线12345。"
TOO_FAST = "您发送得太快了，请等前面的问题答复后再发。"


def unread(kind: str) -> str:
    """To something else than text, by its kind."""
    return _UNREAD.get(kind, "这类消息我暂时看不了，请用文字输入您的问题。")


def named(kind: str) -> str:
    """How officers see it in the conversation: nothing of it is kept."""
    return f"[{_KINDS.get(kind, '其他消息')}]"


def too_long(most: int) -> str:
    """To a text of more characters."""
    return f"一次最多{most}个字，请分几次发送。"


def quoted(words: str, language: Language) -> str:
    """The plan's own words below an answer; they stay Chinese."""
    return f"The plan's own words: “{words}”" if language == "en" else f"原文：“{words}”"
