"""Settings: read from the environment only, odd values refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import PROJECT, SETTINGS, SettingError, read_settings


def test_defaults_are_those_of_the_public_contract() -> None:
    settings = read_settings({})
    assert (settings.port, settings.rasa_port, settings.data_dir) == (8080, 5005, PROJECT / "var")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "http"),
        ("RASA_PORT", "70000"),
        ("TURN_TIMEOUT_SECONDS", "-1"),
        ("RATE_LIMIT_PER_MINUTE", "-5"),
        ("TRUSTED_PROXIES", "10.0.0.0/8,nonsense"),
        ("LOG_LEVEL", "loud"),
    ],
)
def test_an_odd_value_is_refused_by_name_with_its_meaning(name: str, value: str) -> None:
    meaning = next(setting.help for setting in SETTINGS if setting.name == name)
    with pytest.raises(SettingError) as refused:
        read_settings({name: value})
    assert name in str(refused.value)
    assert meaning in str(refused.value)


def test_two_parts_cannot_share_a_port() -> None:
    with pytest.raises(SettingError, match="must differ"):
        read_settings({"PORT": "5005"})


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("from-a-file\n")
    assert read_settings({"CONVERSATION_SECRET_FILE": str(file)}).conversation_secret == "from-a-file"
    with pytest.raises(SettingError, match="CONVERSATION_SECRET_FILE"):
        read_settings({"CONVERSATION_SECRET_FILE": str(tmp_path / "none")})
