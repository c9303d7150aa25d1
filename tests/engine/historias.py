"""Histories of one fila: equals who serve it, and what happens to them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from engine.modelo import Estrategia
from engine.politica.modelo import Politica
from tests.engine.bancada import Bancada, uid

SEM_FIM = 10_000
"""Slots that nobody fills."""

passos = st.lists(
    st.tuples(st.sampled_from(["chega", "chega", "chega", "resolve", "passa", "devolve"]), st.integers(0, 30)),
    max_size=60,
)
com_presenca = st.lists(
    st.tuples(
        st.sampled_from(["chega", "chega", "chega", "resolve", "passa", "pausa", "volta", "reinicia"]),
        st.integers(0, 30),
    ),
    max_size=60,
)


def bancada(estrategia: Estrategia, pessoas: int, *, capacidade: int = SEM_FIM, **politica: Any) -> Bancada:
    uma = Bancada(now=1)
    uma.fila(politica=Politica(estrategia=estrategia, **politica))
    for numero in range(pessoas):
        uma.pessoa(nome(numero), capacidade=capacidade)
    return uma


def nome(numero: int) -> str:
    return uid(f"p{numero}")


def fazer(b: Bancada, que: str, qual: int) -> None:
    """One step of a history."""
    com_dono = [id_ for id_ in b.tickets if b.dono(id_) is not None]
    pessoa = list(b.pessoas)[qual % len(b.pessoas)]
    match que:
        case "chega":
            b.chega()
        case "resolve" if com_dono:
            b.resolve(com_dono[qual % len(com_dono)])
        case "devolve" if com_dono:
            b.devolve(com_dono[qual % len(com_dono)])
        case "passa":
            b.passa(qual)
        case "pausa":
            b.muda_pessoa(pessoa, estado="pausa")
        case "volta":
            b.muda_pessoa(pessoa, estado="disponivel")
        case "reinicia":
            b.reinicia()


def seguidos(quem: list[str], de: str) -> int:
    """How many in a row were given to somebody, at the most."""
    melhor = agora = 0
    for um in quem:
        agora = agora + 1 if um == de else 0
        melhor = max(melhor, agora)
    return melhor
