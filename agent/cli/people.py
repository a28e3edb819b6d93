"""The commands for accounts: `xiaozheng user add, list, role, password, disable, enable, token`.

A password is asked for on the terminal or read from standard input, never taken as an argument: arguments stand in
the shell's history and in the list of processes. Ledger and accounts are imported where a command opens them: every
command starts through this module.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, cast

import typer
from rich.table import Table
from rich.text import Text

from agent.cli.console import one_line_errors, out
from agent.settings import Settings
from agent.wording import visible
from knowledge.workdays import SHANGHAI
from models.errors import InputError

if TYPE_CHECKING:
    from agent.ledger.records import Actor, Role, User
    from agent.people import People

user = typer.Typer(name="user", help="账号：新增、列表、角色、密码、停用、启用、接口令牌。", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="账号名")]
RoleName = Annotated[str, typer.Option("--role", help="operator 受理员 | reviewer 复核员 | admin 管理员")]
FromStdin = Annotated[bool, typer.Option("--password-stdin", help="从标准输入读密码（一行）")]


@contextmanager
def people() -> Iterator[People]:
    """The accounts of the ledger that the settings name."""
    from agent.ledger import Ledger
    from agent.people import People

    ledger = Ledger.open(Settings.load().ledger_url)
    try:
        yield People(ledger)
    finally:
        ledger.close()


@user.command("add")
@one_line_errors
def add(name: Name, role: RoleName = "operator", password_stdin: FromStdin = False) -> None:
    """Make an account; the first one ends the demonstration mode."""
    wanted = role_id(role)
    secret = _password(password_stdin)
    with people() as accounts:
        added = accounts.add(name, wanted, secret, _system())
    typer.echo(f"已新增账号 {added.name}（{added.role}）")


@user.command("list")
@one_line_errors
def show() -> None:
    """All accounts with role and state."""
    table = Table("账号", "角色", "状态", "建立")
    with people() as accounts:
        for account in accounts.all():
            created = account.created_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
            table.add_row(Text(visible(account.name)), account.role, _state(account), created)
    out.print(table if table.row_count else "还没有账号；用 xiaozheng user add 名字 --role admin 建第一个")


@user.command("role")
@one_line_errors
def role(name: Name, new_role: Annotated[str, typer.Argument(help="operator | reviewer | admin")]) -> None:
    """Give an account another role; it must sign in anew."""
    wanted = role_id(new_role)
    with people() as accounts:
        changed = accounts.change_role(name, wanted, _system())
    typer.echo(f"{changed.name} 现在是 {changed.role}，须重新登录")


@user.command("password")
@one_line_errors
def password(name: Name, password_stdin: FromStdin = False) -> None:
    """Set another password, and open the account when it is locked."""
    secret = _password(password_stdin)
    with people() as accounts:
        changed = accounts.change_password(name, secret, _system())
    typer.echo(f"已重设 {changed.name} 的密码，须重新登录；它的接口令牌也已作废")


@user.command("disable")
@one_line_errors
def disable(name: Name) -> None:
    """Close an account; what it did stays on record."""
    with people() as accounts:
        changed = accounts.disable(name, _system())
    typer.echo(f"已停用 {changed.name}")


@user.command("enable")
@one_line_errors
def enable(name: Name) -> None:
    """Open a closed account again."""
    with people() as accounts:
        changed = accounts.enable(name, _system())
    typer.echo(f"已启用 {changed.name}")


@user.command("token")
@one_line_errors
def token(
    name: Name,
    label: Annotated[str, typer.Option("--label", help="用途，例如 数字城管接口")] = "",
    days: Annotated[int, typer.Option("--days", min=1, max=3650, help="有效天数")] = 365,
    revoke: Annotated[bool, typer.Option("--revoke", help="作废该账号的全部令牌和登录")] = False,
) -> None:
    """A token for a program (`Authorization: Bearer …`), printed once; or end all of them."""
    with people() as accounts:
        if revoke:
            ended = accounts.end_all(name, _system())
            typer.echo(f"{name} 的 {ended} 个令牌和登录已作废")
            return
        issued = accounts.issue_token(name, label, days)
    typer.echo(issued.token)
    until = issued.expires_at.astimezone(SHANGHAI).date().isoformat()
    typer.echo(f"令牌只显示这一次，{until} 到期；请存到调用程序的密钥里", err=True)


def role_id(value: str) -> Role:
    """One of the three roles.

    Raises:
        InputError: none of them.
    """
    from agent.people.roles import PERMISSIONS

    if value not in PERMISSIONS:
        raise InputError(f"{value!r} is no role; choose {', '.join(PERMISSIONS)}")
    return cast("Role", value)


def _system() -> Actor:
    """The program itself: there is no login at the command line."""
    from agent.people import SYSTEM

    return SYSTEM


def has_terminal() -> bool:
    """Whether somebody can type an answer unseen; `getpass` would warn and echo otherwise."""
    return sys.stdin.isatty()


def _password(from_stdin: bool) -> str:
    """The password as typed.

    Raises:
        InputError: nobody can type one, because there is no terminal.
    """
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not has_terminal():
        raise InputError(
            "这里没有终端可以输入密码，请加 --password-stdin，从标准输入给出一行密码。", code="no_terminal"
        )
    return str(typer.prompt("密码", hide_input=True, confirmation_prompt="再输一次"))


def _state(account: User) -> str:
    if not account.active:
        return "停用"
    if account.locked_until is not None and account.locked_until > dt.datetime.now(dt.UTC):
        return f"锁定至 {account.locked_until.astimezone(SHANGHAI):%m-%d %H:%M}"
    return "正常"
