"""The frames around every sample, and the moment at which they are drawn."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pillarbox.web.views import Page, PublicPage, Section

NOW = datetime(2026, 11, 24, 15, 5, tzinfo=UTC)

BASE = "/a/9k2m4x7q1v8t3c6w5r0z2b4n8d"


def ago(**parts: float) -> datetime:
    return NOW - timedelta(**parts)


def page(title: str, section: Section = Section.ORDERS, **rest: object) -> Page:
    return Page(
        title=title,
        base=BASE,
        now=NOW,
        csrf="csrf-token-value",
        section=section,
        account="Marram & Wool",
        person="Ffion Prys-Roberts",
        email="ffion@marramwool.example",
        balance_pence=18_465,
        owner_tag="tag",
        **rest,  # type: ignore[arg-type]
    )


def public(title: str, **rest: object) -> PublicPage:
    return PublicPage(title=title, now=NOW, csrf="csrf-token-value", **rest)  # type: ignore[arg-type]
