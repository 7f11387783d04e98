"""The list of settings as the page docs/settings.md, written with `pillarbox settings --markdown`."""

from __future__ import annotations

from pillarbox.main.settings import FILE, listed

_TOP = f"""# Settings

Everything that can be set about an installation. This page is written from the list in `pillarbox/main/settings.py`
with `pillarbox settings --markdown > docs/settings.md`; `pillarbox settings` shows the same with the present values.

A setting is read from the environment, else from the TOML file that `{FILE}` names (`port = 8080`, in lower case
and without the prefix), else it has its default. What cannot be used, and names that do not exist, are refused at start
with the place where they stand.
"""


def markdown() -> str:
    """Return the page."""
    return _TOP + "".join(
        f"\n## {each.name}\n\n{each.meaning}\n\n`{each.variable}`: {each.kind.words}. Default: {each.default}.\n"
        for each in listed()
    )
