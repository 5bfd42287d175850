"""Values of settings that WeChat and WeCom both have, as an operator types them."""

from __future__ import annotations

from urllib.parse import urlsplit

ANSWER_SECONDS = "3.8"
"""Both wait for 5 seconds from their own side; what the way there and back takes is left over."""
_MOST_ANSWER_SECONDS = 4.8


def api_base(text: str) -> str:
    """Where an API is reached. Raises ValueError."""
    parts = urlsplit(text)
    if parts.scheme not in ("https", "http") or not parts.netloc or parts.query or parts.fragment:
        raise ValueError("an address such as https://api.weixin.qq.com")
    return text.rstrip("/")


def answer_seconds(text: str) -> float:
    """How long an answer may take that goes with its request. Raises ValueError."""
    number = float(text)
    if not 0 < number <= _MOST_ANSWER_SECONDS:
        raise ValueError(f"between 0 and {_MOST_ANSWER_SECONDS} seconds: the platform waits for 5")
    return number
