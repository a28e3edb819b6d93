"""Reactions that only accounts need; leaves of the tree in `models.errors`.

XiaozhengError
├── InputError
│   └── AccountError    a name, password or role that cannot be taken
└── SignInError         name and password do not open a session; the message never says which of the two is wrong
"""

from __future__ import annotations

from models.errors import InputError, XiaozhengError


class AccountError(InputError):
    """The name, password or change asked for cannot be taken; nothing was changed."""

    code = "account"


class SignInError(XiaozhengError):
    """No session was opened; unknown name, wrong password, closed and locked account read alike."""

    code = "sign_in"
