"""`python -m pillarbox.main` is the command line."""

from pillarbox.main.command import app

app()
