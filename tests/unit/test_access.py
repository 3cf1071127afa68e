"""Who may ask the service."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from segment.errors import SegmentError
from segment.serving.access import Access, is_loopback, read_access

TOKEN = "a-token-of-enough-characters"


def basic(password: str) -> str:
    return "Basic " + base64.b64encode(f"anybody:{password}".encode()).decode()


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.1.2.3", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.0.4", False),
        ("shop.example", False),
        ("localhost.example", False),
        ("", False),
    ],
)
def test_this_machine_is_told_from_others(host: str, *, expected: bool) -> None:
    assert is_loopback(host) is expected


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8321", "[::1]:8321", "LOCALHOST:1"])
def test_without_a_token_this_machine_is_answered(host: str) -> None:
    assert Access("127.0.0.1").is_our_host(host)


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8321", "", "127.0.0.1.evil.example"]
)
def test_without_a_token_no_other_name_is_answered(host: str) -> None:
    assert not Access("127.0.0.1").is_our_host(host)
    assert Access("0.0.0.0", TOKEN).is_our_host(host)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (f"Bearer {TOKEN}", True),
        (f"bearer {TOKEN}", True),
        (basic(TOKEN), True),
        (None, False),
        ("", False),
        (TOKEN, False),
        ("Bearer ", False),
        (f"Bearer {TOKEN}x", False),
        (f"Bearer {TOKEN[:-1]}", False),
        ("Bearer é", False),
        (basic(""), False),
        ("Basic ???", False),
        ("Basic /w==", False),
    ],
)
def test_the_token_is_asked_for(header: str | None, *, expected: bool) -> None:
    assert Access("0.0.0.0", TOKEN).is_allowed(header) is expected
    assert Access("127.0.0.1").is_allowed(header)


def test_a_token_comes_from_a_file_or_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    assert read_access("0.0.0.0", file, {}).token == TOKEN
    assert read_access("::", None, {"SEGMENT_SERVE_TOKEN": TOKEN}).token == TOKEN
    assert read_access("0.0.0.0", file, {"SEGMENT_SERVE_TOKEN": "another, shadowed"}).token == TOKEN
    assert read_access("127.0.0.1", None, {}).token is None


@pytest.mark.parametrize("token", ["", "short", "has a blank between its words", "é" * 20])
def test_a_weak_token_is_refused(tmp_path: Path, token: str) -> None:
    file = tmp_path / "token"
    file.write_text(token, encoding="utf-8")
    for given, environment in ((file, {}), (None, {"SEGMENT_SERVE_TOKEN": token})):
        with pytest.raises(SegmentError, match="is not 16 or more ASCII characters") as raised:
            read_access("127.0.0.1", given, environment)
        assert not token or token not in str(raised.value)


def test_others_need_a_token(tmp_path: Path) -> None:
    with pytest.raises(SegmentError, match=r"Others can reach 0\.0\.0\.0.*--token-file"):
        read_access("0.0.0.0", None, {})
    with pytest.raises(SegmentError, match="cannot be read"):
        read_access("0.0.0.0", tmp_path / "nowhere", {})
