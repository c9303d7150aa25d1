"""What is wrong with a canal, step by step, in words that say what to do. Nothing is sent to anybody."""

from __future__ import annotations

import ssl
from typing import Final, Literal

import trio

from connectors import tcp
from connectors.email.caixa import (
    Caixa,
    EntradaRecusada,
    PastaRecusada,
    SemSegurancaNaCaixa,
    SessaoCaiu,
)
from connectors.email.configuracao import Configuracao, Servidor
from connectors.email.respostas import em_palavras
from connectors.email.smtp import Recusada, SemConexao, SemRecurso, SemSeguranca, Smtp
from connectors.tcp import EnderecoRecusado

ErroDaCaixa = EntradaRecusada | PastaRecusada | SemSegurancaNaCaixa | SessaoCaiu | EnderecoRecusado
ERROS_DA_CAIXA: Final = (EntradaRecusada, PastaRecusada, SemSegurancaNaCaixa, SessaoCaiu, EnderecoRecusado)
_PRAZO_S: Final = 45.0
_LIGAR_S: Final = 15.0
_SEM_ETIQUETA: Final = (
    "O servidor não aceita e-mails para o endereço do canal com '+' e uma etiqueta, pela qual respostas são "
    "reconhecidas; ponha 'etiqueta' em 'nao', ou ligue esses endereços no servidor."
)
Qual = Literal["smtp", "imap"]


async def examinar(config: Configuracao, contexto: ssl.SSLContext, etiquetado: str) -> list[str]:
    """The problems of a canal; none if it can send and receive. ``etiquetado``: an address as answers come to."""
    achados: dict[Qual, str | None] = {"smtp": None, "imap": None}

    async def um(qual: Qual, servidor: Servidor | None) -> None:
        if servidor is not None:
            achados[qual] = await _servidor(qual, servidor, config, contexto, etiquetado)

    async with trio.open_nursery() as ambos:
        ambos.start_soon(um, "smtp", config.smtp)
        ambos.start_soon(um, "imap", config.imap)
    return [achado for achado in achados.values() if achado is not None]


async def _servidor(
    qual: Qual, servidor: Servidor, config: Configuracao, contexto: ssl.SSLContext, etiquetado: str
) -> str | None:
    with trio.move_on_after(_PRAZO_S):
        problema = await _alcancar(qual, servidor)
        if problema is not None:
            return problema
        if qual == "smtp":
            return await _smtp(servidor, config, contexto, etiquetado)
        return await _imap(servidor, config, contexto)
    return f"O servidor {qual.upper()} {servidor.host} demora demais para responder."


async def _alcancar(qual: Qual, servidor: Servidor) -> str | None:
    """Whether its name is known, and somebody listens there."""
    try:
        await trio.socket.getaddrinfo(servidor.host, servidor.porta)
    except (OSError, UnicodeError):
        return f"O nome '{servidor.host}' não existe; confira {qual}Host."
    try:
        with trio.fail_after(_LIGAR_S):
            fluxo = await tcp.ligar(servidor.host, servidor.porta, servidor.regras)
    except EnderecoRecusado:
        return de_dentro(qual, servidor)
    except (OSError, trio.TooSlowError):
        return (
            f"Ninguém atende em {servidor.host}, porta {servidor.porta}; confira {qual}Host e {qual}Port, "
            "e se um firewall deixa passar."
        )
    await trio.aclose_forcefully(fluxo)
    return None


async def _smtp(servidor: Servidor, config: Configuracao, contexto: ssl.SSLContext, etiquetado: str) -> str | None:
    smtp = Smtp(servidor, contexto, config.endereco.rpartition("@")[2])
    try:
        await smtp.ligar()
        aceita = await smtp.aceitaria(config.endereco, etiquetado)
        await smtp.sair()
    except Recusada as recusa:
        return f"{em_palavras(recusa.resposta, recusa.fase)}."
    except SemSeguranca as erro:
        return _sem_seguranca("smtp", servidor, str(erro))
    except SemRecurso as erro:
        return f"{erro}.".capitalize()
    except SemConexao:
        return _nao_fala("smtp", servidor)
    except EnderecoRecusado:
        return de_dentro("smtp", servidor)
    finally:
        await smtp.largar()
    return None if aceita or not config.com_etiqueta else _SEM_ETIQUETA


async def _imap(servidor: Servidor, config: Configuracao, contexto: ssl.SSLContext) -> str | None:
    caixa = Caixa(servidor, contexto, config.pasta)
    try:
        await trio.to_thread.run_sync(caixa.abrir, abandon_on_cancel=True)
    except ERROS_DA_CAIXA as erro:
        return problema_da_caixa(erro, servidor, config.pasta)
    finally:
        caixa.interromper()
        caixa.fechar()
    return None


def problema_da_caixa(erro: ErroDaCaixa, servidor: Servidor, pasta: str) -> str:
    """What a mailbox's error asks for, in words."""
    match erro:
        case EntradaRecusada():
            return (
                "O servidor IMAP recusou o usuário ou a senha; confira imapUsuario e imapSenha. Alguns provedores "
                "pedem uma senha de aplicativo, ou que o IMAP seja ligado nas configurações da conta."
            )
        case PastaRecusada() if "read" in str(erro):
            return f"A pasta '{pasta}' só pode ser lida; o Balcão precisa marcar nela o que já recebeu."
        case PastaRecusada():
            return f"A pasta '{pasta}' não existe na caixa postal; confira imapPasta (a de entrada é INBOX)."
        case SemSegurancaNaCaixa():
            return _sem_seguranca("imap", servidor, str(erro))
        case SessaoCaiu():
            return _nao_fala("imap", servidor)
        case EnderecoRecusado():
            return de_dentro("imap", servidor)


def de_dentro(qual: Qual, servidor: Servidor) -> str:
    """Its host is not one that a canal may name."""
    return (
        f"O servidor {qual.upper()} {servidor.host} fica em uma rede interna, que os canais não podem chamar; confira "
        f"{qual}Host, ou peça a quem administra o Balcão que inclua a rede em REDES_PERMITIDAS."
    )


def _sem_seguranca(qual: Qual, servidor: Servidor, motivo: str) -> str:
    if motivo == "no STARTTLS":
        return f"O servidor {qual.upper()} {servidor.host} não oferece STARTTLS; use {qual}Tls 'tls' e a porta dele."
    return (
        f"A conexão segura com {servidor.host} falhou ({motivo}); confira {qual}Host, {qual}Port e {qual}Tls. "
        "O certificado deve ser válido para esse nome."
    )


def _nao_fala(qual: Qual, servidor: Servidor) -> str:
    return (
        f"O servidor em {servidor.host}, porta {servidor.porta}, atendeu e não respondeu como um servidor "
        f"{qual.upper()}; confira {qual}Port e {qual}Tls."
    )
