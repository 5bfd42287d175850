"""Why something about officers was refused, in words for officers.

OfficerError
├── NoSuchOfficer
├── LoginTaken
├── NotAnOfficer         login, name or bureau cannot be used
├── LastAdministrator    nobody would be left to manage officers
├── WeakPassword
├── SignInRefused
│   ├── BadCredentials   login, password or code is wrong; never which
│   ├── LockedOut
│   ├── SecondFactorNeeded
│   ├── NotAdmitted      the provider knows them, the desk does not
│   └── NoSession        it has ended
├── BadCode              the code that was to confirm a second factor is wrong
└── AuditBroken          the audit log was tampered with
"""

from __future__ import annotations

from datetime import datetime


class OfficerError(Exception):
    """Something about officers was refused; nothing was changed but the count of failures. The text is Chinese."""

    rule = ""
    """Which one was broken, in a word, for texts in other languages; empty where the class says it."""


class NoSuchOfficer(OfficerError):
    """No officer has this login."""

    def __init__(self, login: str) -> None:
        super().__init__(f"没有账号“{login}”。")


class LoginTaken(OfficerError):
    """Logins stand in the audit log for ever: none is given twice."""

    rule = "login-taken"

    def __init__(self, login: str) -> None:
        super().__init__(f"账号“{login}”已经有人使用，停用的账号也不能再给别人。")


class NotAnOfficer(OfficerError):
    """Login, name or bureau cannot be used: `reserved-login`, `bad-login`, `bad-name` or `needs-bureau`."""

    def __init__(self, rule: str, text: str) -> None:
        super().__init__(text)
        self.rule = rule


class LastAdministrator(OfficerError):
    """Nobody would be left to manage officers."""

    rule = "last-administrator"

    def __init__(self) -> None:
        super().__init__("这是最后一个可用的管理员账号，请先设置另一位管理员。")


class WeakPassword(OfficerError):
    """The password does not keep the rules: `short`, `long`, `no-letter`, `monotonous`, `like-login`, `common` or `same`."""

    def __init__(self, rule: str, text: str) -> None:
        super().__init__(text)
        self.rule = rule


class SignInRefused(OfficerError):
    """Nobody is signed in."""


class BadCredentials(SignInRefused):
    """Login, password or code is wrong, or the account is disabled; never which."""

    def __init__(self) -> None:
        super().__init__("账号、密码或验证码不正确。")


class LockedOut(SignInRefused):
    """There were too many failures; right ones are refused too until then."""

    def __init__(self, until: datetime) -> None:
        """`until`: in UTC."""
        super().__init__("登录失败次数过多，请稍后再试。")
        self.until = until


class SecondFactorNeeded(SignInRefused):
    """The password is right; the code of the second factor is missing."""

    def __init__(self) -> None:
        super().__init__("请输入验证器上的6位验证码。")


class NotAdmitted(SignInRefused):
    """Somebody was identified by the OpenID provider, but no active account has their login."""

    def __init__(self) -> None:
        super().__init__("身份已经确认，但经办台没有与之对应的可用账号。")


class NoSession(SignInRefused):
    """The session has ended."""

    def __init__(self) -> None:
        super().__init__("登录已失效，请重新登录。")


class BadCode(OfficerError):
    """The code that was to confirm a second factor is wrong, or nothing waits to be confirmed."""

    def __init__(self) -> None:
        super().__init__("验证码不正确，请核对手机时间后输入新的6位验证码。")


class AuditBroken(OfficerError):
    """The audit log was tampered with; the text says where."""
