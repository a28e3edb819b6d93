"""`xiaozheng serve`: opens everything, puts the pages onto the server, listens; and `main`, the command's entry.

Nothing is decided here: the work is `agent.desk`, HTTP is `agent.web`, the pages are `agent.workbench`. Gradio takes
seconds to import and every command starts through this module, so it is imported only where pages are built.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from models.errors import SettingsError

if TYPE_CHECKING:
    from fastapi import FastAPI

    from agent.people import People
    from agent.workbench.assemble import Office


def build_app(office: Office, people: People, *, host: str) -> FastAPI:
    """The whole server: API, login and pages over one agent and one ledger.

    Args:
        office: The work; its caller closes it.
        people: Accounts; without any, everybody on this machine is the demonstration's administrator.
        host: Address that will be listened on.

    Raises:
        SettingsError: others could reach the server and there is no account.
    """
    from agent.web import Rates, build_web
    from agent.workbench.assemble import mount_workbench

    settings, demo = office.settings, needs_no_account(host, people)
    app = build_web(
        office.desk,
        people,
        office.jobs,
        host=host,
        demo=demo,
        versions=office.agent.provenance,
        inbox=settings.data_dir / "inbox",
        rates=Rates(account=settings.rate_per_minute),
        upload_limit=settings.upload_mb * 2**20,
        has_language=office.agent.has_language,
    )
    mount_workbench(app, office, demo=demo)
    return app


def needs_no_account(host: str, people: People) -> bool:
    """Whether the server runs as a demonstration: no account yet, and nobody else can reach it.

    Raises:
        SettingsError: others could reach it and there is no account.
    """
    from agent.web.layers import is_loopback

    if people.exist():
        return False
    if not is_loopback(host):
        raise SettingsError(
            f"{host} can be reached by others and there is no account: run `xiaozheng user add NAME --role admin`, "
            "or listen on 127.0.0.1"
        )
    return True


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes any free one.

    Raises:
        SettingsError: the port is taken, or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise SettingsError(f"port {port} on {host} cannot be used; choose another with --port") from error


def serve(
    host: Annotated[str | None, typer.Option("--host", help="监听地址；不给则用 XIAOZHENG_HOST")] = None,
    port: Annotated[int | None, typer.Option("--port", min=0, max=65535, help="端口；0 为自动选择")] = None,
) -> None:
    """Serve the workbench and the REST API until interrupted."""
    import uvicorn

    from agent.cli.console import open_agent
    from agent.demo import DEMOS
    from agent.ledger import Ledger
    from agent.people import People
    from agent.settings import Settings
    from agent.workbench.assemble import Office

    settings = Settings.load()
    address = host or settings.host
    ledger = Ledger.open(settings.ledger_url)
    try:
        people = People(ledger)
        demo = needs_no_account(address, people)  # these two before the seconds that opening the agent takes
        with listen(address, settings.port if port is None else port) as listening:
            agent = open_agent(settings)
            agent.triage(DEMOS[0])  # makes what is made on first use, so that no operator waits for it
            with Office.open(agent, ledger, settings) as office:
                office.desk.relearn()  # what reviewers taught another process, or just before a crash
                config = uvicorn.Config(
                    build_app(office, people, host=address), log_level="warning", server_header=False
                )
                shown = f"[{address}]" if ":" in address else address
                mode = "（演示模式，没有账号）" if demo else ""
                typer.echo(f"受理台：http://{shown}:{listening.getsockname()[1]}/{mode}")
                uvicorn.Server(config).run(sockets=[listening])
    finally:
        ledger.close()


def command_line() -> typer.Typer:
    """The commands of `agent.cli`, and `serve`."""
    from agent.cli import cli
    from agent.cli.console import one_line_errors

    if "serve" not in {command.name for command in cli.registered_commands}:
        cli.command("serve")(one_line_errors(serve))
    return cli


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the `xiaozheng` command.

    Args:
        arguments: Words after the command's name; those of the process by default.
    """
    command_line()(arguments)


if __name__ == "__main__":
    main(sys.argv[1:] or ["serve"])
