"""Histories by chance, for as long as one likes: ``python -m tests.engine.longa --semente 1 --minutos 60``.

The same seed is the same histories. What fails is made as short as it gets, and told step by step.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import msgspec

from tests.engine import linhas
from tests.engine.acontecimentos import ACOES, Historia
from tests.engine.oraculo import Oraculo

PASSOS = 80
Passo = tuple[str, str]
"""What happens, and the seed of all that is left to chance in it: so it is the same if another is left out."""

CONTADAS = (
    "mudar_fila", "fechar_fila", "mudar_pessoa", "tirar_pessoa", "deixar_de_dar", "servir", "mudar_ticket", "suspender",
    "voltar", "desfazer", "passar", "avancar", "refazer",
)  # fmt: skip


def passos(semente: str, quantos: int = PASSOS) -> list[Passo]:
    nomes, pesos = list(ACOES), [peso for _, peso in ACOES.values()]
    quais = Random(semente).choices(nomes, pesos, k=quantos)
    return [(que, f"{semente}/{numero}") for numero, que in enumerate(quais)]


def contar(semente: str, historia: Iterable[Passo]) -> None:
    """Have all of it happen. Raises what the oracle, or the Distribuidor, finds."""
    esta = Historia(Random(semente))
    for que, acaso in historia:
        esta.acontecer(que, Random(acaso))


def falha(semente: str, historia: Iterable[Passo]) -> str | None:
    """Where it fails, if it does."""
    try:
        contar(semente, historia)
    except Exception as erro:  # noqa: BLE001  # whatever it is, it is found
        ultimo = traceback.extract_tb(erro.__traceback__)[-1]
        return f"{type(erro).__name__} {ultimo.name}: {ultimo.line}"
    return None


def encurtar(semente: str, historia: list[Passo], igual: str) -> list[Passo]:
    """The same failure with fewer steps: ever smaller pieces are left out, as long as it fails so."""
    pedaco = len(historia) // 2
    while pedaco:
        posicao = 0
        while posicao < len(historia):
            menos = historia[:posicao] + historia[posicao + pedaco :]
            if falha(semente, menos) == igual:
                historia = menos
            else:
                posicao += pedaco
        pedaco //= 2
    return historia


# -- told --------------------------------------------------------------------------------------------------------------


@contextmanager
def _contando() -> Iterator[None]:
    """Each operation is told as it is done."""
    antes = {nome: getattr(Oraculo, nome) for nome in CONTADAS}
    for nome, metodo in antes.items():
        setattr(Oraculo, nome, _que_conta(nome, metodo))
    try:
        yield
    finally:
        for nome, metodo in antes.items():
            setattr(Oraculo, nome, metodo)


def _que_conta(nome: str, metodo: Callable[..., Any]) -> Callable[..., Any]:
    def conta(o: Oraculo, *args: Any, **mais: Any) -> Any:
        ditos = [_dito(o, um) for um in args] + [f"{qual}={um!r}" for qual, um in mais.items() if um is not None]
        _dizer(_curto(f"{o.now / 1000:>12.3f}  {nome}({', '.join(ditos)})"))
        correio = len(o.correio)
        resposta = metodo(o, *args, **mais)
        for um in o.correio[correio:]:
            quem = [perfil.id for perfil in getattr(um, "perfis", [])]
            destino = str(getattr(um, "para", ""))
            _dizer(_curto(" ".join((" " * 16, "->", type(um).__name__, um.ticket_id, *quem, destino))))
        return resposta

    return conta


def _dizer(texto: str) -> None:
    sys.stdout.write(texto + "\n")
    sys.stdout.flush()


def _curto(texto: str) -> str:
    return re.sub(
        r"([0-9a-f]{8})(-0000){3}-0*(\d+)", lambda um: f"{bytes.fromhex(um[1]).decode().strip(chr(0))}-{um[3]}", texto
    )  # fmt: skip


def _dito(o: Oraculo, um: object) -> str:
    """A row by what is not as it is most of the time, or was before."""
    if not isinstance(um, msgspec.Struct):
        return repr(um)
    antes = {**o.mundo.filas, **o.mundo.pessoas, **o.mundo.tickets}.get(getattr(um, "id", ""))
    tipo = type(um).__name__
    comum = {"TicketRow": linhas.ticket, "FilaRow": linhas.fila, "AtendenteRow": linhas.atendente}.get(tipo)
    outro = antes if antes is not None else comum() if comum is not None else None
    campos = [
        f"{campo}={getattr(um, campo)!r}"
        for campo in type(um).__struct_fields__
        if outro is None or campo == "id" or getattr(um, campo) != getattr(outro, campo)
    ]
    return f"{tipo}({', '.join(campos)})"


def mostrar(semente: str, historia: list[Passo]) -> None:
    with _contando():
        try:
            contar(semente, historia)
        except Exception:  # noqa: BLE001  # it is what is shown
            traceback.print_exc(limit=-4, file=sys.stdout)


def main() -> int:
    pede = argparse.ArgumentParser(description=__doc__)
    pede.add_argument("--semente", type=int, default=0)
    pede.add_argument("--historias", type=int, default=10**9)
    pede.add_argument("--minutos", type=float, default=1)
    pede.add_argument("--passos", type=int, default=PASSOS)
    pede.add_argument("--seguir", action="store_true", help="after a failure go on, and tell each kind once")
    dito = pede.parse_args()
    ate, vistas = time.monotonic() + dito.minutos * 60, dict[str, int]()
    for numero in range(dito.historias):
        if time.monotonic() > ate:
            break
        semente = f"{dito.semente}.{numero}"
        historia = passos(semente, dito.passos)
        qual = falha(semente, historia)
        if qual is None:
            continue
        vistas[qual] = vistas.get(qual, 0) + 1
        if vistas[qual] == 1:
            curta = encurtar(semente, historia, qual)
            _dizer(f"\n==== {semente}: {qual} ({len(curta)} steps)\n{curta}")
            mostrar(semente, curta)
        if not dito.seguir:
            break
    _dizer(f"\n{numero + 1} histories")
    for qual, quantas in sorted(vistas.items()):
        _dizer(f"{quantas:>6} {qual}")
    return len(vistas)


if __name__ == "__main__":
    sys.exit(main())
