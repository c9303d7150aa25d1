"""Events: what happened, in the words of the wire. One maker for the envelope, one payload Struct for each event."""

from __future__ import annotations

from msgspec import Raw, Struct

from engine.modelo import (
    AtendenteRow,
    CanalRow,
    ContatoRow,
    EmpresaRow,
    EquipeRow,
    EventoRow,
    FilaRow,
    Quem,
    TicketRow,
)
from engine.tempo import iso_or_none
from engine.vistas import (
    AtendenteVista,
    CanalVista,
    ContatoVista,
    EmpresaVista,
    EquipeVista,
    FilaVista,
    TicketVista,
    empresa_vista,
    json_text,
)


class TicketCompleto(Struct, frozen=True, gc=False):
    """``ticket_criado``, ``ticket_atualizado``: the ticket as it is now."""

    ticket: TicketVista


class Dono(Struct, frozen=True, gc=False):
    """The agent a ticket now belongs to."""

    id: str
    nome: str


class TicketAtribuido(Struct, frozen=True, gc=False, rename="camel"):
    ticket_id: str
    atendente: Dono


class TicketTransferido(Struct, frozen=True, gc=False, rename="camel"):
    ticket_id: str
    status: str
    fila_id: str
    fila_anterior_id: str
    atendente_id: str | None
    atendente_anterior_id: str | None
    motivo: str | None


class TicketEncerrado(Struct, frozen=True, gc=False, rename="camel"):
    ticket_id: str
    status: str
    motivo: str | None
    ticket: TicketVista


class MensagemStatus(Struct, frozen=True, gc=False, rename="camel"):
    """``mensagem_status``: what changed about a message that was already seen."""

    id: str
    ticket_id: str
    lida: bool


class AtendenteStatus(Struct, frozen=True, gc=False):
    id: str
    nome: str
    online: bool
    estado: str
    motivo: str | None


class AtendenteCompleto(Struct, frozen=True, gc=False):
    atendente: AtendenteVista


class FilaCompleta(Struct, frozen=True, gc=False):
    fila: FilaVista


class MembroDaFila(Struct, frozen=True, gc=False, rename="camel"):
    fila_id: str
    atendente_id: str


class CanalCompleto(Struct, frozen=True):
    """``canal_criado``, ``canal_atualizado``: the canal as it is now, without what is secret."""

    canal: CanalVista


class EquipeCompleta(Struct, frozen=True, gc=False):
    """``equipe_criada``, ``equipe_atualizada``: the equipe as it is now."""

    equipe: EquipeVista


class MembroDaEquipe(Struct, frozen=True, gc=False, rename="camel"):
    equipe_id: str
    atendente_id: str


class FilaDaEquipe(Struct, frozen=True, gc=False, rename="camel"):
    equipe_id: str
    fila_id: str


class EmpresaCompleta(Struct, frozen=True, gc=False):
    """``empresa_atualizada``: the empresa as it is now."""

    empresa: EmpresaVista


class Excluido(Struct, frozen=True, gc=False):
    id: str


class ContatoExcluido(Struct, frozen=True, gc=False):
    """``contato_excluido``: it is gone, and so are ``unidos``, which had been merged into it."""

    id: str
    unidos: tuple[str, ...]


class AcessoRevogado(Struct, frozen=True, gc=False, rename="camel"):
    """``acesso_revogado``: tokens of the user issued up to ``valeDesde`` (ISO time) are not taken any more."""

    usuario_id: str
    vale_desde: str


class MensagensLidas(Struct, frozen=True, gc=False, rename="camel"):
    """``mensagens_lidas``: all that the contact had written until then (ISO time) was read."""

    ticket_id: str
    ate: str


class MensagemExcluida(Struct, frozen=True, gc=False, rename="camel"):
    id: str
    ticket_id: str


class ContatoCompleto(Struct, frozen=True, gc=False):
    """``contato_criado``, ``contato_atualizado``: the contact as it is now."""

    contato: ContatoVista


class ContatoUnido(Struct, frozen=True, gc=False, rename="camel"):
    """The contact ``unidoId`` became part of ``id``, which is now as ``contato`` shows."""

    id: str
    unido_id: str
    contato: ContatoVista


Mudancas = dict[str, tuple[object, object]]
"""Before and after, by wire name."""


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
    if antes.data_resolucao != depois.data_resolucao:
        mudancas["dataResolucao"] = (iso_or_none(antes.data_resolucao), iso_or_none(depois.data_resolucao))
    if antes.data_fechamento != depois.data_fechamento:
        mudancas["dataFechamento"] = (iso_or_none(antes.data_fechamento), iso_or_none(depois.data_fechamento))
    if depois.forcado and (not antes.forcado or antes.atendente_id != depois.atendente_id):
        mudancas["forcado"] = (False, True)
    return mudancas


def mudancas_do_contato_no_ticket(antes: TicketRow, depois: TicketRow) -> Mudancas:
    """What a ticket shows otherwise of its contact. Nothing but a change of the contact changes that."""
    return _diferencas(antes, depois, {nome: nome for nome in ("contato_nome", "contato_telefone", "contato_email")})


def mudancas_do_atendente(antes: AtendenteRow, depois: AtendenteRow) -> Mudancas:
    nomes = ("nome", "email", "capacidade", "habilidades", "online", "estado", "motivo")
    return _diferencas(antes, depois, {nome: nome for nome in nomes})


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
    return _diferencas(antes, depois, {nome: nome for nome in ("nome", "telefone", "email", "observacao")})


def mudancas_do_canal(antes: CanalRow, depois: CanalRow) -> Mudancas:
    mudancas = _diferencas(antes, depois, {"nome": "nome", "filaId": "fila_id", "ativo": "ativo"})
    if antes.config != depois.config:
        mudancas["config"] = (Raw(antes.config.encode()), Raw(depois.config.encode()))
    return mudancas


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
    }
    return _diferencas(empresa_vista(antes), empresa_vista(depois), fios)


def _diferencas(antes: Struct, depois: Struct, campos: dict[str, str]) -> Mudancas:
    pares = ((fio, getattr(antes, campo), getattr(depois, campo)) for fio, campo in campos.items())
    return {fio: (velho, novo) for fio, velho, novo in pares if velho != novo}


def evento_de_ticket(
    seq: int,
    tipo: str,
    quem: Quem,
    dados: Struct,
    row: TicketRow,
    antes: TicketRow | None = None,
    mudancas: Mudancas | None = None,
    em: int | None = None,
) -> EventoRow:
    """An event of a ticket, seen by the fila and owner it has and by those it leaves.

    ``em``: when it happened, if not at the ticket's last change.
    """
    fila_anterior = dono_anterior = None
    if antes is not None:
        fila_anterior = antes.fila_id if antes.fila_id != row.fila_id else None
        dono_anterior = antes.atendente_id if antes.atendente_id != row.atendente_id else None
        if mudancas is None:
            mudancas = mudancas_do_ticket(antes, row)
    return EventoRow(
        row.empresa_id,
        seq,
        tipo,
        row.atualizado_em if em is None else em,
        row.id,
        row.fila_id,
        row.atendente_id,
        fila_anterior,
        dono_anterior,
        quem.id,
        quem.papel,
        json_text(dados),
        json_text(mudancas) if mudancas else None,
    )


def evento_de_cadastro(
    seq: int,
    tipo: str,
    quem: Quem,
    em: int,
    dados: Struct,
    *,
    fila_id: str | None = None,
    atendente_id: str | None = None,
    mudancas: Mudancas | None = None,
    lugares: str | None = None,
) -> EventoRow:
    """An event of the empresa's own set-up: its filas, its people, its contacts. ``lugares``: whose contact it is (see
    :class:`~engine.modelo.EventoRow`).
    """
    return EventoRow(
        quem.empresa_id,
        seq,
        tipo,
        em,
        None,
        fila_id,
        atendente_id,
        None,
        None,
        quem.id,
        quem.papel,
        json_text(dados),
        json_text(mudancas) if mudancas else None,
        lugares,
    )
