"""Accounts: passwords, sessions, tokens, lock-out, and what each role may do."""

from agent.people.errors import AccountError as AccountError
from agent.people.errors import SignInError as SignInError
from agent.people.people import DEMO as DEMO
from agent.people.people import SYSTEM as SYSTEM
from agent.people.people import People as People
from agent.people.people import SignedIn as SignedIn
from agent.people.roles import Permission as Permission
from agent.people.roles import allowed as allowed

__all__ = ["DEMO", "SYSTEM", "AccountError", "People", "Permission", "SignInError", "SignedIn", "allowed"]
