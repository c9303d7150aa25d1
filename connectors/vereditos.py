"""What became of a call, before it is said of which job: what the connectors over HTTP have in common."""

from __future__ import annotations

import socket
import ssl
from typing import Final

import httpx2
from msgspec import Struct

from connectors.tcp import EnderecoRecusado
from engine.conector.trabalhos import ClasseDeErro, Desfecho, Resultado, Trabalho

ERRO_MAXIMO: Final = 500
"""Characters of an explanation."""


class Veredito(Struct, frozen=True, kw_only=True):
    """A :class:`Resultado` without its job."""

    desfecho: Desfecho
    id_externo: str | None = None
    classe: ClasseDeErro | None = None
    codigo: str | None = None
    erro: str | None = None
    tentar_em_ms: int | None = None


def falhou(classe: ClasseDeErro, codigo: str, erro: str, tentar_em_ms: int | None = None) -> Veredito:
    """It was not done, for sure."""
    return Veredito(desfecho="falhou", classe=classe, codigo=codigo, erro=erro, tentar_em_ms=tentar_em_ms)


def desconhecido(codigo: str, erro: str) -> Veredito:
    """It may have been done."""
    return Veredito(desfecho="desconhecido", codigo=codigo, erro=erro)


def resultado(trabalho: Trabalho, veredito: Veredito) -> Resultado:
    """Of a job."""
    return Resultado(
        id=trabalho.id,
        tentativa=trabalho.tentativa,
        desfecho=veredito.desfecho,
        id_externo=veredito.id_externo,
        classe=veredito.classe,
        codigo=veredito.codigo,
        erro=None if veredito.erro is None else veredito.erro[:ERRO_MAXIMO],
        tentar_em_ms=veredito.tentar_em_ms,
    )


def sem_ligacao(erro: httpx2.ConnectError | httpx2.ConnectTimeout) -> str:
    """Why there is no connection, as a sentence that names the host and the port. Nothing else of the address is told:
    there may be a key in it.
    """
    try:
        url = erro.request.url
    except RuntimeError:  # it was raised for no request
        return "Não foi possível abrir uma conexão com o serviço"
    host, porta = url.host, url.port or (443 if url.scheme == "https" else 80)
    for causa in (erro.__cause__, getattr(erro.__cause__, "__cause__", None)):
        match causa:
            case socket.gaierror() | UnicodeError():
                return f"O nome {host} não existe, ou o DNS não responde"
            case ssl.SSLCertVerificationError():
                return f"O certificado de {host}, porta {porta}, não vale para ele ({causa.verify_message})"
            case ssl.SSLError():
                return f"{host}, porta {porta}, não fala TLS (https) como se espera"
    return f"Ninguém atende em {host}, porta {porta}"


def da_rede(erro: httpx2.HTTPError | httpx2.InvalidURL) -> Veredito:
    """What a failure to get an answer means for what may be done only once."""
    match erro:
        case EnderecoRecusado():
            return falhou("canal", "endereco_recusado", f"O endereço não pode ser chamado: {erro}")
        case httpx2.InvalidURL() | httpx2.UnsupportedProtocol() | httpx2.LocalProtocolError():
            return falhou("canal", "endereco_invalido", "O endereço ou um cabeçalho não faz sentido; corrija o canal")
        case httpx2.ConnectError() | httpx2.ConnectTimeout():
            return falhou("tentar", "sem_conexao", sem_ligacao(erro))
        case httpx2.PoolTimeout():
            return falhou("tentar", "sem_vaga", "Há conexões demais abertas; nada foi enviado")
        case httpx2.TimeoutException():
            return desconhecido("sem_resposta", "O serviço não respondeu a tempo; pode ter recebido o pedido")
        case _:
            return desconhecido("conexao_perdida", "A conexão caiu antes da resposta; o serviço pode ter o pedido")
