"""An empresa as the reference of the distribution sees it (:mod:`tests.engine.referencia`): from rows alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from actors.diretorio.empresa_viva import EmpresaViva
from engine.estados import aberto, oferta_de
from engine.modelo import (
    ArremateRow,
    AtendenteRow,
    CanalRow,
    EmpresaConfigRow,
    EquipeFilaRow,
    EquipeMembroRow,
    FilaRow,
    MembroRow,
    TicketRow,
)
from engine.participacao import Vias
from engine.politica.capacidade import PADRAO, Capacidade
from tests.engine.referencia import Mundo
from tests.simulacao.loja import LojaEmMemoria


def gravado(viva: EmpresaViva, loja: LojaEmMemoria, arremates: Iterable[ArremateRow]) -> Mundo:
    """What is durable: of the living empresa only who is out of order, and what is being deleted. ``arremates`` are the
    wrap-ups that go on.
    """
    config = loja.um(EmpresaConfigRow, viva.name)
    capacidade = PADRAO if config is None else msgspec.json.decode(config.capacidade, type=Capacidade)
    mundo = Mundo(capacidade, lambda: _ofertados(mundo))
    mundo.now = viva.dispatcher.now()
    mundo.canais = {um.id: um.tipo for um in loja.de(CanalRow, viva.name) if um.tipo != "webhook"}
    mundo.filas = {um.id: um for um in loja.de(FilaRow, viva.name) if um.excluida_em is None}
    mundo.pessoas = {um.id: um for um in loja.de(AtendenteRow, viva.name) if um.excluido_em is None}
    mundo.tickets = {um.id: um for um in loja.de(TicketRow, viva.name) if aberto(um.status)}
    mundo.vias = vias_gravadas(loja, viva.name)
    mundo.arremates = {(um.ticket_id, um.atendente_id): um for um in arremates}
    mundo.suspensos = {id_ for id_, ref in viva.diretorio.tickets.items() if ref.state != 0}
    _quem_nao_recebe(viva, mundo)
    mundo.mexeu()
    return mundo


def no_ar(viva: EmpresaViva, fila_id: str, tickets: Iterable[TicketRow]) -> Mundo:
    """What its actors show now, of one fila and of who serves it. ``tickets`` are those that there are beside."""
    diretorio = viva.diretorio
    mundo = Mundo(viva.ajustes.capacidade, dict)
    mundo.now = viva.dispatcher.now()
    for canal_id in diretorio.canais:
        tipo = diretorio.tipo_do_canal(canal_id)
        if tipo is not None and tipo != "webhook":
            mundo.canais[canal_id] = tipo
    fila = diretorio.fila_row(fila_id)
    if fila is not None:
        mundo.filas[fila_id] = fila
    for pessoa in diretorio.quem_serve(fila_id):
        row = diretorio.atendente_row(pessoa)
        if row is not None:
            mundo.pessoas[pessoa] = row
            mundo.vias[fila_id, pessoa] = diretorio.participacao.vias(fila_id, pessoa)
    mundo.tickets = {um.id: um for um in tickets if aberto(um.status)}
    _quem_nao_recebe(viva, mundo)
    mundo.mexeu()
    return mundo


def _quem_nao_recebe(viva: EmpresaViva, mundo: Mundo) -> None:
    atendentes = viva.diretorio.atendentes
    mundo.parados = {id_ for id_ in mundo.pessoas if id_ not in atendentes or atendentes[id_].state != 0}
    mundo.saindo = set(viva.diretorio.saindo) & mundo.pessoas.keys()


def _ofertados(mundo: Mundo) -> dict[str, list[str]]:
    """For whom slots are kept, as the rows say."""
    ofertas = {id_: oferta_de(row) for id_, row in mundo.tickets.items() if id_ not in mundo.suspensos}
    return {id_: list(oferta.atendentes) for id_, oferta in ofertas.items() if oferta is not None}


def vias_gravadas(loja: LojaEmMemoria, empresa_id: str) -> dict[tuple[str, str], Vias]:
    """Who serves what and by what, straight from the definition."""
    das_equipes = defaultdict[str, list[str]](list)
    for membro in loja.de(EquipeMembroRow, empresa_id):
        if membro.ativo:
            das_equipes[membro.equipe_id].append(membro.atendente_id)
    vias = defaultdict[tuple[str, str], list[str | None]](list)
    for proprio in loja.de(MembroRow, empresa_id):
        if proprio.ativo:
            vias[proprio.fila_id, proprio.atendente_id].append(None)
    vinculos = [(um.equipe_id, um.fila_id) for um in loja.de(EquipeFilaRow, empresa_id) if um.ativo]
    for equipe_id, fila_id in sorted(vinculos):
        for atendente_id in das_equipes[equipe_id]:
            vias[fila_id, atendente_id].append(equipe_id)
    return {par: tuple(por) for par, por in vias.items()}
