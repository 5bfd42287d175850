"""Signing in through an OpenID provider: a real one on a port of its own, with everything that could be wrong with its answer."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from actions.officers.model import Role
from actions.registry import Registry
from actions.settings import SettingError
from actions.tickets.personal import PersonalKey
from desk.application import mount
from desk.oidc import discovery
from desk.oidc.errors import NotIdentified
from desk.oidc.fetch import MOST_BYTES
from desk.oidc.question import LASTS, new_question, seal, unseal
from desk.opening import open_desk
from desk.services import Desk
from desk.settings import is_protected, read_desk_settings
from tests.actions.officers.samples import ADDRESS, BUREAU, BY, add, cheap_passwords
from tests.desk.browsing import NoRasa
from tests.desk.oidc_provider import Provider, query_of, rsa_key


@dataclass
class Journey:
    """A browser between the desk and the provider, one step at a time."""

    session: aiohttp.ClientSession
    desk: Desk
    provider: Provider
    url: str
    cookies: dict[str, str]

    async def get(self, address: str, cookies: dict[str, str] | None = None) -> tuple[int, str, aiohttp.ClientResponse]:
        """Status and text; cookies that are set are kept, as a browser would."""
        own = self.cookies if cookies is None else cookies
        sent = "; ".join(f"{name}={value}" for name, value in own.items())
        async with self.session.get(address, headers={"Cookie": sent} if sent else {}, allow_redirects=False) as answer:
            text = await answer.text()
        for header in answer.headers.getall("Set-Cookie", ()):
            for name, morsel in SimpleCookie(header).items():
                own[name] = morsel.value
                if not morsel.value:
                    del own[name]
        return answer.status, text, answer

    async def leave(self, after: str = "") -> str:
        """From the desk's button to the provider's address."""
        status, _, answer = await self.get(f"{self.url}/oidc{after}")
        assert status == 303
        return answer.headers["Location"]

    async def identified(self, address: str) -> str:
        """From the provider's address to the desk's, with its answer."""
        status, _, answer = await self.get(address, {})
        assert status == 302
        return answer.headers["Location"]

    async def whole(self, after: str = "") -> tuple[int, str]:
        """All of the way; status and text of where it ends."""
        status, text, _ = await self.get(await self.identified(await self.leave(after)))
        return status, text

    @property
    def is_signed_in(self) -> bool:
        return self.desk.officers.session(self.cookies.get("desk", "")) is not None

    def log(self) -> list[tuple[str, str, str]]:
        return [(row.officer, row.action, row.subject) for row in self.desk.officers.audit.page(limit=3)]


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    made = Provider()
    async with made.server:
        yield made


@pytest.fixture
async def journey(registry: Registry, provider: Provider) -> AsyncIterator[Journey]:
    async with _journey(registry, provider) as opened:
        yield opened


@asynccontextmanager
async def _journey(registry: Registry, provider: Provider, **settings: str) -> AsyncIterator[Journey]:
    port = unused_port()
    public_url = f"http://127.0.0.1:{port}"
    environment = {
        "PUBLIC_URL": public_url,
        "DESK_OIDC_ISSUER": settings.get("DESK_OIDC_ISSUER") or provider.issuer,
        "DESK_OIDC_CLIENT_ID": provider.client_id,
        "DESK_OIDC_CLIENT_SECRET": provider.client_secret,
        **settings,
    }
    logger = structlog.get_logger()
    read = read_desk_settings(environment)
    with open_desk(
        read, public_url, registry, logger, lambda request: ADDRESS, lambda: None, NoRasa(), entry_title=str, passwords=cheap_passwords()
    ) as desk:
        add(desk.officers, "chen")
        application = web.Application()
        mount(application, desk)
        async with (
            TestServer(application, port=port),
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
        ):
            yield Journey(session, desk, provider, f"{public_url}/desk", {})


async def test_whom_the_provider_identifies_is_signed_in_and_led_to_the_page_that_was_asked_for(journey: Journey) -> None:
    _, form, _ = await journey.get(f"{journey.url}/sign-in?next=%2Fdesk%2Faccount")
    link = re.search(r'href="(/desk/oidc\?next=[^"]+)">通过统一身份认证登录', form)
    assert link is not None
    address = await journey.leave(link[1].removeprefix("/desk/oidc"))
    asked = query_of(address)
    assert len(asked["state"]) == len(asked["nonce"]) == len(asked["code_challenge"]) == 43
    status, text, answer = await journey.get(await journey.identified(address))
    assert status == 200
    assert '<meta http-equiv="refresh" content="0; url=/desk/account">' in text
    assert "SameSite=Strict" in next(value for value in answer.headers.getall("Set-Cookie") if value.startswith("desk="))
    assert journey.is_signed_in
    assert list(journey.cookies) == ["desk"]
    assert (await journey.get(f"{journey.url}/account"))[0] == 200
    assert journey.log()[0] == ("chen", "signed-in", "chen")


async def test_the_question_can_be_read_by_nobody_else_and_is_kept_shortly(journey: Journey) -> None:
    _, _, answer = await journey.get(f"{journey.url}/oidc")
    asked = query_of(answer.headers["Location"])
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("desk-oidc=")
    for part in ("HttpOnly", "SameSite=Lax", "Max-Age=600"):
        assert part in cookie
    assert not any(asked[name] in cookie for name in ("state", "nonce", "code_challenge"))
    _, _, again = await journey.get(f"{journey.url}/oidc")
    other = query_of(again.headers["Location"])
    assert all(asked[name] != other[name] for name in ("state", "nonce", "code_challenge"))


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/desk//evil.example", "/desk/a%0d%0aSet-Cookie:x", "/other"]
)
async def test_coming_back_leads_nowhere_else(journey: Journey, elsewhere: str) -> None:
    status, text = await journey.whole(f"?next={elsewhere}")
    assert status == 200
    assert 'content="0; url=/desk/tickets"' in text


async def test_an_answer_to_another_question_is_refused(journey: Journey) -> None:
    address = await journey.identified(await journey.leave())
    status, text, _ = await journey.get(re.sub(r"state=[^&]+", "state=forged", address))
    assert (status, "已经过期或者无效" in text) == (400, True)
    assert not journey.is_signed_in


async def test_an_answer_that_somebody_else_was_given_is_of_no_use_in_another_browser(journey: Journey) -> None:
    address = await journey.identified(await journey.leave())
    for cookies in ({}, {"desk-oidc": "made up"}, {"desk-oidc": journey.desk.registry.key.encrypt(b'{"name": "x"}').decode()}):
        status, _, _ = await journey.get(address, cookies)
        assert status == 400
        assert "desk" not in cookies
    other = Journey(journey.session, journey.desk, journey.provider, journey.url, {})
    await other.leave()
    assert (await other.get(address))[0] == 400  # whoever is made to open the attacker's answer is not signed in as the attacker
    assert not other.is_signed_in


async def test_a_code_counts_once(journey: Journey) -> None:
    address = await journey.identified(await journey.leave())
    question = dict(journey.cookies)
    assert (await journey.get(address))[0] == 200
    assert (await journey.get(address, {}))[0] == 400
    status, text, _ = await journey.get(address, question)  # even with the question that a browser has forgotten by then
    assert (status, "没有确认您的身份" in text) == (403, True)


@pytest.mark.parametrize(
    ("claims", "told"),
    [
        ({"nonce": "another"}, "过期或者无效"),
        ({"nonce": None}, "过期或者无效"),
        ({"nonce": 17}, "过期或者无效"),
        ({"aud": "somebody-else"}, "过期或者无效"),
        ({"aud": ["desk", "somebody-else"]}, "过期或者无效"),
        ({"aud": ["desk", "somebody-else"], "azp": "somebody-else"}, "过期或者无效"),
        ({"azp": "somebody-else"}, "过期或者无效"),
        ({"iss": "https://evil.example"}, "过期或者无效"),
        ({"exp": 1_700_000_000}, "过期或者无效"),
        ({"exp": None}, "过期或者无效"),
        ({"iat": None}, "过期或者无效"),
        ({"sub": None}, "过期或者无效"),
        ({"preferred_username": "nobody"}, "没有与之对应的可用账号"),
        ({"preferred_username": "chen\u0000x"}, "没有与之对应的可用账号"),
    ],
    ids=str,
)
async def test_what_the_token_says_must_be_for_us_and_in_answer_to_this_question(
    journey: Journey, provider: Provider, claims: dict[str, Any], told: str
) -> None:
    provider.claims = claims
    status, text = await journey.whole()
    assert status in (400, 403)
    assert told in text
    assert not journey.is_signed_in


async def test_a_token_that_has_just_expired_is_forgiven_a_minute_of_clocks_and_no_more(journey: Journey, provider: Provider) -> None:
    provider.claims = {"exp": int(time.time()) - 30}
    assert (await journey.whole())[0] == 200
    provider.claims = {"exp": int(time.time()) - 90}
    assert (await journey.whole())[0] == 400


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256"])
async def test_signatures_of_these_kinds_are_taken(journey: Journey, provider: Provider, algorithm: str) -> None:
    provider.algorithm = algorithm
    assert (await journey.whole())[0] == 200
    assert journey.is_signed_in


@pytest.mark.parametrize("algorithm", ["none", "HS256", "RS512"])
async def test_signatures_of_other_kinds_are_not(journey: Journey, provider: Provider, algorithm: str) -> None:
    provider.algorithm = algorithm
    assert (await journey.whole())[0] == 400
    assert not journey.is_signed_in


async def test_a_token_that_somebody_else_signed_is_refused(journey: Journey, provider: Provider) -> None:
    provider.foreign_key = rsa_key(99)
    assert (await journey.whole())[0] == 400
    assert not journey.is_signed_in


async def test_the_providers_new_keys_are_fetched_once_they_are_met(journey: Journey, provider: Provider) -> None:
    for _ in range(2):
        assert (await journey.whole())[0] == 200
    assert provider.asked.count("/keys") == provider.asked.count("/.well-known/openid-configuration") == 1
    provider.turn_keys()
    assert (await journey.whole())[0] == 200
    assert provider.asked.count("/keys") == 2
    provider.headers = {"kid": "made up"}
    assert (await journey.whole())[0] == 400
    assert provider.asked.count("/keys") == 3


async def test_a_token_without_the_name_of_its_key_is_taken_where_only_one_fits(journey: Journey, provider: Provider) -> None:
    provider.headers = {"kid": None}
    assert (await journey.whole())[0] == 200


async def test_a_withdrawn_key_is_not_believed_for_longer_than_an_hour(provider: Provider) -> None:
    now = 0.0
    found = discovery.Discovery(provider.issuer, lambda: now)
    first = await found.keys()
    provider.turn_keys()
    now = 3600.0
    assert await found.keys() == first
    now = 3601.0
    assert await found.keys() != first


async def test_the_login_may_stand_in_the_profile_only(journey: Journey, provider: Provider) -> None:
    provider.tells_login_in = "userinfo"
    assert (await journey.whole())[0] == 200
    assert journey.is_signed_in
    assert provider.asked[-1] == "/userinfo"


async def test_a_profile_of_somebody_else_is_refused(journey: Journey, provider: Provider) -> None:
    provider.tells_login_in, provider.userinfo_subject = "userinfo", "person-18"
    assert (await journey.whole())[0] == 400
    assert not journey.is_signed_in


async def test_which_claim_is_the_login_is_a_setting_and_so_is_what_the_button_says(registry: Registry, provider: Provider) -> None:
    provider.claims = {"preferred_username": "somebody", "staff_number": "chen"}
    async with _journey(registry, provider, DESK_OIDC_LOGIN_CLAIM="staff_number", DESK_OIDC_NAME="粤政易<script>") as journey:
        assert "通过粤政易&lt;script&gt;登录" in (await journey.get(f"{journey.url}/sign-in"))[1]
        assert (await journey.whole())[0] == 200
        assert journey.is_signed_in


@pytest.mark.parametrize("authentication", [("client_secret_post",), ("private_key_jwt", "client_secret_post"), ("none",)], ids=str)
async def test_the_secret_is_shown_in_the_way_that_the_provider_takes(
    registry: Registry, provider: Provider, authentication: tuple[str, ...]
) -> None:
    provider.authentication = authentication
    if authentication == ("none",):
        provider.client_secret = ""
    async with _journey(registry, provider) as journey:
        assert (await journey.whole())[0] == 200


async def test_with_a_wrong_secret_nobody_comes_in(registry: Registry, provider: Provider) -> None:
    async with _journey(registry, provider, DESK_OIDC_CLIENT_SECRET="wrong") as journey:
        assert (await journey.whole())[0] == 403
        assert not journey.is_signed_in


async def test_who_turns_back_at_the_provider_is_told_so(journey: Journey, provider: Provider) -> None:
    provider.error = "access_denied<script>"
    status, text = await journey.whole()
    assert (status, "没有确认您的身份" in text, "access_denied" in text) == (403, True, False)


async def test_nobody_is_added_and_who_is_disabled_stays_out(journey: Journey, provider: Provider) -> None:
    provider.login = "stranger"
    status, text = await journey.whole()
    assert (status, "没有与之对应的可用账号" in text) == (403, True)
    assert journey.log()[0] == ("", "sign-in.refused", "stranger")
    journey.desk.officers.disable("chen", BY)
    provider.login = "chen"
    assert (await journey.whole())[0] == 403
    assert [one.login for one in journey.desk.officers.everyone()] == ["chen"]
    assert not journey.is_signed_in


async def test_who_never_used_the_one_time_password_works_at_once(journey: Journey, provider: Provider) -> None:
    journey.desk.officers.add("neu", "新人", BUREAU, Role.OFFICER, BY)
    provider.login = "neu"
    assert (await journey.whole())[0] == 200
    assert (await journey.get(f"{journey.url}/tickets"))[0] == 200


@pytest.mark.parametrize(
    "trouble",
    [
        {"status": 503},
        {"status": 404},
        {"status": 302},
        {"padding": MOST_BYTES},
        {"described": {"issuer": "https://evil.example"}},
        {"described": {"token_endpoint": "http://inner.example/token"}},
        {"described": {"authorization_endpoint": "javascript:alert(1)"}},
        {"described": {"jwks_uri": None}},
    ],
    ids=str,
)
async def test_a_provider_that_does_not_answer_as_one_is_told_and_passwords_still_open_the_desk(
    journey: Journey, provider: Provider, trouble: dict[str, Any]
) -> None:
    for name, value in trouble.items():
        setattr(provider, name, value)
    status, text, _ = await journey.get(f"{journey.url}/oidc")
    assert (status, "统一身份认证暂时没有响应" in text, 'name="password"' in text) == (502, True, True)


async def test_a_provider_that_goes_down_on_the_way_is_told_and_the_next_try_succeeds(journey: Journey, provider: Provider) -> None:
    address = await journey.identified(await journey.leave())
    provider.status = 500
    status, text, _ = await journey.get(address)
    assert (status, "暂时没有响应" in text) == (502, True)
    provider.status = 200
    assert (await journey.whole())[0] == 200


async def test_a_provider_that_is_not_there_is_told(registry: Registry) -> None:
    nobody = Provider()
    async with nobody.server:
        issuer = nobody.issuer
    async with _journey(registry, nobody, DESK_OIDC_ISSUER=issuer) as journey:
        assert (await journey.get(f"{journey.url}/oidc"))[0] == 502


async def test_without_a_provider_there_is_neither_button_nor_address(client: Any) -> None:
    async with client.get("/desk/sign-in") as answer:
        assert "/desk/oidc" not in await answer.text()
    for path in ("/desk/oidc", "/desk/oidc/return?code=x&state=y"):
        async with client.get(path, allow_redirects=False) as answer:
            assert answer.status == 404


def test_a_question_lasts_ten_minutes_and_only_with_our_key() -> None:
    key = PersonalKey(["m" * 43 + "="])
    now = datetime(2026, 11, 25, 8, 0, tzinfo=timezone.utc)
    asked = new_question("/tickets")
    sealed = seal(asked, key, lambda: now)
    assert unseal(sealed, key, lambda: now + LASTS) == asked
    with pytest.raises(NotIdentified):
        unseal(sealed, key, lambda: now + LASTS + timedelta(seconds=1))
    with pytest.raises(NotIdentified):
        unseal(sealed, PersonalKey(["n" * 42 + "A="]), lambda: now)


def test_the_challenge_is_that_of_the_rfc() -> None:
    asked = new_question("")
    # RFC 7636, appendix B.
    example = type(asked)("", "", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "")
    assert example.challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"DESK_OIDC_ISSUER": "http://sso.example.gov.cn"}, "DESK_OIDC_ISSUER"),
        ({"DESK_OIDC_ISSUER": "https://sso.example.gov.cn?realm=city"}, "DESK_OIDC_ISSUER"),
        ({"DESK_OIDC_CLIENT_ID": ""}, "DESK_OIDC_CLIENT_ID"),
        ({"PUBLIC_URL": ""}, "PUBLIC_URL"),
    ],
)
def test_settings_that_lack_something_are_refused_by_name(changed: dict[str, str], said: str) -> None:
    whole = {"DESK_OIDC_ISSUER": "https://sso.example.gov.cn", "DESK_OIDC_CLIENT_ID": "desk", "PUBLIC_URL": "https://desk.example.gov.cn"}
    assert read_desk_settings(whole).oidc is not None
    with pytest.raises(SettingError, match=said):
        read_desk_settings({**whole, **changed})


def test_the_secret_is_shown_nowhere(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("the secret\n", encoding="utf-8")
    whole = {"DESK_OIDC_ISSUER": "https://sso.example.gov.cn", "DESK_OIDC_CLIENT_ID": "desk", "PUBLIC_URL": "https://desk.example.gov.cn"}
    settings = read_desk_settings({**whole, "DESK_OIDC_CLIENT_SECRET_FILE": str(file)})
    assert settings.oidc is not None
    assert settings.oidc.client_secret == "the secret"
    assert "the secret" not in repr(settings)
    assert "the secret" not in repr(settings.oidc)


@pytest.mark.parametrize(
    ("url", "is_it"),
    [
        ("https://sso.example.gov.cn/x", True),
        ("http://127.0.0.1:8080", True),
        ("http://localhost/x", True),
        ("http://sso.example.gov.cn", False),
        ("https:///nothing", False),
        ("javascript:alert(1)", False),
        ("http://127.0.0.1.evil.example", False),
        ("", False),
    ],
)
def test_only_what_travels_unread_is_an_address(url: str, is_it: bool) -> None:
    assert is_protected(url) is is_it
