"""What each page shows, as typed values: routes fill these, templates read them, and nothing else passes between.

One struct per template, in the file of its subject; the frame around them is `Page` or `PublicPage`.
"""

from pillarbox.web.views import account, buying, doors, orders, sending, staff
from pillarbox.web.views.frame import (
    Acting,
    Choice,
    Confirm,
    FieldError,
    Flash,
    Incident,
    Page,
    Pager,
    PublicPage,
    Section,
    State,
    Tone,
    View,
)

__all__ = [
    "Acting",
    "Choice",
    "Confirm",
    "FieldError",
    "Flash",
    "Incident",
    "Page",
    "Pager",
    "PublicPage",
    "Section",
    "State",
    "Tone",
    "View",
    "account",
    "buying",
    "doors",
    "orders",
    "sending",
    "staff",
]
