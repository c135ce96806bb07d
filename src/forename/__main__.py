"""``python -m forename``: the same as the command ``forename``."""

from forename.cli.main import app

app(prog_name="forename")
