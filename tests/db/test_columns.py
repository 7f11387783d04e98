import struct

import psycopg
import pytest

from pillarbox.db import column


@pytest.mark.parametrize(
    ("pack", "cast", "values"),
    [
        (column.texts, "text[]", ["", "a", None, "Zoë 😀", 'quote " and \\ and {}', "x" * 5000]),
        (column.byteas, "bytea[]", [b"", b"\0\xff", None, bytes(range(256)) * 20]),
        (column.integers, "integer[]", [0, -1, None, 2**31 - 1, -(2**31)]),
        (column.bigints, "bigint[]", [0, None, 2**63 - 1, -(2**63)]),
        (column.booleans, "boolean[]", [True, False]),
        (column.texts, "text[]", []),
        (column.texts, "text[]", [None]),
    ],
)
def test_a_column_arrives_as_it_was(pack, cast, values, installation):
    with psycopg.connect(installation.administrator) as connection:
        column.register(connection.adapters)
        query = f"select %s::{cast}, pg_typeof(%s)::text"
        ((found, kind),) = connection.execute(query, [pack(values), pack(values)], binary=True).fetchall()
    assert (found, kind) == (values, cast)


def test_ids_arrive_as_uuids(installation):
    ids = [bytes([n]) * 16 for n in range(3)]
    with psycopg.connect(installation.administrator) as connection:
        column.register(connection.adapters)
        found = connection.execute("select unnest(%s)", [column.uuids(ids)], binary=True).fetchall()
    assert [row[0].bytes for row in found] == ids


def test_a_number_too_large_is_refused_here():
    with pytest.raises(struct.error):
        column.integers([2**31])
