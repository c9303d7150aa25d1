"""What visitors are shown: nothing of the empresa but what it says to them. No id of ours, no ``seq``, no address."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from engine import estados
from engine.conector.enderecos import Endereco
from engine.envios.cargas import escrito
from engine.modelo import Arquivo, TipoMensagem
from engine.tempo import iso
from engine.visitantes import Fala, LugarNaConversa, TicketDoVisitante
from web.chat._canais import CanalDoChat, Nomes
from web.chat._sessoes import Sessao, Sessoes

Situacao = Literal["nova", "aguardando", "em_atendimento", "encerrada"]
ORIGINAL = ":"
"""Between the session and the visitor's own id of a message, in what the canal calls it."""


class ConfigVista(Struct, frozen=True, rename="camel"):
    titulo: str
    cor: str
    saudacao: str | None
    horario: str | None
    origens: tuple[str, ...]
    arquivos_antes: bool


class ArquivoVista(Struct, frozen=True, rename="camel"):
    """``url`` is good for some hours, and needs no token. ``tipo`` is MIME, ``tamanho`` in bytes."""

    url: str
    nome: str
    tipo: str
    tamanho: int
    largura: int | None
    altura: int | None


class FalaVista(Struct, frozen=True, rename="camel"):
    """``lida``: by the other side."""

    id: str
    de: Literal["visitante", "atendente"]
    nome: str | None
    texto: str
    tipo: TipoMensagem
    arquivo: ArquivoVista | None
    em: str
    lida: bool
    cursor: str


class EstadoVista(Struct, frozen=True, rename="camel"):
    """``atendente`` is who attends now, as visitors may know it. ``podeEnviarArquivo``: now."""

    situacao: Situacao
    atendente: str | None
    pode_enviar_arquivo: bool


class PaginaVista(Struct, frozen=True, rename="camel"):
    """``cursor``: what comes after this. ``mais``: there is some already. ``token``: the session's new one, if it was
    renewed.
    """

    mensagens: list[FalaVista]
    cursor: str
    mais: bool
    conversa: EstadoVista
    token: str | None


class SessaoVista(Struct, frozen=True, rename="camel"):
    token: str
    expira_em: str


class EscritaVista(Struct, frozen=True, rename="camel"):
    """A message is stored. ``repetida``: it was before. ``arquivo``: what it shows, if it is one."""

    id: str
    em: str
    tipo: TipoMensagem
    repetida: bool
    token: str | None
    arquivo: ArquivoVista | None


def config_vista(canal: CanalDoChat) -> ConfigVista:
    return ConfigVista(
        canal.titulo, canal.cor, canal.saudacao, canal.horario, canal.origens, canal.arquivos_antes
    )  # fmt: skip


def estado_vista(canal: CanalDoChat, sessao: Sessao, tickets: list[TicketDoVisitante]) -> EstadoVista:
    """How the visitor's latest conversation stands."""
    meu = ticket_de(sessao, tickets)
    if meu is None:
        return EstadoVista("nova", None, canal.arquivos_antes)
    aberto = estados.aberto(meu.status)
    quem = nome_visivel(canal.nomes, meu.atendente) if aberto else None
    return EstadoVista(_situacao(meu, aberto=aberto), quem, canal.arquivos_antes or (meu.respondido and aberto))


def ticket_de(sessao: Sessao, tickets: list[TicketDoVisitante]) -> TicketDoVisitante | None:
    """The visitor's latest conversation: that in which it is answered."""
    endereco = escrito(Endereco("visitante", sessao.id))
    return next((um for um in tickets if um.endereco == endereco), None)


def _situacao(ticket: TicketDoVisitante, *, aberto: bool) -> Situacao:
    if not aberto:
        return "encerrada"
    return "aguardando" if ticket.atendente is None and ticket.status == "ABERTO" else "em_atendimento"


def nome_visivel(nomes: Nomes, nome: str | None) -> str | None:
    """What visitors see of a person's name; an e-mail address that stands for one is none."""
    partes = (nome or "").split()
    if nomes == "nenhum" or not partes or "@" in (nome or ""):
        return None
    return " ".join(partes)[:80] if nomes == "completo" else partes[0][:40]


def lugar_de(fala: Fala) -> LugarNaConversa:
    return LugarNaConversa(fala.mensagem.seq, fala.mensagem.criada_em)


def fala_vista(canal: CanalDoChat, sessao: Sessao, sessoes: Sessoes, fala: Fala) -> FalaVista:
    row = fala.mensagem
    propria = row.direcao == "recebida"
    return FalaVista(
        id=(row.id_externo or "").partition(ORIGINAL)[2] if propria else sessoes.nome_da_fala(sessao, row.id),
        de="visitante" if propria else "atendente",
        nome=None if propria else nome_visivel(canal.nomes, fala.nome),
        texto=row.conteudo,
        tipo=row.tipo,
        arquivo=None if row.arquivo is None else arquivo_vista(sessao, sessoes, row.arquivo),
        em=iso(row.criada_em),
        lida=row.lida if propria else row.status_entrega == "lido",
        cursor=sessoes.cursor(sessao, lugar_de(fala)),
    )


def arquivo_vista(sessao: Sessao, sessoes: Sessoes, arquivo: Arquivo) -> ArquivoVista:
    url = f"/webchat/{sessao.canal_id}/arquivos/{sessoes.nome_do_arquivo(sessao, arquivo.id)}"
    return ArquivoVista(url, arquivo.nome, arquivo.tipo, arquivo.tamanho, arquivo.largura, arquivo.altura)
