"""Notices as jobs: one to each browser of somebody, to its e-mail, to its phone.

Each goes in a lane of its person's (or browser's) own, so that they come in their order and hold up nobody. A notice
for a browser goes through a push service and lies on a screen that others may see: it says who wrote and no more,
unless the canal wants it otherwise (``mostrarConteudo``). What names a ticket goes when that is deleted, as all its
jobs do.
"""

from __future__ import annotations

from typing import Final

from engine.avisos.palavras import Palavras, caminho
from engine.canais import valor_publico
from engine.conector.enderecos import Endereco
from engine.conector.trabalhos import Envio, Push
from engine.envios.cargas import RAIA_DA_PESSOA
from engine.modelo import CanalRow, EnvioRow, InscricaoRow, NomeDoTrabalho, TicketRow
from engine.vistas import json_text

TEXTO_MAXIMO: Final = 160
_RAIA_DO_NAVEGADOR: Final = "push:"
_RESUMO: Final = "resumo"
"""The tag of digests: of several a browser shows the last."""


def por_push(
    id_: str, canal: CanalRow, inscricao: InscricaoRow, palavras: Palavras, ticket_id: str | None, ordem: int, now: int
) -> EnvioRow:
    """The job that sends a notice to one browser. Of the notices of a ticket a browser shows the last."""
    push = Push(
        endpoint=inscricao.endpoint,
        p256dh=inscricao.p256dh,
        auth=inscricao.auth,
        titulo=palavras.titulo,
        corpo=_corpo(palavras, canal),
        url="/" if ticket_id is None else caminho(ticket_id),
        etiqueta=ticket_id or _RESUMO,
    )
    raia = _RAIA_DO_NAVEGADOR + inscricao.id
    return _novo(id_, canal, "enviar_push", raia, json_text(push), ticket_id, ordem, now)


def por_email(
    id_: str, canal: CanalRow, usuario_id: str, endereco: str, carta: tuple[str, str], ticket: TicketRow | None,
    ordem: int, now: int,
) -> EnvioRow:  # fmt: skip
    """The job that sends a mail. ``carta``: its subject and its text."""
    assunto, texto = carta
    envio = Envio(para=Endereco("email", endereco), assunto=assunto, conteudo=texto, automatica=True)
    raia = raia_da_pessoa(usuario_id, ticket)
    return _novo(id_, canal, "enviar_email", raia, json_text(envio), _id(ticket), ordem, now)


def por_sms(
    id_: str, canal: CanalRow, usuario_id: str, telefone: str, texto: str, ticket: TicketRow | None, ordem: int,
    now: int,
) -> EnvioRow:  # fmt: skip
    """The job that sends an SMS. ``telefone``: the digits of E.164."""
    envio = Envio(para=Endereco("telefone", f"+{telefone}"), conteudo=texto, automatica=True)
    return _novo(
        id_, canal, "enviar_sms", raia_da_pessoa(usuario_id, ticket), json_text(envio), _id(ticket), ordem, now
    )  # fmt: skip


def raia_da_pessoa(usuario_id: str, ticket: TicketRow | None) -> str:
    """The lane of what tells somebody of a ticket: it says of which contact, with whom it goes if that is deleted."""
    contato_id = None if ticket is None else ticket.contato_id
    return f"{RAIA_DA_PESSOA}{usuario_id}" + ("" if contato_id is None else f":{contato_id}")


def pessoa_de(row: EnvioRow) -> str | None:
    """Whom a job tells of something; None: it is no notice, or one for a browser."""
    if not row.raia.startswith(RAIA_DA_PESSOA):
        return None
    return row.raia.removeprefix(RAIA_DA_PESSOA).partition("#")[0].partition(":")[0]


def inscricao_de(row: EnvioRow) -> str:
    """The id of the subscription that a job is for."""
    return row.raia.removeprefix(_RAIA_DO_NAVEGADOR).partition("#")[0]


def _id(ticket: TicketRow | None) -> str | None:
    return None if ticket is None else ticket.id


def _novo(
    id_: str, canal: CanalRow, trabalho: NomeDoTrabalho, raia: str, dados: str, ticket_id: str | None, ordem: int,
    now: int,
) -> EnvioRow:  # fmt: skip
    return EnvioRow(
        canal.empresa_id, id_, canal.id, "saida", trabalho, "pendente", raia, ordem, dados, now, now,
        ticket_id=ticket_id,
    )  # fmt: skip


def _corpo(palavras: Palavras, canal: CanalRow) -> str:
    texto = palavras.detalhe if palavras.detalhe and mostra_conteudo(canal) else palavras.corpo
    return texto if len(texto) <= TEXTO_MAXIMO else texto[: TEXTO_MAXIMO - 1] + "…"


def mostra_conteudo(canal: CanalRow) -> bool:
    """Whether what somebody wrote may be shown on the screens of this canal's browsers."""
    dito = valor_publico(canal.config, "mostrarConteudo")
    return dito is True or (isinstance(dito, str) and dito.strip().lower() in {"sim", "true"})
