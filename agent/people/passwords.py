"""Passwords: which are taken, how they are kept, and how one is checked without telling whether the name exists.

Argon2id with the second recommended option of RFC 9106, section 4 (64 MiB, 3 passes): a hotline's server has other
work for 2 GiB. Knows no account and stores nothing.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from agent.people.errors import AccountError

SHORTEST, LONGEST = 10, 256
_FEWEST_DIFFERENT = 5
# Compared without case, after every character that is no letter or digit is taken out. What people here type first
# when ten characters are asked for; a long public list would weigh more than it stops behind a lock-out.
_COMMON = frozenset(
    {
        "12345hotline",
        "1q2w3e4r5t",
        "1qaz2wsx3edc",
        "0123456789",
        "1234567890",
        "123456789a",
        "a123456789",
        "a1234567890",
        "abc1234567",
        "abcd123456",
        "admin12345",
        "admin123456",
        "admin1234567",
        "administrator",
        "asdfghjkl1",
        "iloveyou123",
        "letmein123",
        "p4ssw0rd123",
        "passw0rd123",
        "password12",
        "password123",
        "password1234",
        "qazwsxedcrfv",
        "qwer123456",
        "qwerty12345",
        "qwertyuiop",
        "qwertyuiop123",
        "welcome123",
        "woaini1314",
        "woaini5201314",
        "xiaozheng123",
        "xiaozheng12345",
        "zhengzhou123",
        "zhengzhou12345",
        "zhengzhou2026",
        "zxcvbnm123",
    }
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found; `rehash` when the hash was made with other parameters than today's."""

    ok: bool
    rehash: bool = False


class Passwords:
    """Makes and checks hashes."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
        self._nobody = self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """A salted hash in the PHC format, parameters included."""
        return self._hasher.hash(_normal(password))

    def verify(self, stored: str | None, password: str) -> Verdict:
        """Whether a password belongs to a stored hash.

        Args:
            stored: The hash; None for a name that nobody has, which costs the same time and is never right.
            password: As typed.
        """
        try:
            self._hasher.verify(stored or self._nobody, _normal(password))
        except (VerificationError, InvalidHashError):
            return Verdict(ok=False)
        if stored is None:
            return Verdict(ok=False)
        return Verdict(ok=True, rehash=self._hasher.check_needs_rehash(stored))


def check_password(password: str, name: str) -> None:
    """Refuse what is guessed first.

    Args:
        password: As typed.
        name: The account's, in lower case.

    Raises:
        AccountError: too short or long, the account's own name, one of the common ones, or a few characters repeated.
    """
    plain = _normal(password)
    if not SHORTEST <= len(plain) <= LONGEST:
        raise AccountError(f"密码须为 {SHORTEST} 至 {LONGEST} 个字符", code="password")
    small = plain.casefold()
    bare = "".join(char for char in small if char.isalnum())
    if name in small and len(small.replace(name, "")) < SHORTEST // 2:
        raise AccountError("密码不能是账号名，或账号名加几个字符；请换一个", code="password")
    if bare in _COMMON or len(set(plain)) < _FEWEST_DIFFERENT:
        raise AccountError("这个密码太常见，很容易被猜到；请换一个", code="password")


def _normal(password: str) -> str:
    """One spelling for one password, whatever keyboard or input method typed it (NIST SP 800-63B, 5.1.1.2)."""
    return unicodedata.normalize("NFKC", password)
