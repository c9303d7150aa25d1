"""A policy tried before it is set: ``POST /atendimento/filas/:id/politica/simular``."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from actors.atendente.comandos import ListarAtendentes
from actors.canal.comandos import ListarCanais
from actors.empresa.comandos import VerEmpresa
from actors.equipe.comandos import ListarEquipes
from actors.fila.comandos import ListarFilas
from actors.fila.comandos_politica import PrepararSimulacao
from engine import permissoes
from engine.errors import Detalhe, Invalid
from engine.ids import menor_id
from engine.politica.capacidade import capacidade_de
from engine.politica.modelo import Politica
from engine.simulacao.da_empresa import EmpresaSimulada, EquipeDaEmpresa, FilaDaEmpresa
from engine.simulacao.pedido import TICKETS_NO_MAXIMO, PedidoDeSimulacao, TrafegoPedido
from engine.simulacao.resultado import Resultado
from engine.tempo import iso
from web.pedido.rota import Documento, Pedido, Rotas
from web.pedido.validacao import Dados, DaEmpresa, invalido

rotas = Rotas("Políticas")

_DIA: Final = 86_400_000
_PAGINA: Final = 1_000
"""Tickets that are read, and written down, at a stretch."""

DA_SIMULACAO: Final[Documento] = {
    "description": (
        "Para admin ou supervisor. Simula, num relógio virtual e num processo à parte, a política em vigor da fila e a "
        "do corpo, sobre os mesmos tickets, com as filas, as equipes e os atendentes da empresa como são agora. Sem "
        "`trafego`, os tickets são os que a empresa recebeu nos últimos `dias`: um atendente sem turno esteve "
        "presente, em cada dia, do primeiro ao último trabalho. Com `trafego`, são sorteados, e só desta fila. "
        f"Até {TICKETS_NO_MAXIMO} tickets (os últimos; `limitada` diz se havia mais). Uma simulação de cada vez por "
        "empresa (429), poucas ao mesmo tempo por servidor (503), e nenhuma de mais de 10 s (503)."
    )
}


Dias = Annotated[int, Meta(ge=1, le=31)]
PorHora = Annotated[int, Meta(ge=1, le=10_000)]
Segundos = Annotated[int, Meta(ge=1, le=86_400)]
Nivel = Annotated[int, Meta(ge=0, le=86_400)]
Semente = Annotated[int, Meta(ge=0, le=2**53 - 1)]


class TrafegoInventado(Dados, frozen=True, kw_only=True):
    """Of the fila: how many come, how long an agent has each, how long one waits (both on average)."""

    chegadas_por_hora: PorHora
    atendimento_segundos: Segundos
    paciencia_segundos: Segundos | None = None


class SimulacaoPedida(DaEmpresa, frozen=True, kw_only=True):
    politica: Politica
    dias: Dias = 7
    trafego: TrafegoInventado | None = None
    nivel_segundos: Nivel = 60
    semente: Semente = 1


class SimulacaoVista(Struct, frozen=True, rename="camel"):
    """Both results. ``limitada``: there were more tickets than are simulated."""

    de: str
    ate: str
    limitada: bool
    em_vigor: Resultado
    proposta: Resultado


@rotas.post(
    "/filas/<fila_id>/politica/simular",
    resumo="Simular uma política",
    ato=permissoes.CONFIGURAR,
    documento=DA_SIMULACAO,
    demora=True,
)
async def simular(p: Pedido, fila_id: str, corpo: SimulacaoPedida) -> SimulacaoVista:
    p.simulador.livre(p.quem.empresa_id)
    ate = await _preparar(p, fila_id, corpo.politica)
    pedido = PedidoDeSimulacao(
        empresa=await _empresa(p),
        fila_id=fila_id,
        politica=corpo.politica,
        de=ate - corpo.dias * _DIA,
        ate=ate,
        semente=corpo.semente,
        nivel_segundos=corpo.nivel_segundos,
        trafego=_trafego(corpo.trafego),
    )
    linhas = [msgspec.json.encode(pedido)]
    if pedido.trafego is None:
        linhas += await _passado(p, menor_id(pedido.de), menor_id(ate))
    feita = await p.simulador.simular(p.quem.empresa_id, linhas)
    if feita.em_vigor is None or feita.proposta is None:
        raise invalido(feita.problemas)
    return SimulacaoVista(iso(pedido.de), iso(ate), feita.limitada, feita.em_vigor, feita.proposta)


async def _preparar(p: Pedido, fila_id: str, politica: Politica) -> int:
    """The instant up to which it is simulated, if the policy could be the fila's: under the request's key, so that who
    asks again is answered of the same time.

    Raises:
        NotFound, Invalid.
    """
    try:
        return await p.pedir(PrepararSimulacao(quem=p.quem, fila_id=fila_id, documento=politica))
    except Invalid as recusa:
        raise invalido(Detalhe(f"politica.{um.campo}", um.problema) for um in recusa.detalhes) from None


def _trafego(trafego: TrafegoInventado | None) -> TrafegoPedido | None:
    if trafego is None:
        return None
    return TrafegoPedido(trafego.chegadas_por_hora, trafego.atendimento_segundos, trafego.paciencia_segundos)


async def _empresa(p: Pedido) -> EmpresaSimulada:
    """As it is now. Who serves a fila by an equipe too counts as of the equipe."""
    filas, equipes = await p.no.pedir(ListarFilas(quem=p.quem)), await p.no.pedir(ListarEquipes(quem=p.quem))
    por_equipe: dict[str, set[str]] = {}
    for equipe in equipes:
        for fila_id in equipe.filas:
            por_equipe.setdefault(fila_id, set()).update(equipe.membros)
    atendentes = await p.no.pedir(ListarAtendentes(quem=p.quem))
    canais = await p.no.pedir(ListarCanais(quem=p.quem))
    empresa = await p.no.pedir(VerEmpresa(quem=p.quem))
    return EmpresaSimulada(
        [FilaDaEmpresa(um.row, frozenset(um.membros) - por_equipe.get(um.row.id, set())) for um in filas],
        [EquipeDaEmpresa(um.row, frozenset(um.membros), frozenset(um.filas)) for um in equipes],
        [um.row for um in atendentes],
        [um.row for um in canais],
        capacidade_de(empresa),
    )


async def _passado(p: Pedido, de: str, ate: str) -> list[bytes]:
    """The latest tickets that came between two instants, as lines: a page at a time, so that others get their turn."""
    linhas: list[bytes] = []
    while len(linhas) < TICKETS_NO_MAXIMO // _PAGINA:
        pagina = await p.leitor.trafego(p.quem.empresa_id, de, ate, _PAGINA)
        linhas.append(msgspec.json.encode(pagina))
        if len(pagina) < _PAGINA:
            break
        ate = pagina[-1].id
    return linhas
