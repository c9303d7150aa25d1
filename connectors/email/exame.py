"""What is wrong with a canal, step by step, in words that say what to do. Nothing is sent to anybody."""

from __future__ import annotations

import ssl
from typing import Final

import trio

from connectors import tcp
from connectors.email import alcance
from connectors.email.alcance import Qual
from connectors.email.caixa import (
    Caixa,
    EntradaRecusada,
    PastaRecusada,
    SemSegurancaNaCaixa,
    SessaoCaiu,
)
from connectors.email.configuracao import Configuracao, Servidor
from connectors.email.respostas import Fase, em_palavras
from connectors.email.smtp import Recusada, SemConexao, SemRecurso, SemSeguranca, Smtp
from connectors.tcp import EnderecoRecusado

ErroDaCaixa = EntradaRecusada | PastaRecusada | SemSegurancaNaCaixa | SessaoCaiu | EnderecoRecusado
ERROS_DA_CAIXA: Final = (EntradaRecusada, PastaRecusada, SemSegurancaNaCaixa, SessaoCaiu, EnderecoRecusado)
ErroDoSmtp = Recusada | SemSeguranca | SemRecurso | SemConexao | EnderecoRecusado
ERROS_DO_SMTP: Final = (Recusada, SemSeguranca, SemRecurso, SemConexao, EnderecoRecusado)
_PRAZO_S: Final = 45.0
_LIGAR_S: Final = 15.0
_SEM_ETIQUETA: Final = (
    "O servidor não aceita e-mails para o endereço do canal com '+' e uma etiqueta, pela qual respostas são "
    "reconhecidas; ponha 'etiqueta' em 'nao', ou ligue esses endereços no servidor."
)


async def examinar(config: Configuracao, contexto: ssl.SSLContext, etiquetado: str) -> dict[Qual, str | None]:
    """The problem of each server; None: it does what it is for. ``etiquetado``: an address as answers come to."""
    achados: dict[Qual, str | None] = {"smtp": None, "imap": None}

    async def um(qual: Qual, servidor: Servidor | None) -> None:
        if servidor is not None:
            achados[qual] = await _servidor(qual, servidor, config, contexto, etiquetado)

    async with trio.open_nursery() as ambos:
        ambos.start_soon(um, "smtp", config.smtp)
        ambos.start_soon(um, "imap", config.imap)
    return achados


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
        with trio.fail_after(_LIGAR_S):
            fluxo = await tcp.ligar(servidor.host, servidor.porta, servidor.regras)
    except EnderecoRecusado:
        return de_dentro(qual, servidor)
    except (OSError, UnicodeError, trio.TooSlowError) as erro:
        return alcance.em_palavras(qual, servidor, alcance.motivo_de(erro))
    await trio.aclose_forcefully(fluxo)
    return None


async def _smtp(servidor: Servidor, config: Configuracao, contexto: ssl.SSLContext, etiquetado: str) -> str | None:
    smtp = Smtp(servidor, contexto, config.endereco.rpartition("@")[2])
    try:
        await smtp.ligar()
        aceita = await smtp.aceitaria(config.endereco, etiquetado)
        await smtp.sair()
    except ERROS_DO_SMTP as erro:
        return problema_do_smtp(erro, servidor)
    finally:
        await smtp.largar()
    return None if aceita or not config.com_etiqueta else _SEM_ETIQUETA


def da_ligacao(erro: ErroDoSmtp) -> bool:
    """Whether it is the server that cannot be used, and not one mail that cannot be sent."""
    match erro:
        case Recusada():
            return erro.fase in {Fase.LIGAR, Fase.ENTRAR}
        case SemConexao():
            return erro.motivo != "caiu"
        case _:
            return not isinstance(erro, SemRecurso)


def problema_do_smtp(erro: ErroDoSmtp, servidor: Servidor) -> str:
    """What an error of its SMTP server asks for, in words."""
    match erro:
        case Recusada():
            return f"{em_palavras(erro.resposta, erro.fase)}."
        case SemSeguranca():
            return _sem_seguranca("smtp", servidor, str(erro))
        case SemRecurso():
            return f"{erro}.".capitalize()
        case SemConexao():
            return alcance.em_palavras("smtp", servidor, erro.motivo)
        case EnderecoRecusado():
            return de_dentro("smtp", servidor)


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
            return alcance.em_palavras("imap", servidor, erro.motivo)
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
