"""Where the bytes of files are kept: a folder (``file://``) or a bucket (``s3://``), through obstore.

The key of an object is ``{empresa_id}/{arquivo_id}``: two UUIDs of ours, nothing that a user wrote.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import obstore
from msgspec import Struct
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

from engine.errors import NotFound, Unavailable
from storage import pastas
from storage.erros import FalhaDeArmazenamento

if TYPE_CHECKING:
    from obstore.store import S3Config

log = logging.getLogger(__name__)

_PARTE_LOCAL: Final = 262_144
_PARTE_S3: Final = 5_242_880
"""Bytes; S3 takes no smaller part but the last.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html"""
_CONFERENCIA: Final = "conferencia"


class ArquivosIndisponiveis(FalhaDeArmazenamento):
    """Files cannot be kept where the settings say."""


class CredenciaisS3(Struct, frozen=True):
    """What S3 needs beside its URL; None: from where the AWS tools find it (role of the machine, of the container)."""

    chave: str | None = None
    segredo: str | None = None
    sessao: str | None = None
    regiao: str | None = None
    endereco: str | None = None

    def __repr__(self) -> str:
        """Without the secrets."""
        return f"CredenciaisS3(regiao={self.regiao!r}, endereco={self.endereco!r}, …)"


class ArquivosEmObjetos:
    """Keeps, reads and removes files. Implements what ``web.arquivos`` needs.

    S3 gathers the parts of an upload that a crash cut off, out of sight: a bucket needs a lifecycle rule that aborts
    incomplete multipart uploads.
    """

    def __init__(self, store: LocalStore | S3Store, pasta: Path | None) -> None:
        """``pasta``: where ``store`` keeps them, if that is a folder."""
        self._store = store
        self._pasta = pasta
        self._parte = _PARTE_S3 if pasta is None else _PARTE_LOCAL

    async def guardar(self, empresa_id: str, arquivo_id: str, arquivo: BinaryIO) -> None:
        """Keep a file, from its beginning: all of it, durably, or nothing. Raises Unavailable."""
        chave = f"{empresa_id}/{arquivo_id}"
        arquivo.seek(0)
        with _fora():
            await obstore.put_async(self._store, chave, arquivo, chunk_size=self._parte, max_concurrency=1)
            if self._pasta is not None:
                await asyncio.to_thread(_firmar, self._pasta, chave)

    async def ler(self, empresa_id: str, arquivo_id: str, inicio: int, fim: int) -> AsyncIterator[bytes]:
        """The bytes from ``inicio`` to before ``fim``, which is after it. Raises NotFound, Unavailable."""
        with _fora():
            achado = await obstore.get_async(
                self._store, f"{empresa_id}/{arquivo_id}", options={"range": (inicio, fim)}
            )  # fmt: skip
        return _partes(achado.stream(min_chunk_size=_PARTE_LOCAL))

    async def remover(self, empresa_id: str, arquivo_id: str) -> None:
        """Have none of a file left, which may not be there. Raises Unavailable."""
        chave = f"{empresa_id}/{arquivo_id}"
        with suppress(NotFound), _fora():
            await obstore.delete_async(self._store, chave)
        if self._pasta is not None:
            with _fora():
                await asyncio.to_thread(_remover_restos, self._pasta, chave)

    async def conferir(self) -> None:
        """Keep and remove a byte. Raises ArquivosIndisponiveis."""
        chave = f"{_CONFERENCIA}/{uuid4()}"
        try:
            await obstore.put_async(self._store, chave, b"1")
            await obstore.delete_async(self._store, chave)
        except (BaseError, OSError, ValueError) as erro:
            raise _inutil(_motivo(erro), local=self._pasta is not None) from erro

    async def alcancar(self) -> None:
        """Ask for what is not there: whoever says so was reached. Raises ArquivosIndisponiveis."""
        try:
            await obstore.head_async(self._store, f"{_CONFERENCIA}/{uuid4()}")
        except FileNotFoundError:
            return
        except (BaseError, OSError, ValueError) as erro:
            raise _inutil(_motivo(erro), local=self._pasta is not None) from erro


def pasta_de(url: str) -> Path | None:
    """The folder that a URL names, if it is one."""
    partes = urlsplit(url)
    if partes.scheme == "file" and not partes.netloc and partes.path.startswith("/"):
        return Path(unquote(partes.path))
    return None


def abrir(url: str, credenciais: CredenciaisS3) -> ArquivosEmObjetos:
    """The place that a URL names: ``file:///pasta`` or ``s3://bucket/prefixo``.

    Raises:
        ArquivosIndisponiveis: there is no such kind of place, or it cannot be made.
    """
    partes = urlsplit(url)
    try:
        pasta = pasta_de(url)
        if pasta is not None:
            return _pasta(pasta)
        if partes.scheme == "s3" and partes.netloc:
            return _bucket(partes.netloc, partes.path.strip("/"), credenciais)
    except (BaseError, OSError, ValueError) as erro:
        raise _inutil(_motivo(erro), local=partes.scheme == "file") from erro
    raise ArquivosIndisponiveis(
        "arquivos_url_invalida",
        "ARQUIVOS_URL não é um endereço que se conheça — use file:///pasta ou s3://bucket/prefixo",
    )


def _pasta(pasta: Path) -> ArquivosEmObjetos:
    pastas.garantir(pasta)
    return ArquivosEmObjetos(LocalStore(pasta), pasta)


def _bucket(bucket: str, prefixo: str, credenciais: CredenciaisS3) -> ArquivosEmObjetos:
    config: S3Config = {"disable_bulk_delete": True}  # one at a time needs no more than every S3 has
    if credenciais.chave is not None:
        config["access_key_id"] = credenciais.chave
    if credenciais.segredo is not None:
        config["secret_access_key"] = credenciais.segredo
    if credenciais.sessao is not None:
        config["session_token"] = credenciais.sessao
    if credenciais.regiao is not None:
        config["region"] = credenciais.regiao
    if credenciais.endereco is not None:
        config["endpoint"] = credenciais.endereco
    sem_tls = (credenciais.endereco or "").startswith("http://")
    store = S3Store(
        bucket,
        prefix=prefixo or None,
        config=config,
        client_options={"connect_timeout": "5s", "timeout": "30s", "allow_http": sem_tls},
        retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=30)},
    )
    return ArquivosEmObjetos(store, None)


async def _partes(fluxo: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    async for parte in fluxo:
        yield bytes(parte)


def _firmar(raiz: Path, chave: str) -> None:
    """What is told to be kept survives a power cut: the file, its name, and that of its folder."""
    caminho = raiz / chave
    for um in (caminho, caminho.parent, raiz):
        descritor = os.open(um, os.O_RDONLY)
        try:
            os.fsync(descritor)
        finally:
            os.close(descritor)


def _remover_restos(raiz: Path, chave: str) -> None:
    """What obstore was writing when the process died has the key's name, ``#`` and a number."""
    caminho = raiz / chave
    for resto in caminho.parent.glob(f"{caminho.name}#*"):
        resto.unlink(missing_ok=True)


@contextmanager
def _fora() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as erro:
        raise NotFound("arquivo_nao_encontrado", "Arquivo não encontrado") from erro
    except (BaseError, OSError, ValueError) as erro:
        log.warning("files cannot be kept or read: %s", _motivo(erro))
        raise Unavailable(
            "arquivos_indisponiveis", "Os arquivos estão fora do ar; tente de novo em instantes", 5
        ) from erro


def _motivo(erro: BaseException) -> str:
    """The first line: what follows it is for whoever debugs obstore."""
    return str(erro).splitlines()[0] if str(erro) else type(erro).__name__


def _inutil(motivo: str, *, local: bool) -> ArquivosIndisponiveis:
    remedio = (
        "aponte ARQUIVOS_URL para uma pasta em que se possa escrever"
        if local
        else "confira ARQUIVOS_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION e AWS_ENDPOINT"
    )
    return ArquivosIndisponiveis("arquivos_inacessiveis", f"Não dá para guardar arquivos ({motivo}) — {remedio}")
