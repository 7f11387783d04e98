"""Addresses: checked once, whole, with every problem found, and written in the order the destination expects.

Words are cleaned as `text.clean` says and otherwise kept as they were typed, even `=1+1`: escaping is the business of
whoever writes a file. Limits are those of the Click & Drop API (AddressRequest, RecipientDetailsRequest).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set

import msgspec

from pillarbox.kernel.errors import BadInput
from pillarbox.postage.abroad import rules_of, tidy_postcode
from pillarbox.postage.country import MAX_TEXT as MAX_COUNTRY
from pillarbox.postage.country import UK_POSTCODE_COUNTRIES, Country, CountryUnknown, by_iso2, country
from pillarbox.postage.postcode import PostcodeUnknown, parse_postcode
from pillarbox.postage.text import TextUnusable, clean, says_something


class Address(msgspec.Struct, frozen=True, gc=False):
    """A usable address, from `check_address`. Absent parts are empty; `country` is iso2; `lines` has one to three.

    A UK postcode is in canonical form; one abroad is in capitals, without a country prefix.
    """

    name: str
    company: str
    lines: tuple[str, ...]
    town: str
    county: str
    postcode: str
    country: str
    phone: str
    email: str

    @property
    def destination(self) -> Country:
        """The country with its name and price zone."""
        return by_iso2(self.country)


class FieldMissing(BadInput):
    """This field is needed."""


class FieldTooLong(BadInput):
    """This field is too long."""


class PostcodeNotThere(BadInput):
    """The postcode does not belong to this country."""


class PhoneUnusable(BadInput):
    """This is not a telephone number. Use 6 to 15 digits, with + in front for one abroad: +44 20 7946 0000."""


class EmailUnusable(BadInput):
    """This is not an e-mail address. It should look like name@example.com."""


class AddressNotUsable(BadInput):
    """The address has problems."""

    def __init__(self, problems: list[tuple[str, BadInput]]) -> None:
        """`problems` lists each unusable field with its error, in the order of the fields."""
        self.problems = problems
        super().__init__(" ".join(error.detail for _, error in problems), field=problems[0][0])


LIMITS = {
    "name": 210,
    "company": 100,
    "line1": 100,
    "line2": 100,
    "line3": 100,
    "town": 100,
    "county": 100,
    "postcode": 20,
    "country": MAX_COUNTRY,
    "phone": 25,
    "email": 254,
}
"""Most characters of each field. The Click & Drop import file allows 200 for a full name and 100 for an e-mail."""

_CALLED = {
    "line1": "address line 1",
    "line2": "address line 2",
    "line3": "address line 3",
    "email": "the e-mail address",
}
_MUST_SAY = frozenset({"name", "company", "line1", "line2", "line3", "town"})
_ORDER = {key: place for place, key in enumerate(LIMITS)}
_ISLAND_AREA = {"GG": "GY", "JE": "JE", "IM": "IM"}
_PHONE = re.compile(r"\+?[0-9(][0-9 ().\-/]{4,22}[0-9)](?: ?(?:x|ext\.?|#) ?[0-9]{1,6})?", re.IGNORECASE)
_EXTENSION = re.compile(r"x|ext|#", re.IGNORECASE)
_ATOM = r"[^\s@\"(),:;<>\[\]\\.]+"
_LABEL = r"[^\W_](?:(?:[^\W_]|-){0,61}[^\W_])?"
_EMAIL = re.compile(rf"(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+(?![0-9]+\Z){_LABEL}")

Problems = list[tuple[str, BadInput]]


def check_address(fields: Mapping[str, object], *, default_country: str = "GB") -> Address:
    """Check the fields named in `LIMITS` (others are ignored) and return the address.

    Empty and absent fields are alike; whole numbers, as spreadsheets give them, are read as text. An empty country is
    `default_country`, or a problem if that is empty too. In the UK a street, a town and a postcode are needed (a BFPO
    needs no town); abroad, what the country's own rules ask for. Raises `AddressNotUsable` with all problems.
    """
    problems: Problems = []
    words = {key: _word(key, fields.get(key), most, problems) for key, most in LIMITS.items()}
    failed = {key for key, _ in problems} if problems else frozenset[str]()
    if not words["name"] and not words["company"] and not failed & {"name", "company"}:
        problems.append(("name", FieldMissing("Give the name of a person or a company.", field="name")))
    lines = tuple([line for line in (words["line1"], words["line2"], words["line3"]) if line])
    if not lines and not failed & {"line1", "line2", "line3"}:
        problems.append(_missing("line1"))
    place = _find_country(words["country"] or default_country, failed, problems)
    if place is not None:
        rules = _check_in_uk if place.iso2 in UK_POSTCODE_COUNTRIES else _check_abroad
        rules(place, words, failed, problems)
    _check_contact(words, problems)
    if problems or place is None:
        raise AddressNotUsable(sorted(problems, key=lambda problem: _ORDER[problem[0]]))
    return Address(
        name=words["name"],
        company=words["company"],
        lines=lines,
        town=words["town"],
        county=words["county"],
        postcode=words["postcode"],
        country=place.iso2,
        phone=words["phone"],
        email=words["email"],
    )


def _word(key: str, raw: object, most: int, problems: Problems) -> str:
    """Clean one field; what cannot be used is noted and read as empty."""
    if raw is None or raw == "":
        return ""
    if type(raw) is int:
        raw = str(raw) if abs(raw) < 10**most else "9" * (most + 1)
    if not isinstance(raw, str):
        problems.append((key, TextUnusable(f"{_begin(key)} must be text.", field=key)))
        return ""
    if len(raw) > most * 4:
        problems.append(_too_long(key, len(raw), most))
        return ""
    try:
        word = clean(raw)
    except TextUnusable as error:
        problems.append((key, TextUnusable(f"{_begin(key)} holds {error.detail}.", field=key)))
        return ""
    if len(word) > most:
        problems.append(_too_long(key, len(word), most))
        return ""
    if key in _MUST_SAY and word and not says_something(word):
        problems.append((key, FieldMissing(f"{_begin(key)} holds no letter or digit.", field=key)))
        return ""
    return word


def _find_country(text: str, failed: Set[str], problems: Problems) -> Country | None:
    if "country" in failed:
        return None
    try:
        return country(text)
    except CountryUnknown as error:
        problems.append(("country", error))
        return None


def _check_in_uk(place: Country, words: dict[str, str], failed: Set[str], problems: Problems) -> None:
    text = words["postcode"]
    postcode = ""
    if text:
        try:
            words["postcode"] = postcode = parse_postcode(text)
        except PostcodeUnknown as error:
            problems.append(("postcode", error))
    elif "postcode" not in failed:
        problems.append(_missing("postcode"))
    area = _ISLAND_AREA.get(place.iso2)
    if postcode and area is not None and not postcode.startswith(area):
        detail = f"{postcode} is not in {place.name}: postcodes there begin with {area}."
        problems.append(("postcode", PostcodeNotThere(detail, field="postcode")))
    if not words["town"] and "town" not in failed and not postcode.startswith("BF"):
        problems.append(_missing("town"))


def _check_abroad(place: Country, words: dict[str, str], failed: Set[str], problems: Problems) -> None:
    needed = rules_of(place.iso2).required
    if "C" in needed and not words["town"] and "town" not in failed:
        problems.append(_missing("town"))
    stands_in = "" if "C" in needed else words["town"]
    if "S" in needed and not words["county"] and not stands_in and "county" not in failed:
        detail = f"Please give the county, state or province: addresses in {place.name} need it."
        problems.append(("county", FieldMissing(detail, field="county")))
    if not words["postcode"]:
        if "Z" in needed and "postcode" not in failed:
            problems.append(_missing("postcode"))
        return
    words["postcode"], fits, suggestion = tidy_postcode(words["postcode"], place.iso2)
    if not fits:
        problems.append(("postcode", _not_there(place, words["postcode"], suggestion)))


def _not_there(place: Country, postcode: str, suggestion: str) -> PostcodeNotThere:
    detail = f"{postcode} is not a postcode of {place.name}."
    example = rules_of(place.iso2).example
    try:
        british = parse_postcode(postcode)
    except PostcodeUnknown:
        british = ""
    if british:
        detail += f" {british} is in the UK: is the country right?"
    elif suggestion:
        detail += f" Did you mean {suggestion}?"
    elif example:
        detail += f" It should look like {example}."
    return PostcodeNotThere(detail, field="postcode")


def _check_contact(words: dict[str, str], problems: Problems) -> None:
    phone, email = words["phone"], words["email"]
    if phone:
        digits = len(phone) if phone.isdigit() else sum(map(str.isdigit, _EXTENSION.split(phone)[0]))
        if not 6 <= digits <= 15 or not _PHONE.fullmatch(phone):
            problems.append(("phone", PhoneUnusable(field="phone")))
    if email and not _EMAIL.fullmatch(email):
        problems.append(("email", EmailUnusable(field="email")))


def _called(key: str) -> str:
    return _CALLED.get(key) or f"the {key}"


def _begin(key: str) -> str:
    called = _called(key)
    return called[0].upper() + called[1:]


def _missing(key: str) -> tuple[str, BadInput]:
    return key, FieldMissing(f"Please give {_called(key)}.", field=key)


def _too_long(key: str, length: int, most: int) -> tuple[str, BadInput]:
    return key, FieldTooLong(f"{_begin(key)} has {length} characters; {most} are allowed.", field=key)
