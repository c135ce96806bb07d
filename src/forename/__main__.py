"""``python -m forename``: the same as the command ``forename``."""

from forename.cli.main import main

main()
