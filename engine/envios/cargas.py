"""What a job carries: made when it is written down, and put together again when it is handed out.

Of a message only the address and what its channel can do beside text stand in the job (``dados``); its content stays in
the mensagem of the same id, and goes when that is deleted.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from engine import emails, telefones
from engine.conector.enderecos import Endereco
from engine.conector.trabalhos import ArquivoParaEnviar, EntregaDeEvento, Envio, Push, Trabalho, Webhook
from engine.contatos import enderecos_de
from engine.modelo import CanalRow, EnvioRow, MensagemRow, NomeDoTrabalho, TicketRow, TipoCanal
from engine.vistas import Endereco as EnderecoDeArquivo
from engine.vistas import json_text


class EnvioGravado(Envio, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """As it is written down. ``enquanto_espera``: it is handed out only as long as its ticket waits in line;
    ``enquanto_cala``: only as long as the contact that it warns is silent.
    """

    enquanto_espera: bool = False
    enquanto_cala: bool = False


Carga = EnvioGravado | Webhook | Push | EntregaDeEvento

_FORMAS: Final[dict[NomeDoTrabalho, type[Carga]]] = {
    "processar_webhook": Webhook,
    "enviar_push": Push,
    "entregar_webhook": EntregaDeEvento,
}
"""What a job carries; not named here: an EnvioGravado."""

TRABALHOS: Final[dict[TipoCanal, tuple[NomeDoTrabalho, NomeDoTrabalho]]] = {
    "whatsapp": ("enviar_mensagem", "enviar_arquivo"),
    "email": ("enviar_email", "enviar_email"),
    "sms": ("enviar_sms", "enviar_sms"),
    "api": ("enviar_mensagem", "enviar_arquivo"),
}
"""By which jobs a kind of channel sends a text, and a file. One that is not here sends nothing through the outbox."""


SINAL: Final = "sinal "
"""So begins the lane of what tells a contact something about its last message."""
RAIA_DA_PESSOA: Final = "aviso:"
"""So begins the lane of what tells somebody of the empresa of something (:mod:`engine.envios.avisos`)."""
DIGITACAO_VALE_MS: Final = 25_000
"""For so long WhatsApp shows that somebody is writing."""
ESPERA_VALE_MS: Final = 5 * 60_000
"""Where somebody stands in line is not told so long after."""
SEM_CARGA: Final = EnvioGravado(para=Endereco("codigo", ""))
"""What a job carries that is with somebody, when what it sends was deleted meanwhile: it is not sent again."""


class NaFila(Struct, frozen=True):
    """A job in the line of its canal, with what it carries."""

    row: EnvioRow
    carga: Carga

    @property
    def id(self) -> str:
        return self.row.id

    @property
    def raia(self) -> str:
        return self.row.raia

    @property
    def nao_antes(self) -> int:
        return self.row.proxima_em or 0

    @property
    def lugar(self) -> tuple[int, str]:
        return self.row.ordem, self.row.id

    @property
    def enquanto_espera(self) -> bool:
        """Whether it is for somebody who waits in line still."""
        return isinstance(self.carga, EnvioGravado) and self.carga.enquanto_espera

    @property
    def enquanto_cala(self) -> bool:
        """Whether it is for somebody who has not answered."""
        return isinstance(self.carga, EnvioGravado) and self.carga.enquanto_cala

    def passou(self, now: int) -> bool:
        """Whether it says nothing any more: that somebody was writing, or stood there in line, a while ago."""
        ha_quanto = now - self.row.criado_em
        if self.enquanto_espera:
            return ha_quanto >= ESPERA_VALE_MS
        digitando = isinstance(self.carga, Envio) and self.carga.opcoes.get("sinal") == "digitando"
        return digitando and ha_quanto >= DIGITACAO_VALE_MS

    def trabalho(self, para: Endereco | None = None) -> Trabalho:
        """As it is handed out. ``para``: where the contact is reached now, if that is known."""
        row, carga = self.row, self.carga
        if para is not None and isinstance(carga, Envio):
            carga = replace(carga, para=para)
        if (self.enquanto_espera or self.enquanto_cala) and isinstance(carga, EnvioGravado):
            carga = replace(carga, enquanto_espera=False, enquanto_cala=False)
        assert row.prazo is not None, "it is in somebody's hands"
        return Trabalho(
            id=row.id,
            tentativa=row.tentativas,
            canal_id=row.canal_id,
            trabalho=row.trabalho,
            prazo=row.prazo,
            envio=carga if isinstance(carga, Envio) else None,
            webhook=carga if isinstance(carga, Webhook) else None,
            push=carga if isinstance(carga, Push) else None,
            entrega=carga if isinstance(carga, EntregaDeEvento) else None,
        )


def ordem_de(seq: int, *, com_evento: bool) -> int:
    """The place in line of what is written down before the event ``seq``, or together with it."""
    return 2 * seq if com_evento else 2 * seq - 1


def raia_do_contato(contato_id: str) -> str:
    return f"contato:{contato_id}"


def raia_de(ticket: TicketRow, para: Endereco) -> str:
    """The lane of whom a ticket is with: by whatever address it is written to, one thing goes after the other. Of a
    ticket that has no contact any more the address, in the one form that all its forms have.

    A job keeps its lane. When contacts are united, the tickets of each go on in the lane of the one that they were
    opened for: only within a ticket does the order of what is said mean anything.
    """
    if ticket.contato_id is not None:
        return raia_do_contato(ticket.contato_id)
    return f"{para.tipo}:{_numa_forma(para)}"


def _numa_forma(para: Endereco) -> str:
    match para.tipo:
        case "telefone":
            return telefones.linha(para.valor.removeprefix("+"))
        case "email":
            return emails.canonico(para.valor)
        case _:
            return para.valor


def e_de(row: EnvioRow, contatos: Collection[str]) -> bool:
    """Whether a job stands in a lane of one of these contacts, or beside it (what does not hold up the lane has one of
    its own: ``sinal …``, ``…#id``), or tells somebody of a ticket of theirs.
    """
    raia = row.raia.removeprefix(SINAL).partition("#")[0]
    if raia.startswith(RAIA_DA_PESSOA):
        return raia.rpartition(":")[2] in contatos
    tipo, _, resto = raia.partition(":")
    return tipo == "contato" and resto in contatos


def destino(ticket: TicketRow, tipo: TipoCanal) -> Endereco | None:
    """Where the contact of a ticket is reached by this kind of channel: from where it wrote, or else by what is known
    of it.
    """
    if ticket.endereco is not None:
        return lido(ticket.endereco)
    if tipo == "email":
        return None if ticket.contato_email is None else Endereco("email", ticket.contato_email)
    return None if ticket.contato_telefone is None else Endereco("telefone", f"+{ticket.contato_telefone}")


class _ComDestino(Struct):
    """Of what a job carries, whom it is for; of one that is for no contact, None."""

    para: Endereco | None = None


def chaves_do_destino(row: EnvioRow, canal: CanalRow, pais: str) -> tuple[str, ...]:
    """The addresses of whom a job is for, as contacts are known by (:func:`engine.contatos.chaves`)."""
    para = msgspec.json.decode(row.dados, type=_ComDestino).para if row.dados else None
    if para is None:
        return ()
    return enderecos_de((para,), canal, pais).chaves


def escrito(endereco: Endereco) -> str:
    return f"{endereco.tipo}:{endereco.valor}"


def lido(texto: str) -> Endereco:
    """An address as :func:`escrito` wrote it."""
    tipo, _, valor = texto.partition(":")
    return msgspec.convert({"tipo": tipo, "valor": valor}, Endereco)


def de_mensagem(
    mensagem: MensagemRow, ticket: TicketRow, canal_id: str, tipo: TipoCanal, envio: Envio
) -> EnvioRow:  # fmt: skip
    """The job that sends a message. Its place in line is that of the message's event."""
    de_texto, de_arquivo = TRABALHOS[tipo]
    return EnvioRow(
        mensagem.empresa_id,
        mensagem.id,
        canal_id,
        "saida",
        de_texto if mensagem.arquivo is None else de_arquivo,
        "pendente",
        raia_de(ticket, envio.para),
        ordem_de(mensagem.seq, com_evento=True),
        json_text(envio),
        mensagem.criada_em,
        mensagem.criada_em,
        ticket_id=ticket.id,
        mensagem_id=mensagem.id,
    )


def de_sinal(id_: str, ticket: TicketRow, canal_id: str, para: Endereco, sinal: str, seq: int, now: int) -> EnvioRow:
    """The job that tells the contact something about its last message. In a lane of its own: it holds up nothing."""
    envio = Envio(para=para, opcoes={"sinal": sinal, "a": ticket.ultima_externa})
    return EnvioRow(
        ticket.empresa_id,
        id_,
        canal_id,
        "saida",
        "sinalizar",
        "pendente",
        f"{SINAL}{raia_de(ticket, para)}",
        ordem_de(seq, com_evento=False),
        json_text(envio),
        now,
        now,
        ticket_id=ticket.id,
    )


def na_fila(row: EnvioRow, mensagem: MensagemRow | None, endereco_de_arquivo: EnderecoDeArquivo) -> NaFila | None:
    """A job with all that it carries; None if what it was to send was deleted."""
    if not row.dados:
        return None
    forma = _FORMAS.get(row.trabalho, EnvioGravado)
    carga: Carga = msgspec.json.decode(row.dados, type=forma)
    if row.mensagem_id is None or not isinstance(carga, EnvioGravado):
        return NaFila(row, carga)
    if mensagem is None or mensagem.excluida_em is not None:
        return None
    return NaFila(row, _com_conteudo(carga, mensagem, endereco_de_arquivo))


def _com_conteudo(
    envio: EnvioGravado, mensagem: MensagemRow, endereco_de_arquivo: EnderecoDeArquivo
) -> EnvioGravado:  # fmt: skip
    arquivo = mensagem.arquivo
    para_enviar = None
    if arquivo is not None:
        url = endereco_de_arquivo(mensagem.empresa_id, arquivo.id)
        para_enviar = ArquivoParaEnviar(arquivo.nome, arquivo.tipo, arquivo.tamanho, url)
    return replace(envio, conteudo=mensagem.conteudo, tipo=mensagem.tipo, arquivo=para_enviar)
