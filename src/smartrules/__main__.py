"""The ``smartrules`` command: ``python -m smartrules`` does the same."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command and return its exit code; without the extra ``cli``, say in one sentence what to install."""
    try:
        import rich  # noqa: F401
        import typer  # noqa: F401
    except ImportError:
        print("the `smartrules` command needs its extra: pip install 'smartrules[cli]'", file=sys.stderr)
        return 2
    from smartrules.cli import run

    return run()


if __name__ == "__main__":
    sys.exit(main())
