"""What keeps a document from being an empresa's ``capacidade``, beyond the types of its fields; and what can be, but is
hardly meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.errors import Detalhe
from engine.politica.aviso import Aviso
from engine.politica.capacidade import Capacidade

_CASAS = 2
"""Decimals of a cost: slots are counted in hundredths."""


def problemas(capacidade: Capacidade) -> Iterator[Detalhe]:
    """All that is wrong, each with the path of the field within it and the remedy."""
    for campo, custo in _custos(capacidade):
        if round(custo, _CASAS) != custo:
            yield Detalhe(campo, f"conta-se em centésimos de vaga: use {custo:.{_CASAS}f}")
    yield from _das_exclusoes(capacidade)


def _das_exclusoes(capacidade: Capacidade) -> Iterator[Detalhe]:
    vistas: dict[frozenset[str], int] = {}
    for posicao, (um, outro) in enumerate(capacidade.exclusoes):
        campo = f"exclusoes[{posicao}]"
        if um == outro:
            yield Detalhe(campo, f'{um} não exclui a si mesmo; para um só de cada vez, use maximos: {{"{um}": 1}}')
        antes = vistas.setdefault(frozenset((um, outro)), posicao)
        if antes != posicao:
            yield Detalhe(campo, f"diz o mesmo que exclusoes[{antes}]; retire uma das duas")


def avisos(capacidade: Capacidade, vagas: Iterable[int]) -> Iterator[Aviso]:
    """What is hardly meant. ``vagas`` is the ``capacidade`` of each agent there is."""
    maior = max(vagas, default=None)
    for campo, custo in _custos(capacidade):
        if maior is not None and custo > maior:
            problema = f"custa {custo:g} vagas, e ninguém tem mais que {maior}: um ticket assim não é dado a ninguém"
            yield Aviso("custo_alem_da_capacidade", f"capacidade.{campo}", problema)
    for tipo, maximo in capacidade.maximos.items():
        if maximo == 0:
            problema = f"com 0, nenhum ticket de {tipo} é dado a ninguém"
            yield Aviso("canal_sem_ninguem", f"capacidade.maximos.{tipo}", problema)


def _custos(capacidade: Capacidade) -> Iterator[tuple[str, float]]:
    for tipo, custo in capacidade.custos.items():
        yield f"custos.{tipo}", custo
    if capacidade.custo_pendente is not None:
        yield "custoPendente", capacidade.custo_pendente
