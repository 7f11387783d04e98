"""The empty Click & Drop file that people can fill in when their shop has no export."""

from __future__ import annotations

from typing import Final

_COLUMNS: Final = (
    "Order reference", "Date", "First Name", "Last Name", "Company Name", "Address Line 1", "Address Line 2", "City",
    "County", "Postcode", "Country", "Phone", "Email", "Service Code", "Package Format", "Weight", "Total",
    "Currency Code", "Special instructions",
)  # fmt: skip
"""Header of an exporter in use with Click & Drop in July 2026."""


def click_and_drop_template() -> str:
    """Return the header line of a Click & Drop order file, with its line end; weights in it are kilograms."""
    return ",".join(_COLUMNS) + "\r\n"
