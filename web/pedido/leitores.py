"""Readers of single values: what a number, a text or a choice must be. Each says what is wrong in Portuguese."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from msgspec import Meta

from engine.caracteres import tem_visivel
from engine.errors import Detalhe
from web.pedido.campos import Leitor, Problema

PROBLEMAS_MAXIMO: Final = 50
"""As many are told at once."""
_INTEIRO: Final = re.compile(r"-?[0-9]{1,18}")
_VERDADEIRO_FALSO: Final = {"true": True, "false": False}


class Problemas(Problema):
    """What is wrong within one value, each with its path from there: ``.nome``, ``[2]``, ``[2].nome``."""

    def __init__(self, detalhes: Iterable[Detalhe]) -> None:
        self.detalhes = tuple(detalhes)
        super().__init__("; ".join(f"{um.campo.removeprefix('.')}: {um.problema}" for um in self.detalhes))


def dentro(onde: str, problema: Problema) -> Sequence[Detalhe]:
    """The problems of what stands at ``onde``."""
    if isinstance(problema, Problemas):
        return [Detalhe(onde + um.campo, um.problema) for um in problema.detalhes]
    return (Detalhe(onde, str(problema)),)


def curto(nome: str) -> str:
    """A name that was sent, as it may be echoed: bounded, and certain to be encodable."""
    return nome[:100].encode(errors="replace").decode()


def leitor_de_texto(ler: Leitor, minimo: int, maximo: int | None) -> Leitor:
    def leitor(valor: object) -> object:
        lido = ler(valor)
        assert isinstance(valor, str)
        assert isinstance(lido, str)
        if not tem_visivel(lido):
            if minimo:
                raise Problema("não pode ser vazio")
            lido = ""
        if maximo is not None and len(valor) > maximo:
            raise Problema(f"deve ter no máximo {maximo} caracteres; tem {len(valor)}")
        return lido

    return leitor


def leitor_de_inteiro(minimo: float | None, maximo: float | None, *, de_texto: bool) -> Leitor:
    problema = f"deve ser um número inteiro de {minimo} a {maximo}"

    def leitor(valor: object) -> object:
        if de_texto and isinstance(valor, str) and _INTEIRO.fullmatch(valor):
            valor = int(valor)
        if isinstance(valor, float) and valor.is_integer():  # to JSON Schema, and to JavaScript, 4.0 is an integer
            valor = int(valor)
        if type(valor) is not int or (minimo is not None and valor < minimo) or (maximo is not None and valor > maximo):
            raise Problema(problema)
        return valor

    return leitor


def leitor_de_numero(meta: Meta) -> Leitor:
    """A number that may have a fraction; one without is an int."""
    de = f"maior que {meta.gt:g} e até" if meta.gt is not None else f"de {meta.ge:g} a"
    problema = f"deve ser um número {de} {meta.le:g}"

    def leitor(valor: object) -> object:
        if type(valor) not in {int, float} or not _entre(valor, meta):
            raise Problema(problema)
        return int(valor) if isinstance(valor, float) and valor.is_integer() else valor

    return leitor


def _entre(valor: Any, meta: Meta) -> bool:
    return (
        (meta.gt is None or valor > meta.gt)
        and (meta.ge is None or valor >= meta.ge)
        and (meta.le is None or valor <= meta.le)
    )


def leitor_booleano(*, de_texto: bool) -> Leitor:
    def leitor(valor: object) -> object:
        if de_texto and isinstance(valor, str):
            valor = _VERDADEIRO_FALSO.get(valor)
        if not isinstance(valor, bool):
            raise Problema("deve ser true ou false")
        return valor

    return leitor


def leitor_de_escolha(opcoes: tuple[Any, ...]) -> Leitor:
    nomes = [str(opcao).lower() if isinstance(opcao, bool) else str(opcao) for opcao in opcoes]

    def leitor(valor: object) -> object:
        for opcao in opcoes:
            if type(valor) is type(opcao) and valor == opcao:
                return valor
        parecidos = {nome.lower(): nome for nome in nomes}
        perto = difflib.get_close_matches(valor[:100].lower(), parecidos, n=1) if isinstance(valor, str) else []
        sugestao = f"; você quis dizer {parecidos[perto[0]]}?" if perto else ""
        raise Problema(f"deve ser {' ou '.join(nomes) if len(nomes) < 3 else 'um de ' + ', '.join(nomes)}{sugestao}")

    return leitor
