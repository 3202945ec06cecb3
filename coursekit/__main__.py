"""The command ``coursekit``, and ``python -m coursekit``."""

import sys

from coursekit.core.extras import MissingExtra, explained


def main():
    """Run the command; if a package is missing, say in one line how to install it."""
    # jsonschema, which nbformat needs, would spend a second on a grammar of web addresses.
    sys.modules.setdefault("rfc3987_syntax", None)
    try:
        with explained():
            from coursekit.cli import app
    except MissingExtra as error:
        sys.exit(f"coursekit: {error}")
    app()


if __name__ == "__main__":
    main()
