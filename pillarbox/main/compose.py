"""Hand the desk what belongs to the installation: the operator's pack, the number key, the payment provider."""

from __future__ import annotations

from pillarbox.desk.counter import Counter
from pillarbox.main.secrets import Secrets
from pillarbox.main.settings import Settings
from pillarbox.outside.test_payments import TestPayments
from pillarbox.postage.operator_pack import load_pack


def counter_of(settings: Settings, secrets: Secrets) -> Counter:
    """Make the counter of this installation. Raises `PackUnreadable`."""
    return Counter(
        load_pack(),
        test_payments_of(settings, secrets),
        secrets.serials,
        operator_name=settings.operator_name,
        public_url=settings.address,
        status_url=settings.status_address,
        specimen=settings.specimen,
    )


def test_payments_of(settings: Settings, secrets: Secrets) -> TestPayments:
    """Make the built-in provider, which takes no real money."""
    return TestPayments(secrets.payments, settings.address)
