"""What is shown when the server is ready; in development with an empresa to try it on.

The demonstration empresa's ids are made once and kept in the data folder, so that its tickets are still its tickets
after a restart. It is only ids and tokens: the empresa itself comes into being as any other, with its first request.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from balcao.ajustes.campos import Ajustes
from balcao.erros import ErroDeUso
from engine.ids import UuidV7
from engine.modelo import Papel
from engine.tempo import SystemClock
from storage import pastas
from web.portaria.autenticacao import emitir

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
        with pastas.dos_dados(dados) as pasta:
            try:
                return msgspec.json.decode(pastas.ler(pasta, _ARQUIVO), type=Demonstracao)
            except FileNotFoundError:
                ids = UuidV7(SystemClock())
                nova = Demonstracao(ids.novo(), ids.novo(), ids.novo())
                pastas.escrever(pasta, _ARQUIVO, msgspec.json.encode(nova) + b"\n")
                return nova
    except OSError as erro:
        raise ErroDeUso(
            f"BALCAO_DADOS: não foi possível usar {erro.filename or arquivo}: {erro.strerror}",
            "libere-o, ou aponte BALCAO_DADOS para uma pasta sua em que se possa escrever",
        ) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise ErroDeUso(f"{arquivo} está corrompido", "apague o arquivo: outra demonstração será criada") from None


def linhas(ajustes: Ajustes) -> Iterator[str]:
    """The lines to show, without colour. The last one is always the address: with it, all is said."""
    if ajustes.ambiente == "development":
        yield from _passeio(ajustes, demonstracao(ajustes.dados))
    publico = "" if ajustes.backend_url is None else f", público em {ajustes.backend_url}"
    yield f"Balcão pronto em {ajustes.url}{publico}  (Ctrl-C para parar)"


def _passeio(ajustes: Ajustes, demo: Demonstracao) -> Iterator[str]:
    """What there is to try, and where: tokens are in files, since a line with one can be neither read nor pasted."""
    tokens = {papel: ajustes.dados / f"token-{papel}" for papel in ("admin", "atendente")}
    _guardar(tokens["admin"], _token(ajustes, demo, demo.admin_id, "rosa", "admin"))
    _guardar(tokens["atendente"], _token(ajustes, demo, demo.atendente_id, "ana", "atendente"))
    roteiro = ajustes.dados / "experimente.sh"
    _guardar(roteiro, _roteiro(ajustes, demo, tokens))
    yield f"Referência da API: {ajustes.url}/docs"
    yield f"Dados: {_curto(ajustes.dados)} ({_banco(ajustes)})"
    onde = " e ".join(map(_curto, tokens.values()))
    yield f"Para entrar: tokens de uma empresa de demonstração em {onde}"
    yield f"Para experimentar, noutro terminal: . {shlex.quote(str(roteiro.absolute()))}"


def _banco(ajustes: Ajustes) -> str:
    """Where the rest of the data is: whoever makes copies must know."""
    if ajustes.dsn is not None:
        return "o banco é o de DATABASE_URL ou DATABASE_HOST"
    pg = ajustes.dados.absolute() / "pg"
    return f"o PostgreSQL próprio está em {pg.resolve()}" if pg.is_symlink() else "com um PostgreSQL próprio"


def _roteiro(ajustes: Ajustes, demo: Demonstracao, tokens: Mapping[str, Path]) -> str:
    """Three steps as functions, for bash and zsh."""
    base = f"{ajustes.url}/atendimento"
    contato = {"contato_nome": "João Silva", "contato_telefone": "5511999998888", "assunto": "Dúvida sobre produto"}
    passos: dict[str, tuple[str, str, str, Mapping[str, object] | None]] = {
        "ana_online": ("ANA", "PATCH", f"{base}/atendentes/{demo.atendente_id}/status", {"online": True}),
        "contato_escreve": ("ADMIN", "POST", f"{base}/tickets", contato),
        "tickets_da_ana": ("ANA", "GET", f"{base}/tickets?atendenteId={demo.atendente_id}", None),
    }
    linhas = [
        f"# Tokens e passos da empresa de demonstração {demo.empresa_id}, para bash e zsh.",
        f"B={shlex.quote(base)}",
        f"EMPRESA={demo.empresa_id}",
        f"ADMIN=$(cat {shlex.quote(str(tokens['admin'].absolute()))})",
        f"ANA=$(cat {shlex.quote(str(tokens['atendente'].absolute()))})",
        *(f"{nome}() {{ {_curl(*passo)}; }}" for nome, passo in passos.items()),
        f"echo 'Agora, nesta ordem: {', '.join(passos)}. O ticket é de Ana assim que nasce.'",
    ]
    return "\n".join(linhas)


def _token(ajustes: Ajustes, demo: Demonstracao, usuario_id: str, nome: str, papel: Papel) -> str:
    email = f"{nome}@demonstracao.exemplo"
    agora = SystemClock().now()
    return emitir(ajustes.jwt_secret, demo.empresa_id, usuario_id, email, papel, ajustes.jwt_expiration_ms, agora)


def _curl(token: str, metodo: str, url: str, corpo: Mapping[str, object] | None) -> str:
    """``-w`` ends the answer with a line break."""
    partes = ["curl", "-sS", "-w", "\\n"]
    if metodo != "GET":
        partes += ["-X", metodo]
    partes.append(url)
    if corpo is not None:
        partes += ["-H", "Content-Type: application/json", "-d", msgspec.json.encode(corpo).decode()]
    return f'{shlex.join(partes)} -H "Authorization: Bearer ${token}"'


def _guardar(arquivo: Path, texto: str) -> None:
    """Write it whole, for nobody but us to read.

    Raises:
        ErroDeUso: it cannot be written.
    """
    rascunho = arquivo.with_name(f"{arquivo.name}.{os.getpid()}")
    try:
        descritor = os.open(rascunho, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descritor, "w", encoding="utf-8") as saida:
            saida.write(texto + "\n")
        rascunho.replace(arquivo)
    except OSError as erro:
        rascunho.unlink(missing_ok=True)
        raise ErroDeUso(f"não foi possível escrever {arquivo} ({erro.strerror})", "libere a pasta dos dados") from None


def _curto(arquivo: Path) -> str:
    """The path as one would type it from here."""
    try:
        return str(arquivo.absolute().relative_to(Path.cwd()))
    except ValueError:
        return str(arquivo.absolute())
