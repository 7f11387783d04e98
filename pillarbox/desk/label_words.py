"""What is written on a label: every word of it follows from the order, the offer, the number and the operator.

Pure. The result is sealed as the label's snapshot, so a reprint needs nothing but itself.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from pillarbox.desk.new_order import route_to
from pillarbox.kernel.errors import Conflict
from pillarbox.kernel.ids import Id
from pillarbox.postage import customs as declared
from pillarbox.postage import label as printed
from pillarbox.postage.address import Address
from pillarbox.postage.label.content import MAX_CUSTOMS_LINES
from pillarbox.postage.on_label import lines_for_label
from pillarbox.postage.parcel import Format
from pillarbox.postage.price_sheet import Offer
from pillarbox.postage.service import Feature, Service
from pillarbox.vault.content import Addressee


class ShipFromMissing(Conflict):
    """Customs ask who sends the goods. Say in the settings from which address you post, then buy the label."""


class FormNotPrinted(Conflict):
    """These goods need the customs form CN23, which is not printed here yet. Please buy this label at a post office."""


class GoodsTooMany(Conflict):
    """A CN22 has room for twenty kinds of goods. Put like goods together, then buy the label."""


_CATEGORIES: Final = {each.value: each for each in printed.Category}
_GUARANTEED: Final = "Guaranteed by "


def label_words(
    *,
    label_id: Id,
    order_id: Id,
    tracking: str,
    service: Service,
    offer: Offer,
    weight_g: int,
    addressee: Addressee,
    ship_from: Address | None,
    declaration: printed.Customs | None,
    operator: str,
    specimen: bool,
) -> printed.LabelContent:
    """Return the label of one parcel, with its CN22 where goods leave the customs area. Weight in grams."""
    return printed.LabelContent(
        label_id=str(label_id),
        order_id=str(order_id),
        service=service.name.removeprefix("Royal Mail "),
        format_name=format_words(offer.format),
        weight_g=weight_g,
        tracking=tracking,
        matrix=f"{tracking} {label_id}",
        recipient=lines_for_label(addressee.address),
        return_address=lines_for_label(ship_from) if ship_from else (),
        customer_reference=addressee.reference,
        handling=_handling(service),
        operator=operator,
        sort_letter=_sort_letter(service),
        postage_paid="Postage paid GB",
        specimen=specimen,
        customs=declaration,
    )


def format_words(taken: Format) -> str:
    """Return a format as a label or a receipt names it: `Large letter`."""
    return taken.value.replace("_", " ").capitalize()


def number_kind(service: Service) -> str:
    """Return the kind of S10 number of a service, as `postage.s10.indicator_for` names kinds.

    Every label has a number of its own; one of an untracked service is for reference, and scans may still come.
    """
    signed, tracked = Feature.SIGNED_FOR in service.features, Feature.TRACKED in service.features
    if service.international:
        if tracked and not {Format.LARGE_LETTER, Format.PARCEL} & set(service.formats):
            return "parcel_abroad"
        return "signed_abroad" if signed else "tracked_abroad" if tracked else "untracked_abroad"
    if "Special Delivery" in service.name:
        return "special_delivery"
    return "tracked" if tracked else "signed" if signed else "untracked"


def _handling(service: Service) -> str:
    if service.speed and service.speed.startswith(_GUARANTEED):
        return service.speed
    if Feature.AGE_VERIFIED in service.features:
        return "Check age on delivery"
    return "Signature on delivery" if Feature.SIGNED_FOR in service.features else ""


def _sort_letter(service: Service) -> str:
    """Return the one or two letters that sorters look for: the class, the hours, or the kind of service abroad."""
    if service.international:
        return {"signed_abroad": "TS", "tracked_abroad": "IT", "parcel_abroad": "IP"}.get(number_kind(service), "IN")
    if "Special Delivery" in service.name:
        return "SD"
    for mark in ("24", "48", "1st", "2nd"):
        if mark in service.name:
            return mark[:2] if mark.isdigit() else mark[0]
    return ""


def declaration_of(
    goods: declared.Customs | None, addressee: Addressee, weight_g: int, ship_from: Address | None, day: date
) -> printed.Customs | None:
    """Return what the CN22 of a parcel says, or None where it needs no form. Grams; `day` is London's.

    Raises `ShipFromMissing`, `FormNotPrinted`, `GoodsTooMany`.
    """
    if goods is None:
        return None
    form = declared.ruling(goods, route_to(addressee.address)).form
    if form is declared.Form.NONE:
        return None
    if form is declared.Form.CN23:
        raise FormNotPrinted
    if ship_from is None:
        raise ShipFromMissing
    if len(goods.items) > MAX_CUSTOMS_LINES:
        raise GoodsTooMany
    mixed = goods.category is declared.Category.MIXED_CONTENT
    return printed.Customs(
        category=_CATEGORIES.get(goods.category.value, printed.Category.OTHER),
        items=tuple(
            printed.CustomsItem(
                description=item.description,
                quantity=item.quantity,
                value_pence=item.quantity * item.value_pence,
                currency=item.currency,
                weight_g=item.quantity * item.weight_g,
                hs_code=item.hs_code,
                origin=item.origin,
            )
            for item in goods.items
        ),
        total_pence=declared.totals(goods).value_pence,
        currency=declared.totals(goods).currency,
        total_weight_g=weight_g,
        sender=lines_for_label(ship_from),
        date=day,
        reference=goods.invoice_number or addressee.reference,
        explanation=goods.explanation or ("Mixed content" if mixed else ""),
    )
