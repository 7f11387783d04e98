"""Pillarbox: an online postage platform that cannot show one customer another customer's post.

The house has fourteen rooms on ten floors; `docs/architecture.md` draws it and `pyproject.toml` holds it.
"""

__version__ = "0.1.0"
