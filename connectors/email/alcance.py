"""Why a mail server cannot be reached, and what to do about it, in words."""

from __future__ import annotations

import socket
from typing import Literal

from connectors.email.configuracao import Servidor

Qual = Literal["smtp", "imap"]
Motivo = Literal["nome", "ninguem", "conversa", "caiu"]
"""Its name is not known, nobody listens there, what is there does not talk as it should, or it did and broke off."""


def motivo_de(erro: BaseException) -> Motivo:
    """Of an error in connecting."""
    return "nome" if isinstance(erro, socket.gaierror | UnicodeError) else "ninguem"


def em_palavras(qual: Qual, servidor: Servidor, motivo: Motivo) -> str:
    """What to do about it."""
    host, porta = servidor.host, servidor.porta
    match motivo:
        case "nome":
            return f"O nome '{host}' não existe; confira {qual}Host."
        case "ninguem":
            return (
                f"Ninguém atende em {host}, porta {porta}; confira {qual}Host e {qual}Port, e se um firewall deixa "
                "passar."
            )
        case "conversa":
            onde = f"O servidor em {host}, porta {porta},"
            como = f"atendeu e não respondeu como um servidor {qual.upper()}"
            return f"{onde} {como}; confira {qual}Port e {qual}Tls."
        case "caiu":
            return f"O servidor {qual.upper()} em {host}, porta {porta}, encerrou a conexão no meio."
