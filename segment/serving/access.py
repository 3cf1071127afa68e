"""Who may use the service: everyone on this machine, otherwise holders of the token."""

from __future__ import annotations

import base64
import binascii
import hmac
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from segment.errors import SegmentError

VARIABLE = "SEGMENT_SERVE_TOKEN"
SHORTEST_TOKEN = 16
_MAKE_ONE = (
    "Make one with `python -c 'import secrets; print(secrets.token_urlsafe(32))'`, "
    f"and give it as --token-file or ${VARIABLE}."
)


@dataclass(frozen=True)
class Access:
    """Who may ask.

    Parameters
    ----------
    host
        The address that the service listens on.
    token
        The token that clients must send; None if only this machine can connect.

    """

    host: str
    token: str | None = None

    def is_our_host(self, given: str) -> bool:
        """Say whether a request is meant for us.

        Without a token no other host name is allowed: a web page could make its own name point to
        this machine, and read the data here.
        """
        if self.token is not None:
            return True
        name = given.rpartition(":")[0] if given.count(":") == 1 else given
        if name.startswith("["):
            name = name[1:].partition("]")[0]
        return is_loopback(name) or name == self.host

    def is_allowed(self, authorization: str | None) -> bool:
        """Say whether a request's header has the token, in a time that does not tell how much."""
        if self.token is None:
            return True
        scheme, _, credentials = (authorization or "").partition(" ")
        given = credentials.strip()
        if scheme.lower() == "basic":
            given = _password(given)
        elif scheme.lower() != "bearer":
            given = ""
        return hmac.compare_digest(given.encode(), self.token.encode())


def _password(credentials: str) -> str:
    try:
        return base64.b64decode(credentials, validate=True).decode().partition(":")[2]
    except (binascii.Error, ValueError):
        return ""


def is_loopback(host: str) -> bool:
    """Tell whether a host is an address that only this machine can reach."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def read_access(host: str, token_file: Path | None, environment: Mapping[str, str]) -> Access:
    """Read the token that people gave.

    Raises
    ------
    SegmentError
        There is none although others can reach the host, or it is too short, or cannot be read.

    """
    token = environment.get(VARIABLE)
    source = f"${VARIABLE}"
    if token_file is not None:
        source = str(token_file)
        try:
            token = token_file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SegmentError(f"The token in {token_file} cannot be read.", _MAKE_ONE) from error
    if token is None:
        if not is_loopback(host):
            message = f"Others can reach {host}, so the service needs a token."
            raise SegmentError(message, _MAKE_ONE)
        return Access(host)
    token = token.strip()
    if len(token) < SHORTEST_TOKEN or not token.isascii() or any(map(str.isspace, token)):
        message = f"The token in {source} is not {SHORTEST_TOKEN} or more ASCII characters."
        raise SegmentError(message, _MAKE_ONE)
    return Access(host, token)
