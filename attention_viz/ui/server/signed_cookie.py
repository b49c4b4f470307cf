"""Signed cookie: says when its holder entered the access code; only this server can have written it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable

from itsdangerous import BadSignature, TimestampSigner

LIFETIME = 12 * 3600
"""Seconds: a long day at school."""


class SignedCookie(TimestampSigner):
    """Issues cookies and tells which are valid. HMAC with SHA-256.

    secret : of the server; the replicas of one server share it
    code   : the access code; with another secret or another code, no old cookie is valid
    """

    def __init__(self, secret: str, code: str, clock: Callable[[], float] = time.time) -> None:
        salt = b"access code\0" + code.encode()
        super().__init__(secret, salt, key_derivation="hmac", digest_method=hashlib.sha256)
        self.clock = clock

    def get_timestamp(self) -> int:
        return int(self.clock())

    def issue(self) -> str:
        """A cookie of now: the time, and the signature of that."""
        return self.sign(b"").decode()

    def is_valid(self, value: str) -> bool:
        """Whether this is one of ours and its time is not over.

        One from later than now is, too: a clock that is set back, or that of another replica that goes a second behind,
        lets nobody out, and no cookie is valid for longer than twice its time.
        """
        try:
            _, issued = self.unsign(value, return_timestamp=True)
        except BadSignature:
            return False
        return abs(self.clock() - issued.timestamp()) <= LIFETIME
