from __future__ import annotations

from datetime import timedelta

import msgspec
import psycopg
import pytest

from pillarbox.db.errors import NoSuchCredential
from pillarbox.desk.printed_postcode import printed_postcode
from pillarbox.desk.public_tracking import WRONG_POSTCODE, PublicTracking, public_tracking
from pillarbox.gate import Box, Owned
from pillarbox.gate.admit import Knock
from pillarbox.main.house import House
from pillarbox.postage.address import check_address
from pillarbox.postage.on_label import lines_for_label
from pillarbox.postage.tracking import Status
from tests.conftest import Installation, People
from tests.desk.parcel_room import BOUGHT, LINES, counter, posted, scan, sql, void

pytestmark = pytest.mark.anyio


async def looked_up(house: House, number: str, postcode: str = "") -> PublicTracking:
    async def work(box: Box) -> Owned[PublicTracking]:
        return await public_tracking(box, counter(), postcode)

    found: PublicTracking = await house.gate.serve_tracking(Knock("tracking", None), number, work)
    return found


async def test_everybody_sees_the_course_and_nobody_the_addressee(house: House, people: People) -> None:
    parcel = await posted(house, people.owner.session, reference="SECRET-REF")
    await scan(house, people.network, parcel.number, "EVPPA", BOUGHT + timedelta(hours=1), "Leeds")
    await scan(
        house, people.network, parcel.number, "EVKSF", BOUGHT + timedelta(hours=9), "Swansea", note="With Mrs Ogle"
    )
    found = await looked_up(house, parcel.number)
    assert (found.status, found.service, found.recipient) == (Status.DELIVERED, "Tracked 24", None)
    assert [step.place for step in found.steps] == ["", "Leeds", "Swansea"]
    text = msgspec.json.encode(found, enc_hook=str).decode()
    for secret in ("Hester", "Quill", "Kiln", "SA1", "SECRET", "Ogle"):
        assert secret not in text


@pytest.mark.parametrize("typed", ["SA1 1AA", "sa11aa", " Sa1-1aa. "])
async def test_the_postcode_shows_the_addressee(house: House, people: People, typed: str) -> None:
    parcel = await posted(house, people.owner.session)
    assert (await looked_up(house, parcel.number, typed)).recipient == LINES


@pytest.mark.parametrize("typed", ["SA1 1AB", "SA1", "12", "Swansea", "Hester Quill", "12 Kiln Lane"])
async def test_a_wrong_postcode_differs_by_one_sentence_alone(house: House, people: People, typed: str) -> None:
    parcel = await posted(house, people.owner.session)
    wrong, none = await looked_up(house, parcel.number, typed), await looked_up(house, parcel.number, " - ")
    assert wrong.postcode_sentence == WRONG_POSTCODE
    assert msgspec.structs.replace(wrong, postcode_sentence="") == none


async def test_the_record_says_name_only_when_the_name_was_shown(
    house: House, people: People, installation: Installation
) -> None:
    parcel = await posted(house, people.owner.session)
    for typed in ("", "SA9 9ZZ", "SA1 1AA"):
        await looked_up(house, parcel.number, typed)
    with psycopg.connect(installation.administrator) as connection:
        rows = connection.execute(
            "select f.names like '%%recipient%%', count(*) from journal.line l join journal.field_set f using (field_set)"
            " where %s = any (l.ids) and l.viewer_kind = 'public' group by 1 order by 1",
            [parcel.label_id.raw.hex()],
        ).fetchall()
    assert dict(rows)[True] == 1
    assert dict(rows)[False] >= 3


async def test_an_unknown_number_answers_like_no_key(house: House, people: People) -> None:
    with pytest.raises(NoSuchCredential):
        await looked_up(house, "ZZ999999999GB")


async def test_a_cancelled_label_says_so(house: House, people: People) -> None:
    parcel = await posted(house, people.owner.session)
    await void(house, people.owner.session, parcel.label_id, BOUGHT + timedelta(minutes=1))
    assert (await looked_up(house, parcel.number)).status is Status.LABEL_CANCELLED


async def test_sql_on_the_public_page_reaches_no_order_and_no_other_parcel(house: House, people: People) -> None:
    parcel, other = await posted(house, people.owner.session), await posted(house, people.owner.session)

    async def work(box: Box) -> Owned[tuple[int, ...]]:
        counts = [
            (await box.ask(sql(f"select count(*) from {table}")))[0]
            for table in ("vault.order", "vault.person", "vault.token", "journal.line", "vault.parcel")
        ]
        mark = f"select count(*) from vault.parcel where tracking_number = '{other.number}'"
        return box.own((*counts, (await box.ask(sql(mark)))[0]), "label:count")

    assert await house.gate.serve_tracking(Knock("tracking", None), parcel.number, work) == (0, 0, 0, 0, 1, 0)


ABROAD = [
    ({"country": "FR", "line1": "75001 Rue Haute", "town": "Lyon", "postcode": "69002"}, "69002"),
    ({"country": "US", "line1": "10001 Main Street", "town": "Boise", "county": "ID", "postcode": "83702"}, "83702"),
    ({"country": "NL", "line1": "Kade 4", "town": "Delft", "postcode": "2611 AB"}, "2611 AB"),
    ({"country": "DE", "line1": "Weg 9", "town": "Ulm", "postcode": "89073"}, "89073"),
    ({"country": "JE", "line1": "1 Quay", "town": "St Helier", "postcode": "JE2 3QA"}, "JE2 3QA"),
    ({"country": "GB", "line1": "1 Kay", "town": "Leeds", "postcode": "LS1 1UR"}, "LS1 1UR"),
]


@pytest.mark.parametrize(("fields", "postcode"), ABROAD)
def test_the_postcode_is_found_on_the_printed_lines(fields: dict[str, str], postcode: str) -> None:
    address = check_address({"name": "10115 Bakery", **fields})
    assert printed_postcode(lines_for_label(address), address.country) == postcode


def test_a_country_without_postcodes_has_none_to_know() -> None:
    address = check_address({"name": "Li Wen", "line1": "1 Queen's Road", "town": "Central", "county": "Hong Kong Island", "country": "HK"})  # fmt: skip
    assert printed_postcode(lines_for_label(address), "HK") == ""
