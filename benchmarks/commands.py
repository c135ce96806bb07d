"""Commands as a user starts them, with the time and the memory that they take."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

# A process begins with the memory of the one that forks it: a small one stands between.
_BETWEEN = """
import json, resource, subprocess, sys, time
begun = time.perf_counter()
done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
seconds = time.perf_counter() - begun
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([done.returncode, done.stdout, done.stderr, seconds,
                  used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """A command that ended well: what it printed, seconds by the clock and of all processors.

    ``mebibytes`` is the greatest memory of its largest process.
    """

    printed: str
    seconds: float
    busy: float
    mebibytes: float

    @property
    def told(self) -> dict[str, Any]:
        """What the command printed with ``--json``."""
        return dict(json.loads(self.printed))


def run_python(*arguments: object) -> Ran:
    """Run this Python with arguments to its end; end the program where it fails."""
    command = [sys.executable, *map(str, arguments)]
    between = [sys.executable, "-c", _BETWEEN, *command]
    done = subprocess.run(between, stdout=subprocess.PIPE, check=True)
    code, printed, complaint, *measured = json.loads(done.stdout)
    if code != 0:
        raise SystemExit(f"failed: {' '.join(command)}\n{complaint}")
    return Ran(printed, *measured)


def run_command(*arguments: object) -> Ran:
    """Run the command ``forename``."""
    return run_python("-m", "forename", *arguments)
