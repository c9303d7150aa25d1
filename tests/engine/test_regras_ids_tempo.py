"""Ids (RFC 9562) and time."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.ids import UuidV7, is_uuid
from engine.tempo import SystemClock, VirtualClock, iso, iso_or_none


class Ponteiro:
    """A clock that may also be set back."""

    def __init__(self, now: int = 0) -> None:
        self.value = now

    def now(self) -> int:
        return self.value


@given(st.lists(st.integers(0, 2**48 - 2), min_size=2, max_size=50))
def test_ids_only_increase_even_if_the_clock_steps_back(instantes: list[int]) -> None:
    relogio = Ponteiro()
    ids = UuidV7(relogio, seed=1)
    feitos = []
    for instante in instantes:
        relogio.value = instante
        feitos.append(ids.novo())
    assert feitos == sorted(set(feitos))


@given(st.integers(0, 2**48 - 1), st.integers())
def test_an_id_is_a_version_7_uuid_that_holds_the_millisecond(instante: int, semente: int) -> None:
    lido = uuid.UUID(UuidV7(Ponteiro(instante), seed=semente).novo())
    assert lido.version == 7
    assert lido.variant == uuid.RFC_4122
    assert lido.int >> 80 == instante


def test_more_ids_in_a_millisecond_than_the_counter_holds_still_increase() -> None:
    ids = UuidV7(Ponteiro(1_000), seed=1)
    feitos = [ids.novo() for _ in range(10_000)]
    assert feitos == sorted(set(feitos))
    assert all(uuid.UUID(feito).version == 7 for feito in feitos)
    assert {feito[19] for feito in feitos} == set("89ab"), "as random as the RFC allows"
    assert len({feito[20:] for feito in feitos}) == len(feitos)


def test_the_same_seed_gives_the_same_ids_and_no_seed_gives_others() -> None:
    def dez(semente: int | None) -> list[str]:
        ids = UuidV7(Ponteiro(5), semente)
        return [ids.novo() for _ in range(10)]

    assert dez(42) == dez(42)
    assert dez(42) != dez(43)
    assert dez(None) != dez(None)


def test_an_id_is_recognised() -> None:
    assert is_uuid(UuidV7(SystemClock()).novo())


@pytest.mark.parametrize(
    "texto",
    ["", "x", "0" * 32, "{00000000-0000-0000-0000-000000000000}", "00000000-0000-0000-0000-00000000000G",
     "00000000-0000-0000-0000-000000000000\n", "٠" * 8 + "-0000-0000-0000-000000000000",
     "ABCDEF00-0000-0000-0000-000000000000"],
)  # fmt: skip
def test_only_the_canonical_lower_case_form_is_an_id(texto: str) -> None:
    assert not is_uuid(texto)


@given(st.integers(-62_135_596_800_000, 253_402_300_799_999))
def test_wire_time_is_iso_8601_utc_with_milliseconds(ms: int) -> None:
    texto = iso(ms)
    assert len(texto) == 24
    assert texto.endswith("Z")
    lido = datetime.fromisoformat(texto)
    assert lido.tzinfo == UTC
    assert round((lido - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000) == ms


def test_wire_time_by_example() -> None:
    assert iso(1_765_447_200_123) == "2025-12-11T10:00:00.123Z"
    assert iso_or_none(None) is None
    assert iso_or_none(0) == "1970-01-01T00:00:00.000Z"


def test_a_virtual_clock_moves_only_forward_and_only_when_told() -> None:
    relogio = VirtualClock(100)
    assert relogio.now() == relogio.now() == 100
    relogio.advance_to(100)
    relogio.advance_to(150)
    assert relogio.now() == 150
    with pytest.raises(ValueError, match="back"):
        relogio.advance_to(149)


def test_the_system_clock_counts_milliseconds_of_the_epoch() -> None:
    agora = datetime.now(UTC).timestamp() * 1000
    assert abs(SystemClock().now() - agora) < 60_000
