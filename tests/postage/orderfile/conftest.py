from pathlib import Path

import pytest

from pillarbox.postage.orderfile import Defaults, DraftOrder, guess_mapping, read_orders, sniff

SAMPLES = Path(__file__).parent / "samples"


def _read(data, defaults=None):
    shape = sniff(data)
    found = read_orders(data, shape, guess_mapping(shape), defaults or Defaults())
    return sorted(found, key=lambda entry: entry.line)


@pytest.fixture(scope="session")
def read():
    return _read


@pytest.fixture(scope="session")
def orders():
    def every(data, defaults=None):
        found = _read(data, defaults)
        assert all(isinstance(entry, DraftOrder) for entry in found), found
        return found

    return every


@pytest.fixture(scope="session")
def only(orders):
    def single(data, defaults=None):
        (order,) = orders(data, defaults)
        return order

    return single


@pytest.fixture(scope="session")
def sample():
    return lambda name: (SAMPLES / name).read_bytes()


@pytest.fixture(scope="session")
def codes():
    return lambda entry: [entry.code] if hasattr(entry, "code") else [p.code for p in entry.problems]
