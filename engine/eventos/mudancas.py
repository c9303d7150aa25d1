"""What differs between two rows, of what people follow in the history: before and after, by wire name."""

from __future__ import annotations

from typing import Final

from msgspec import Raw, Struct

from engine.modelo import (
    AtendenteRow,
    CanalRow,
    ContatoRow,
    EmpresaRow,
    EquipeRow,
    FilaRow,
    Rota,
    TicketRow,
)
from engine.silencio.estado import Adiamento
from engine.sla import relogio
from engine.sla.estado import Alvo, Sla
from engine.tempo import iso, iso_or_none
from engine.vistas import empresa_vista, pedidas_vistas

Mudancas = dict[str, tuple[object, object]]
"""Before and after, by wire name."""

_SEM_SLA: Final = Sla("", 0)


def mudancas_do_ticket(antes: TicketRow, depois: TicketRow) -> Mudancas:
    """What differs between two rows of a ticket, of what people follow in its history."""
    mudancas: Mudancas = {}
    if antes.status != depois.status:
        mudancas["status"] = (antes.status, depois.status)
    if antes.atendente_id != depois.atendente_id:
        mudancas["atendenteId"] = (antes.atendente_id, depois.atendente_id)
    if antes.fila_id != depois.fila_id:
        mudancas["filaId"] = (antes.fila_id, depois.fila_id)
    if antes.canal_id != depois.canal_id:
        mudancas["canalId"] = (antes.canal_id, depois.canal_id)
    if antes.prioridade != depois.prioridade:
        mudancas["prioridade"] = (antes.prioridade, depois.prioridade)
    if antes.assunto != depois.assunto:
        mudancas["assunto"] = (antes.assunto, depois.assunto)
    if depois.forcado and (not antes.forcado or antes.atendente_id != depois.atendente_id):
        mudancas["forcado"] = (False, True)
    return mudancas | _mudancas_de_dentro(antes, depois)


def _mudancas_de_dentro(antes: TicketRow, depois: TicketRow) -> Mudancas:
    """Of its dates, its marks, and what is promised of it."""
    mudancas: Mudancas = {}
    if antes.data_resolucao != depois.data_resolucao or antes.data_fechamento != depois.data_fechamento:
        mudancas |= _mudancas_das_datas(antes, depois)
    if antes.rota is not depois.rota:
        mudancas |= _mudancas_das_marcas(antes.rota or Rota(), depois.rota or Rota())
    if antes.adiamento is not depois.adiamento:
        mudancas |= _mudancas_do_adiamento(antes.adiamento, depois.adiamento)
    if antes.sla is not depois.sla:
        mudancas |= mudancas_do_sla(antes.sla, depois.sla) | _mudancas_dos_prazos(antes.sla, depois.sla)
    return mudancas


def _mudancas_do_adiamento(antes: Adiamento | None, depois: Adiamento | None) -> Mudancas:
    mudancas: Mudancas = {}
    ate = tuple(None if um is None else iso(um.ate) for um in (antes, depois))
    if ate[0] != ate[1]:
        mudancas["adiadoAte"] = (ate[0], ate[1])
    motivo = tuple(None if um is None else um.motivo for um in (antes, depois))
    if motivo[0] != motivo[1]:
        mudancas["motivoDoAdiamento"] = (motivo[0], motivo[1])
    return mudancas


def _mudancas_das_datas(antes: TicketRow, depois: TicketRow) -> Mudancas:
    mudancas: Mudancas = {}
    if antes.data_resolucao != depois.data_resolucao:
        mudancas["dataResolucao"] = (iso_or_none(antes.data_resolucao), iso_or_none(depois.data_resolucao))
    if antes.data_fechamento != depois.data_fechamento:
        mudancas["dataFechamento"] = (iso_or_none(antes.data_fechamento), iso_or_none(depois.data_fechamento))
    return mudancas


def mudancas_do_sla(antes: Sla | None, depois: Sla | None) -> Mudancas:
    """Which targets have ended, and how: kept, missed, or neither, since nobody is to do it any more."""
    mudancas: Mudancas = {}
    if antes is depois or antes is None:
        return mudancas
    for nome, era, ficou in _alvos(antes, depois):
        if era is not None and era.fim is None and (ficou is None or ficou.fim is not None):
            como = "cancelado" if ficou is None else "violado" if ficou.violado else "cumprido"
            mudancas[f"sla{nome}"] = ("correndo", como)
    return mudancas


def _mudancas_dos_prazos(antes: Sla | None, depois: Sla | None) -> Mudancas:
    mudancas: Mudancas = {}
    mesma_pausa = antes is not None and depois is not None and antes.pausa == depois.pausa
    for nome, era, ficou in _alvos(antes, depois):
        if era is ficou and mesma_pausa:
            continue
        um = None if antes is None else relogio.prazo(antes, era)
        outro = None if depois is None else relogio.prazo(depois, ficou)
        if um != outro:
            mudancas[f"prazo{nome}"] = (iso_or_none(um), iso_or_none(outro))
    return mudancas


def _alvos(antes: Sla | None, depois: Sla | None) -> tuple[tuple[str, Alvo | None, Alvo | None], ...]:
    um, outro = antes or _SEM_SLA, depois or _SEM_SLA
    return (
        ("PrimeiraResposta", um.primeira, outro.primeira),
        ("ProximaResposta", um.proxima, outro.proxima),
        ("Resolucao", um.resolucao, outro.resolucao),
    )


def _mudancas_das_marcas(antes: Rota, depois: Rota) -> Mudancas:
    mudancas = _diferencas(antes, depois, {nome: nome for nome in ("etiquetas", "idioma")})
    if antes.habilidades != depois.habilidades:
        mudancas["habilidades"] = (pedidas_vistas(antes.habilidades), pedidas_vistas(depois.habilidades))
    return mudancas


def mudancas_do_contato_no_ticket(antes: TicketRow, depois: TicketRow) -> Mudancas:
    """What a ticket shows otherwise of its contact. Nothing but a change of the contact changes that."""
    mudancas = _diferencas(
        antes, depois, {nome: nome for nome in ("contato_nome", "contato_telefone", "contato_email")}
    )  # fmt: skip
    eram, sao = ((row.rota or Rota()).etiquetas_do_contato for row in (antes, depois))
    return mudancas if eram == sao else mudancas | {"contato_etiquetas": (eram, sao)}


def mudancas_do_atendente(antes: AtendenteRow, depois: AtendenteRow) -> Mudancas:
    nomes = ("nome", "email", "capacidade", "habilidades", "niveis", "online", "estado", "motivo")
    mudancas = _diferencas(antes, depois, {nome: nome for nome in nomes})
    if antes.turno != depois.turno:
        mudancas["turno"] = (_cru(antes.turno), _cru(depois.turno))
    return mudancas


def mudancas_da_fila(antes: FilaRow, depois: FilaRow) -> Mudancas:
    return _diferencas(
        antes,
        depois,
        {
            "nome": "nome",
            "descricao": "descricao",
            "estrategia": "estrategia",
            "distribuicaoAutomatica": "distribuicao_automatica",
            "aoFicarOffline": "ao_ficar_offline",
            "prioridade": "prioridade",
        },
    )


def mudancas_do_contato(antes: ContatoRow, depois: ContatoRow) -> Mudancas:
    return _diferencas(antes, depois, {nome: nome for nome in ("nome", "telefone", "email", "observacao", "etiquetas")})


def mudancas_do_canal(antes: CanalRow, depois: CanalRow) -> Mudancas:
    mudancas = _diferencas(antes, depois, {"nome": "nome", "filaId": "fila_id", "ativo": "ativo"})
    if antes.pausado_em != depois.pausado_em:
        mudancas["pausadoEm"] = (iso_or_none(antes.pausado_em), iso_or_none(depois.pausado_em))
        mudancas["pausaMotivo"] = (antes.pausa_motivo, depois.pausa_motivo)
    if antes.situacao != depois.situacao:
        mudancas["situacao"] = (_cru(antes.situacao), _cru(depois.situacao))
    if antes.config != depois.config:
        mudancas["config"] = (Raw(antes.config.encode()), Raw(depois.config.encode()))
    return mudancas


def _cru(texto: str | None) -> Raw | None:
    return None if texto is None else Raw(texto.encode())


def mudancas_da_equipe(antes: EquipeRow, depois: EquipeRow) -> Mudancas:
    return _diferencas(antes, depois, {"nome": "nome", "descricao": "descricao"})


def mudancas_da_empresa(antes: EmpresaRow, depois: EmpresaRow) -> Mudancas:
    fios = {
        "nome": "nome",
        "janelaReaberturaMinutos": "janela_reabertura_minutos",
        "capacidadePadrao": "capacidade_padrao",
        "paisPadrao": "pais_padrao",
        "estados": "estados",
        "contatosVisiveis": "contatos_visiveis",
        "capacidade": "capacidade",
    }
    return _diferencas(empresa_vista(antes), empresa_vista(depois), fios)


def _diferencas(antes: Struct, depois: Struct, campos: dict[str, str]) -> Mudancas:
    pares = ((fio, getattr(antes, campo), getattr(depois, campo)) for fio, campo in campos.items())
    return {fio: (velho, novo) for fio, velho, novo in pares if velho != novo}
