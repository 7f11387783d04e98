"""Do a thing once, however often it is asked for under one key, and give the same answer each time for a day.

Key and answer are written in the transaction that does the work: either both are there or neither. Two requests that
come at once under one key wait for each other; work that failed leaves the key free.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from hashlib import blake2b
from typing import Final

import msgspec

from pillarbox.kernel.errors import BadInput
from pillarbox.kernel.ids import ID_PATTERN, Id, Kind, parse
from pillarbox.vault.box import Box
from pillarbox.vault.idempotency import SQL, KeptAnswer
from pillarbox.vault.owned import Owned, render

LONGEST_KEY: Final = 200
_SEAL: Final = "kept answer"


class IdempotencyKeyMissing(BadInput):
    """This needs the header Idempotency-Key, 1 to 200 visible ASCII characters, new for each thing you want done."""


class IdempotencyKeyUnusable(BadInput):
    """An Idempotency-Key has 1 to 200 visible ASCII characters."""


class IdempotencyKeyReused(BadInput):
    """This Idempotency-Key was used within the last day for a request that said something else. Use a new one."""


class Answered(msgspec.Struct, frozen=True, gc=False):
    """The answer as bytes, and whether it had been given before."""

    content: bytes
    again: bool


class Asked(msgspec.Struct, frozen=True):
    """A request that may be repeated: its key, method and path (`place`), and its body."""

    key: str
    place: str
    body: bytes


def check_key(key: str) -> str:
    """Return a usable key, without the quotation marks that some programs add. Raises `IdempotencyKeyUnusable`."""
    bare = key[1:-1] if len(key) > 1 and key[0] == key[-1] == '"' else key
    if not (1 <= len(bare) <= LONGEST_KEY and all("!" <= c <= "~" for c in bare)):
        raise IdempotencyKeyUnusable(field="Idempotency-Key")
    return bare


async def once(box: Box, asked: Asked, work: Callable[[Box], Awaitable[Owned[bytes]]]) -> Owned[Answered]:
    """Run `work` and keep its answer, or give the one that was kept. Raises `IdempotencyKeyReused`."""
    await box.enter()
    digest = blake2b(asked.body, digest_size=32, person=b"pillarbox once").digest()
    key_digest = box.token(f"once {asked.place} {asked.key}")
    answer_id = box.mint(Kind.FILE)
    claim = {"key_digest": key_digest, "answer_id": answer_id, "request_digest": digest}
    _, claimed = await box.write_all((SQL["forget_answers"], {}), (SQL["claim_key"], claim))
    if not claimed:
        kept = box.open(await box.one(SQL["kept_answer"], KeptAnswer, key_digest=key_digest))
        if kept.request_digest != digest:
            raise IdempotencyKeyReused(field="Idempotency-Key")
        return _again(box, box.unseal(kept.answer_id, _SEAL, kept.answer))
    answer = await work(box)
    sealed = box.seal(answer_id, _SEAL, box.open(answer))
    await box.write(SQL["keep_answer"], key_digest=key_digest, answer=sealed)
    return render(lambda content: Answered(content, again=False), answer)


def _again(box: Box, content: bytes) -> Owned[Answered]:
    """Own a kept answer, so that the record names every object that is shown once more."""
    shown: dict[Kind, list[Id]] = {}
    for match in ID_PATTERN.finditer(content.decode()):
        thing = parse(Kind(match[1]), match[0])
        shown.setdefault(thing.kind, []).append(thing)
    marks = [box.own(None, f"{kind.name.lower()}:answer", ids) for kind, ids in shown.items()]
    return render(lambda answered, *_: answered, box.own(Answered(content, again=True), "answer:again"), *marks)
