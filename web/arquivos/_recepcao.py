"""Receiving a file: from the socket to a file without a name, which is gone when nobody holds it any more."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, Final

from msgspec import Struct
from werkzeug.exceptions import RequestTimeout

from engine.errors import Detalhe, TooLarge, Unavailable
from web.arquivos._formulario import CAMPO, Formulario
from web.arquivos._medidas import tamanho_dito
from web.arquivos._nome import nome_limpo
from web.pedido.entrada import Entrada
from web.pedido.validacao import invalido

_PEDACO: Final = 262_144
"""Bytes that are written together."""
_FORMULARIO: Final = 65_536
"""Bytes that a form may have beside its file."""


class LimitesDeArquivo(Struct, frozen=True):
    """``maximo`` is in bytes of the file, ``prazo`` in seconds for the whole body. ``estrito``: only kinds that
    are shown in a page and common documents are taken.
    """

    maximo: int = 16_777_216
    prazo: float = 300.0
    estrito: bool = False


class Recebido(Struct, frozen=True):
    """A file that has come, as ``nome``, which is clean, with the other fields of its form."""

    arquivo: BinaryIO
    tamanho: int
    sha256: str
    nome: str
    campos: dict[str, object]


def grande_demais(maximo: int) -> TooLarge:
    return TooLarge(
        "arquivo_grande_demais", f"O arquivo passa de {tamanho_dito(maximo)}; mande um menor",
        (Detalhe(CAMPO, f"deve ter no máximo {tamanho_dito(maximo)}"),),
    )  # fmt: skip


@asynccontextmanager
async def receber(
    entrada: Entrada, tipo_de_conteudo: str, anunciado: int | None, limites: LimitesDeArquivo, pasta: Path
) -> AsyncIterator[Recebido]:
    """Receive a form, and hold its file for the block. ``anunciado``: the length of the body, if it was told.

    Raises:
        UnsupportedMedia, Invalid: it is not such a form.
        TooLarge: its file is larger than allowed; nothing more is read.
        RequestTimeout: it took too long.
        Unavailable: the disk does not take it.
    """
    formulario = Formulario(tipo_de_conteudo)
    if anunciado is not None and anunciado > limites.maximo + _FORMULARIO:
        raise grande_demais(limites.maximo)
    arquivo = await asyncio.to_thread(_novo, pasta)
    try:
        gravacao = _Gravacao(arquivo, limites.maximo)
        try:
            async with asyncio.timeout(limites.prazo):
                await _encher(entrada, formulario, gravacao)
        except TimeoutError:
            raise RequestTimeout from None
        yield Recebido(arquivo, gravacao.tamanho, gravacao.sha256, formulario.nome, formulario.campos)
    finally:
        arquivo.close()


@asynccontextmanager
async def receber_cru(
    entrada: Entrada, nome: str, anunciado: int | None, limites: LimitesDeArquivo, pasta: Path
) -> AsyncIterator[Recebido]:
    """Receive a body that is a file and nothing else, and hold it for the block. ``nome`` is what a stranger calls it.
    Raises as :func:`receber` does.
    """
    if anunciado is not None and anunciado > limites.maximo:
        raise grande_demais(limites.maximo)
    arquivo = await asyncio.to_thread(_novo, pasta)
    try:
        gravacao = _Gravacao(arquivo, limites.maximo)
        try:
            async with asyncio.timeout(limites.prazo):
                while (parte := await entrada.parte()) is not None:
                    await gravacao.juntar(parte)
                await gravacao.terminar()
        except TimeoutError:
            raise RequestTimeout from None
        yield Recebido(arquivo, gravacao.tamanho, gravacao.sha256, nome_limpo(nome), {})
    finally:
        arquivo.close()


async def _encher(entrada: Entrada, formulario: Formulario, gravacao: _Gravacao) -> None:
    ao_todo = 0
    while (parte := await entrada.parte()) is not None:
        ao_todo += len(parte)
        for dados in formulario.alimentar(parte):
            await gravacao.juntar(dados)
        if ao_todo > gravacao.tamanho + 2 * _FORMULARIO:
            raise invalido([Detalhe(CAMPO, "há dados demais fora do arquivo")])
    formulario.terminar()
    await gravacao.terminar()


class _Gravacao:
    """Writes and digests, a large piece at a time, in a thread."""

    def __init__(self, arquivo: BinaryIO, maximo: int) -> None:
        self._arquivo = arquivo
        self._maximo = maximo
        self._juntos: list[bytes] = []
        self._quantos = 0
        self._digestao = hashlib.sha256()
        self.tamanho = 0

    @property
    def sha256(self) -> str:
        return self._digestao.hexdigest()

    async def juntar(self, dados: bytes) -> None:
        self.tamanho += len(dados)
        if self.tamanho > self._maximo:
            raise grande_demais(self._maximo)
        self._juntos.append(dados)
        self._quantos += len(dados)
        if self._quantos >= _PEDACO:
            await self._escrever()

    async def terminar(self) -> None:
        if not self.tamanho:
            raise invalido([Detalhe(CAMPO, "está vazio")])
        await self._escrever()

    async def _escrever(self) -> None:
        juntos, self._juntos, self._quantos = self._juntos, [], 0
        try:
            await asyncio.to_thread(self._no_disco, juntos)
        except OSError as erro:
            raise sem_disco() from erro

    def _no_disco(self, juntos: list[bytes]) -> None:
        dados = b"".join(juntos)
        self._digestao.update(dados)
        self._arquivo.write(dados)


def _novo(pasta: Path) -> BinaryIO:
    try:
        return TemporaryFile(dir=pasta)
    except OSError as erro:
        raise sem_disco() from erro


def sem_disco() -> Unavailable:
    return Unavailable("disco_indisponivel", "O servidor não tem onde guardar o arquivo agora; tente mais tarde", 30)
