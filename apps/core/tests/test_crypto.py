"""Sealed values open only where they were sealed, and equality is found only by who holds the key."""

import base64
import json
from collections import Counter
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from apps.core.crypto import NONCE_BYTES, SealBroken, blind_index, seal, unseal

ROW, OTHER = UUID(int=1), UUID(int=2)
PLACE = {"row": ROW, "table": "person", "column": "id_number"}
NUMBER = "229999199001010012"


def keys_file(folder: Path, *key_ids: str, index: bytes = b"i" * 32, current: str = "") -> str:
    """A key file in which each id has a key of its own."""
    keys = {key_id: base64.b64encode(key_id.encode().ljust(32, b"-")).decode() for key_id in key_ids}
    ring = {"current": current or key_ids[-1], "keys": keys, "index_key": base64.b64encode(index).decode()}
    path = folder / f"{uuid4()}.json"
    path.write_text(json.dumps(ring), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("text", [NUMBER, "李", "和平街 1 号 二单元", "a" * 10_000, " "])
def test_what_was_sealed_opens(text: str) -> None:
    sealed = seal(text, **PLACE)
    assert unseal(sealed, **PLACE) == text
    assert unseal(memoryview(sealed), **PLACE) == text
    assert len(text) < 3 or text.encode() not in sealed


def test_nothing_stays_nothing() -> None:
    assert seal("", **PLACE) == b""
    assert unseal(b"", **PLACE) == ""


@pytest.mark.parametrize(
    "elsewhere", [{"row": OTHER}, {"table": "bankaccount"}, {"column": "phone"}], ids=["row", "table", "column"]
)
def test_a_value_copied_elsewhere_does_not_open(elsewhere: dict) -> None:
    with pytest.raises(SealBroken):
        unseal(seal(NUMBER, **PLACE), **{**PLACE, **elsewhere})


def test_names_that_run_together_are_still_different_places() -> None:
    with pytest.raises(SealBroken):
        unseal(seal(NUMBER, row=ROW, table="a", column="b|c"), row=ROW, table="a|b", column="c2")


def test_any_changed_byte_is_noticed() -> None:
    sealed = seal(NUMBER, **PLACE)
    for at in range(len(sealed)):
        changed = bytearray(sealed)
        changed[at] ^= 1
        with pytest.raises(SealBroken):
            unseal(bytes(changed), **PLACE)


@pytest.mark.parametrize("length", [1, 2, 5, 15, 20])
def test_a_cut_value_is_noticed(length: int) -> None:
    with pytest.raises(SealBroken):
        unseal(seal(NUMBER, **PLACE)[:length], **PLACE)


def test_equal_values_look_different_every_time() -> None:
    sealed = [seal(NUMBER, **PLACE) for _ in range(200)]
    assert len(set(sealed)) == 200
    start = 1 + sealed[0][0]
    nonces = Counter(value[start : start + NONCE_BYTES] for value in sealed)
    assert max(nonces.values()) == 1


def test_another_key_says_that_it_does_not_open_and_nothing_of_what_is_inside(settings, tmp_path: Path) -> None:
    settings.JIAOHE_KEYS_FILE = keys_file(tmp_path, "k1")
    sealed = seal(NUMBER, **PLACE)
    other = tmp_path / "other.json"
    ring = json.loads(Path(settings.JIAOHE_KEYS_FILE).read_text())
    ring["keys"]["k1"] = base64.b64encode(b"z" * 32).decode()
    other.write_text(json.dumps(ring))
    settings.JIAOHE_KEYS_FILE = str(other)
    with pytest.raises(SealBroken, match=r"person\.id_number of .* does not open") as broken:
        unseal(sealed, **PLACE)
    assert NUMBER not in str(broken.value)


def test_a_key_that_is_gone_is_named(settings, tmp_path: Path) -> None:
    settings.JIAOHE_KEYS_FILE = keys_file(tmp_path, "k1")
    sealed = seal(NUMBER, **PLACE)
    settings.JIAOHE_KEYS_FILE = keys_file(tmp_path, "k2")
    with pytest.raises(SealBroken, match="unknown key id 'k1'"):
        unseal(sealed, **PLACE)


def test_after_a_new_key_old_values_open_and_new_ones_bear_its_name(settings, tmp_path: Path) -> None:
    settings.JIAOHE_KEYS_FILE = keys_file(tmp_path, "k1")
    old = seal(NUMBER, **PLACE)
    settings.JIAOHE_KEYS_FILE = keys_file(tmp_path, "k1", "k2")
    new = seal(NUMBER, **PLACE)
    assert unseal(old, **PLACE) == unseal(new, **PLACE) == NUMBER
    assert (old[1:3], new[1:3]) == (b"k1", b"k2")


def test_the_index_is_keyed_and_each_column_has_its_own() -> None:
    index = blind_index(NUMBER, column="person.id_number")
    assert index == blind_index(NUMBER, column="person.id_number")
    assert len(index) == 32
    assert index != blind_index(NUMBER, column="bankaccount.number")
    assert index != blind_index("229999199001010020", column="person.id_number")


def test_without_the_index_key_an_index_cannot_be_guessed(settings, tmp_path: Path) -> None:
    settings.JIAOHE_KEYS_FILE = keys_file(tmp_path, "k1", index=b"a" * 32)
    first = blind_index(NUMBER, column="person.id_number")
    settings.JIAOHE_KEYS_FILE = keys_file(tmp_path, "k1", index=b"b" * 32)
    assert blind_index(NUMBER, column="person.id_number") != first


def test_a_new_sealing_key_leaves_the_index_as_it_was(settings, tmp_path: Path) -> None:
    settings.JIAOHE_KEYS_FILE = keys_file(tmp_path, "k1")
    first = blind_index(NUMBER, column="person.id_number")
    settings.JIAOHE_KEYS_FILE = keys_file(tmp_path, "k1", "k2")
    assert blind_index(NUMBER, column="person.id_number") == first
