"""What a ticket waits for: who of its fila might have it, what keeps each from it, and when that changes by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct

from engine.distribuicao import horarios
from engine.distribuicao.custos import VAGA
from engine.distribuicao.decisao import EM_DETALHE
from engine.distribuicao.encaminhamentos import depois_de_esperar
from engine.distribuicao.escala import Candidato
from engine.distribuicao.escolha import Motivo, porque_nao
from engine.distribuicao.exigencia import Pedidas, tem_as_habilidades
from engine.distribuicao.linha import Espera, Linha
from engine.distribuicao.perfil import Perfil
from engine.distribuicao.registro import outros
from engine.distribuicao.regras import na_fila_desde
from engine.estados import espera, oferta_de
from engine.modelo import TicketRow
from engine.politica.habilidades import chave
from engine.politica.modelo import Anel

if TYPE_CHECKING:
    from engine.distribuicao.distribuidor import Distribuidor


class Agente(Struct, frozen=True, gc=False):
    """One who serves the fila. ``apto``: it may have the ticket, but for its presence and its room. ``usado`` is how
    many of its slots (``capacidade``) are taken. ``so_em``: it may have what has waited until then (ms);
    ``turno_em``: when its shift lets it have anything again; ``arremate_ate``: when the first of its wrap-ups ends.
    """

    atendente_id: str
    porque_nao: Motivo | None
    apto: bool
    usado: float
    capacidade: int
    so_em: int | None = None
    turno_em: int | None = None
    arremate_ate: int | None = None


class AnelPorVir(Struct, frozen=True, gc=False):
    """The ring ``numero`` of the policy (from 1, by time) begins ``em`` (ms), and makes something easier for it."""

    numero: int
    em: int
    dispensa: tuple[str, ...]
    reduz_nivel: int
    equipes: tuple[str, ...]
    pontos: int


class Esperando(Struct, frozen=True, kw_only=True):
    """So it was at ``em``: a ticket that waits in ``fila_id`` since ``na_fila_desde``, and altogether since ``desde``.
    ``posicao`` is its place in line, from 1; None while it is promised or offered to somebody. ``aguardando`` are all
    in line. ``exige`` are the skills that it asks for now, after so many rings. ``agentes`` are up to 20 of those who
    serve the fila, who might have it first; ``outros`` how many more, by what keeps them (``livre``: nothing does).
    ``automatica``, ``aberta``: whether the fila gives out by itself, and is open; ``muda_em``: when it opens.
    ``limite_ate``, ``aquece_ate``: when what bounds the shares of its agents is over. ``sai_em``: then it goes to the
    fila ``sai_para``; None: it is closed. All times are ms.
    """

    em: int
    fila_id: str
    desde: int
    na_fila_desde: int
    posicao: int | None = None
    aguardando: int = 0
    exige: Pedidas = ()
    agentes: tuple[Agente, ...] = ()
    outros: dict[str, int] = {}
    automatica: bool = True
    aberta: bool = True
    muda_em: int | None = None
    aneis: tuple[AnelPorVir, ...] = ()
    guardado_para: str | None = None
    guardado_ate: int | None = None
    ofertado_a: tuple[str, ...] = ()
    ofertado_ate: int | None = None
    limite_ate: int | None = None
    aquece_ate: int | None = None
    sai_em: int | None = None
    sai_para: str | None = None


def esperando(distribuidor: Distribuidor, row: TicketRow, now: int) -> Esperando | None:
    """None if it does not wait, or its fila is not known. Only looks: nothing is changed."""
    linha = distribuidor.linhas.get(row.fila_id)
    if linha is None or not espera(row):
        return None
    esta = linha.esperas.get(row.id)
    if esta is None:
        return _ja_de_alguem(linha, row, now)
    horario, afinidade, desde = linha.regras.politica.horario, linha.regras.politica.afinidade, na_fila_desde(row)
    sai = depois_de_esperar(linha, row, distribuidor.linhas)
    guardado = None if esta.de is None or afinidade is None else desde + afinidade.segundos * 1000
    agentes, mais = _quem(linha, esta, now)
    return Esperando(
        em=now,
        fila_id=row.fila_id,
        desde=row.aguardando_desde,
        na_fila_desde=desde,
        posicao=linha.posicao(esta) + 1,
        aguardando=len(linha.esperas),
        exige=esta.classe.exigencia.habilidades,
        agentes=agentes,
        outros=mais,
        automatica=linha.regras.automatica,
        aberta=linha.aberta,
        muda_em=None if horario is None or linha.aberta else horarios.aberta(horario, now)[1],
        aneis=tuple(_por_vir(linha, esta, now)),
        guardado_para=esta.de,
        guardado_ate=guardado,
        limite_ate=linha.janelas.get("limite"),
        aquece_ate=linha.aquece_ate if linha.aquece_ate > now else None,
        sai_em=None if sai is None else sai[0],
        sai_para=None if sai is None else sai[1][0],
    )


def _ja_de_alguem(linha: Linha, row: TicketRow, now: int) -> Esperando:
    """It is promised, and will be somebody's in a moment; or it is offered."""
    oferta = oferta_de(row)
    return Esperando(
        em=now,
        fila_id=row.fila_id,
        desde=row.aguardando_desde,
        na_fila_desde=na_fila_desde(row),
        aguardando=len(linha.esperas),
        ofertado_a=() if oferta is None else oferta.atendentes,
        ofertado_ate=None if oferta is None else oferta.ate,
    )


def _quem(linha: Linha, esta: Espera, now: int) -> tuple[tuple[Agente, ...], dict[str, int]]:
    """Those who could first: who is free, who may have it and works now, whoever else may have it, the rest."""
    escala, aptos = linha.escala, esta.classe.aptos
    todos, livres = escala.todos, linha.livres_para(esta)
    grupos = (livres, aptos & escala.disponiveis & ~livres, aptos & ~escala.disponiveis, todos & ~aptos)
    escritos = list(islice((um for grupo in grupos for um in escala.destes(grupo)), EM_DETALHE))
    ditos = sum(um.bit for um in escritos)
    mais = outros(linha, esta, (livres & ~ditos).bit_count(), todos & ~livres & ~ditos)
    return tuple(_agentes(linha, esta, escritos, now)), mais


def _agentes(linha: Linha, esta: Espera, quem: Iterable[Candidato], now: int) -> Iterator[Agente]:
    for um in quem:
        perfil, porque = um.perfil, porque_nao(linha, esta, um)
        yield Agente(
            atendente_id=perfil.id,
            porque_nao=porque,
            apto=bool(esta.classe.aptos & um.bit),
            usado=perfil.usado / VAGA,
            capacidade=perfil.row.capacidade,
            so_em=_so_em(linha, esta, um),
            turno_em=_turno_em(perfil, now) if porque == "fora_do_turno" else None,
            arremate_ate=min((arremate.ate for arremate in perfil.arremates.values()), default=None),
        )


def _turno_em(perfil: Perfil, now: int) -> int | None:
    """When the shift of an agent lets it have anything again."""
    assert perfil.row.turno is not None, "it is out of it"
    return horarios.volta_a_receber(horarios.turno_de(perfil.row.turno), perfil.custos.sem_novos, now)


def _so_em(linha: Linha, esta: Espera, um: Candidato) -> int | None:
    """When it may have the ticket that it may not have yet, having the skills."""
    exigencia = esta.classe.exigencia
    if um.etapa <= exigencia.etapa or not tem_as_habilidades(um.perfil.niveis, exigencia.habilidades):
        return None
    return linha.regras.limiares[um.etapa - 1] + na_fila_desde(esta.row)


def _por_vir(linha: Linha, esta: Espera, now: int) -> Iterator[AnelPorVir]:
    """Those rings that make anything easier for it."""
    desde, pedidas = na_fila_desde(esta.row), esta.classe.exigencia.habilidades
    em_ordem = sorted(linha.regras.politica.aneis, key=lambda anel: anel.apos_segundos)
    for numero, anel in enumerate(em_ordem, 1):
        em = desde + anel.apos_segundos * 1000
        if em > now and _facilita(anel, pedidas):
            yield AnelPorVir(numero, em, anel.dispensa, anel.reduz_nivel, anel.equipes, anel.pontos)


def _facilita(anel: Anel, pedidas: Pedidas) -> bool:
    dispensa = {chave(nome) for nome in anel.dispensa}
    menos = any(qual in dispensa or (anel.reduz_nivel and nivel > 1) for qual, nivel in pedidas)
    return menos or bool(anel.equipes or anel.pontos)
