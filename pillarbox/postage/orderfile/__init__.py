"""Order files as shops really write them, read into draft orders: bytes to shape, shape to columns, rows to drafts.

Pure and streaming. `sniff` finds out what a file is, `guess_mapping` which column holds what, `read_orders` yields the
drafts and problems, `rejects_csv` gives back the rows that were left out.
"""

from pillarbox.postage.orderfile.draft import Defaults, DraftItem, DraftOrder, Problem, SkuParcel
from pillarbox.postage.orderfile.mapping import FIELDS, Mapping, guess_mapping, unmapped, used_twice
from pillarbox.postage.orderfile.rejects import reasons_by_line, rejects_csv
from pillarbox.postage.orderfile.rows import read_orders
from pillarbox.postage.orderfile.shape import FileShape, file_digest, sniff
from pillarbox.postage.orderfile.shops import Shop
from pillarbox.postage.orderfile.template import click_and_drop_template

__all__ = [
    "FIELDS",
    "Defaults",
    "DraftItem",
    "DraftOrder",
    "FileShape",
    "Mapping",
    "Problem",
    "Shop",
    "SkuParcel",
    "click_and_drop_template",
    "file_digest",
    "guess_mapping",
    "read_orders",
    "reasons_by_line",
    "rejects_csv",
    "sniff",
    "unmapped",
    "used_twice",
]
