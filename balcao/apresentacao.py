"""What is shown when the server is ready; in development with an empresa to try it on.

The demonstration empresa's ids are made once and kept in the data folder, so that its tickets are still its tickets
after a restart. It is only ids and tokens: the empresa itself comes into being as any other, with its first request.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from balcao.ajustes import Ajustes
from balcao.erros import ErroDeUso
from engine.ids import UuidV7
from engine.modelo import Papel
from engine.tempo import SystemClock
from web.autenticacao import emitir

_ARQUIVO: Final = "demonstracao.json"


class Demonstracao(Struct, frozen=True, forbid_unknown_fields=True):
    """The ids of the demonstration empresa."""

    empresa_id: str
    admin_id: str
    atendente_id: str


def demonstracao(dados: Path) -> Demonstracao:
    """The one kept in the data folder, made now if there is none.

    Raises:
        ErroDeUso: the file cannot be read or written.
    """
    arquivo = dados / _ARQUIVO
    try:
        return msgspec.json.decode(arquivo.read_bytes(), type=Demonstracao)
    except FileNotFoundError:
        ids = UuidV7(SystemClock())
        nova = Demonstracao(ids.novo(), ids.novo(), ids.novo())
        arquivo.parent.mkdir(parents=True, exist_ok=True)
        arquivo.write_bytes(msgspec.json.encode(nova) + b"\n")
        return nova
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise ErroDeUso(f"{arquivo} está corrompido", "apague o arquivo: outra demonstração será criada") from None


def linhas(ajustes: Ajustes) -> Iterator[str]:
    """The lines to show, without colour. The last one is always the address: with it, all is said."""
    if ajustes.ambiente == "development":
        yield from _passeio(ajustes, demonstracao(ajustes.dados))
    publico = "" if ajustes.backend_url is None else f", público em {ajustes.backend_url}"
    yield f"Balcão pronto em {ajustes.url}{publico}  (Ctrl-C para parar)"


def _passeio(ajustes: Ajustes, demo: Demonstracao) -> Iterator[str]:
    admin = _token(ajustes, demo, demo.admin_id, "rosa", "admin")
    atendente = _token(ajustes, demo, demo.atendente_id, "ana", "atendente")
    base = f"{ajustes.url}/atendimento"
    yield f"Referência da API: {ajustes.url}/docs"
    yield f"Empresa de demonstração: {demo.empresa_id}"
    yield f"  admin      {demo.admin_id}  (Rosa)  token: {admin}"
    yield f"  atendente  {demo.atendente_id}  (Ana)   token: {atendente}"
    yield ""
    yield "Experimente, noutro terminal, nesta ordem:"
    yield ""
    yield "# 1. Ana, a atendente, fica online"
    yield _curl("PATCH", f"{base}/atendentes/{demo.atendente_id}/status", atendente, {"online": True})
    yield ""
    yield "# 2. um contato escreve: nasce um ticket"
    contato = {"contato_nome": "João Silva", "contato_telefone": "5511999998888", "assunto": "Dúvida sobre produto"}
    yield _curl("POST", f"{base}/tickets", admin, contato)
    yield ""
    yield "# 3. o ticket já é de Ana: EM_ANDAMENTO, com o atendenteId dela"
    yield _curl("GET", f"{base}/tickets?atendenteId={demo.atendente_id}", atendente)
    yield ""


def _token(ajustes: Ajustes, demo: Demonstracao, usuario_id: str, nome: str, papel: Papel) -> str:
    email = f"{nome}@demonstracao.exemplo"
    agora = SystemClock().now()
    return emitir(ajustes.jwt_secret, demo.empresa_id, usuario_id, email, papel, ajustes.jwt_expiration_ms, agora)


def _curl(metodo: str, url: str, token: str, corpo: Mapping[str, object] | None = None) -> str:
    """One line that bash takes as it is; ``-w`` ends the answer with a line break."""
    partes = ["curl", "-sS", "-w", "\\n"]
    if metodo != "GET":
        partes += ["-X", metodo]
    partes += [url, "-H", f"Authorization: Bearer {token}"]
    if corpo is not None:
        partes += ["-H", "Content-Type: application/json", "-d", msgspec.json.encode(corpo).decode()]
    return shlex.join(partes)
