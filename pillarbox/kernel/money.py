"""Money as integer pence, and its VAT share.

Never floats: parsing goes through Decimal, arithmetic through int. Amounts are gross unless a name says net.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from pillarbox.kernel.errors import BadInput


class MoneyUnreadable(BadInput):
    """This is not an amount of money we can read. Write it like 12.50."""


class Vat(StrEnum):
    """VAT class of a price (HMRC Notice 700/24: universal service exempt, the rest standard or zero-rated)."""

    EXEMPT = "exempt"
    STANDARD = "standard"
    ZERO = "zero"


STANDARD_VAT_PER_CENT = 20
"""UK standard rate since 4 January 2011 (Value Added Tax Act 1994 s. 2, as amended)."""

MAX_PENCE = 10_000_000_000
"""£100 million: larger amounts are typing mistakes."""


def vat_within(gross_pence: int, vat: Vat) -> int:
    """Return the VAT in pence contained in a gross price, rounded half up (HMRC VATREC12030)."""
    if vat is not Vat.STANDARD:
        return 0
    share = Decimal(gross_pence) * STANDARD_VAT_PER_CENT / (100 + STANDARD_VAT_PER_CENT)
    return int(share.quantize(Decimal(1), rounding=ROUND_HALF_UP))


_NUMBER = re.compile(r"[+-]?\d{1,11}(\.\d{1,4})?")


def pence(text: str) -> int:
    """Read a decimal amount of pounds such as `12.5` or `19.99` into pence; more than two decimals round half up.

    Raises `MoneyUnreadable`. Currency signs and thousands marks are the order-file reader's business.
    """
    clean = text.strip()
    if not _NUMBER.fullmatch(clean) or not clean.isascii():
        raise MoneyUnreadable
    amount = int((Decimal(clean) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    if abs(amount) > MAX_PENCE:
        raise MoneyUnreadable
    return amount


def pounds(amount_pence: int) -> str:
    """Write pence as pounds for people: 123456 is `£1,234.56`, -5 is `-£0.05`."""
    sign = "-" if amount_pence < 0 else ""
    whole, rest = divmod(abs(amount_pence), 100)
    return f"{sign}£{whole:,}.{rest:02d}"
