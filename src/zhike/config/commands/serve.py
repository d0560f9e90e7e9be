"""`zhike serve`: web server and worker, for everyday use."""

import argparse

from zhike.config.words import Phrase as _

DATABASE = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help=str(_("address to listen on (127.0.0.1)")))
    parser.add_argument("--port", type=int, help=str(_("port to listen on (8000, or the next free one)")))
    parser.add_argument("--workers", type=int, default=1, help=str(_("web server processes (1)")))


def run(options: argparse.Namespace) -> None:
    from zhike.config.serving import choose_port, public_address, running, start_worker

    port = choose_port(options.host, options.port)
    with running(options.host, port, workers=options.workers) as supervisor:
        start_worker(supervisor)
        address = public_address(options.host, port)
        print(str(_("Zhike is at {address} (Ctrl-C stops it).")).format(address=address), flush=True)
        if nobody_signed_in_yet():
            print(str(_("Nobody has signed in here yet: “zhike user” makes a link for the first person.")), flush=True)
        supervisor.watch()


def nobody_signed_in_yet() -> bool:
    from zhike.accounts.public import User

    return not User.objects.filter(last_login__isnull=False).exists()
