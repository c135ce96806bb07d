"""The worker of background jobs: one for an installation, started and kept up by the server."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import threading

from forename.web.server import prepare_django


def main() -> None:
    """Wait until no other worker runs, take up what one left behind, and work until stopped."""
    prepare_django()
    from django.conf import settings
    from django.core.management import call_command

    from forename.records.jobs import take_up_again

    # The system lets go of the lock when the process ends, also when it is killed.
    with (settings.HOME / "worker.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        take_up_again()
        call_command("db_worker", interval=0.5, startup_delay=False)


class KeptWorker:
    """A worker process that is started again when it ends on its own."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._process = self._start()
        self._watch = threading.Thread(target=self._keep, daemon=True)
        self._watch.start()

    def _start(self) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "forename.web.settings"}
        return subprocess.Popen([sys.executable, "-m", "forename.web.worker"], env=environment)

    def _keep(self) -> None:
        while not self._stopping.wait(1):
            if self._process.poll() is not None:
                self._process = self._start()

    def stop(self) -> None:
        """End the worker after its present job, or at once after half a minute."""
        self._stopping.set()
        self._watch.join()
        self._process.terminate()
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


if __name__ == "__main__":
    main()
