"""The secrets of canais, as the database has them: closed in the vault (:mod:`storage.cofre`).

The column holds a JSON object, as it did before there was a vault, now with one entry, whose name no secret may have:
``{"":"v1:…"}``. So the version before runs on rows of this one: it takes that for a secret like any other, and keeps
it. What it then adds stands beside it, in the open, and this version reads both.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
from msgspec.structs import replace

from engine.modelo import CanalSegredosRow
from storage.cofre import VERSAO, Cofre
from storage.conexao import Conexao
from storage.consultas import sql
from storage.erros import FaltaChave, SegredoNaoAbre

log = logging.getLogger(__name__)

_CHAVES: Final = sql("segredos_chaves")
_A_FECHAR: Final = sql("reescrita_segredos")
_FECHAR: Final = sql("reescrever_segredos")
_NOME: Final = ""
"""Names of a ``config`` begin with a letter (``web/rotas/config_de_canal.py``)."""
_INICIO: Final = ("00000000-0000-0000-0000-000000000000",) * 2
_ler_objeto: Final = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_ler_texto: Final = msgspec.json.Decoder(str).decode
_codificar: Final = msgspec.json.Encoder().encode


def fechada(cofre: Cofre, row: CanalSegredosRow) -> CanalSegredosRow:
    """The row as it may be written."""
    fechado = cofre.fechar(row.segredos, row.empresa_id, row.canal_id)
    return replace(row, segredos=_codificar({_NOME: fechado}).decode())


def aberta(cofre: Cofre, row: CanalSegredosRow) -> CanalSegredosRow:
    """The row as it is meant, whichever version wrote it.

    Raises:
        SegredoNaoAbre: it does not open.
    """
    try:
        guardados = _ler_objeto(row.segredos)
        if _NOME not in guardados:
            return row
        dentro = cofre.abrir(_ler_texto(guardados.pop(_NOME)), row.empresa_id, row.canal_id)
    except SegredoNaoAbre as erro:
        raise _nao_abre(row, erro.porque, erro.chave) from None
    except msgspec.DecodeError:
        raise _nao_abre(row, "it is no JSON of secrets") from None
    return replace(row, segredos=_com(dentro, guardados) if guardados else dentro)


def _com(dentro: str, ao_lado: Mapping[str, msgspec.Raw]) -> str:
    """What was closed, and what the version before has put beside it since."""
    return _codificar(_ler_objeto(dentro) | {**ao_lado}).decode()


def _nao_abre(row: CanalSegredosRow, porque: str, chave: str = "") -> SegredoNaoAbre:
    return SegredoNaoAbre(f"secrets of canal {row.canal_id} of empresa {row.empresa_id} do not open: {porque}", chave)


def abertas(cofre: Cofre, rows: Sequence[CanalSegredosRow]) -> list[CanalSegredosRow]:
    """All these rows as they are meant. Raises what :func:`aberta` does, having said so in the log."""
    try:
        return [aberta(cofre, row) for row in rows]
    except SegredoNaoAbre as erro:
        log.error("%s", erro.porque)  # noqa: TRY400 - where it was raised tells nothing
        raise


def so_sob(chave: str) -> str:
    """The regular expression (PostgreSQL's and ours) of what is closed under this key as a whole."""
    return rf'^\{{"":"{VERSAO}:{chave}:[A-Za-z0-9+/=]+"\}}$'


async def conferir(con: Conexao, cofre: Cofre) -> None:
    """Raise FaltaChave unless every key that secrets are closed under is here. Opens none of them."""
    faltam = sorted({chave for (chave,) in await con.fetch(_CHAVES)} - {*cofre.ids})
    if faltam:
        raise FaltaChave("falta_chave", frase_da_falta(faltam, cofre))


def frase_da_falta(faltam: Sequence[str], cofre: Cofre) -> str:
    """Which keys are needed, which there are, and what to do."""
    ha = f"só há {_chaves(cofre.ids)}" if cofre.ids else "não há nenhuma"
    return (
        f"Há segredos de canais cifrados com {_chaves(faltam)}, e aqui {ha}; acrescente a que falta ao fim de "
        "CHAVE_DOS_SEGREDOS, depois de uma vírgula, ou devolva à pasta dos dados o arquivo chave_dos_segredos de antes"
    )


def _chaves(ids: Sequence[str]) -> str:
    return f"{'a chave' if len(ids) == 1 else 'as chaves'} {' e '.join(ids)}"


class Refecho:
    """Closes under the first key what is in the open or under another, a little at a time, in the order of the rows.
    What does not open is left as it is.
    """

    def __init__(self, cofre: Cofre) -> None:
        self._cofre = cofre
        self._ate = _INICIO
        self._feitos = 0

    async def passo(self, con: Conexao, limite: int) -> bool:
        """Close the next rows, at most ``limite``. False if none was left; the next call begins anew."""
        linhas = await con.fetch(_A_FECHAR, *self._ate, so_sob(self._cofre.chave), limite)
        if not linhas:
            self._acabou()
            return False
        trocas = [troca for linha in linhas if (troca := self._troca(CanalSegredosRow(*linha))) is not None]
        if trocas:
            await con.execute(_FECHAR, *zip(*trocas, strict=True))
        self._feitos += len(trocas)
        self._ate = linhas[-1][0], linhas[-1][1]
        return True

    def _troca(self, row: CanalSegredosRow) -> tuple[str, str, str, str] | None:
        """Whose it is, and how it reads before and after."""
        try:
            depois = fechada(self._cofre, aberta(self._cofre, row))
        except SegredoNaoAbre as erro:
            if not erro.chave:  # of a key that is missing it was said at the start
                log.error("%s", erro.porque)  # noqa: TRY400 - where it was raised tells nothing
            return None
        return row.empresa_id, row.canal_id, row.segredos, depois.segredos

    def _acabou(self) -> None:
        if self._feitos:
            log.info("secrets of %d canais encrypted under key %s", self._feitos, self._cofre.chave)
        self._ate, self._feitos = _INICIO, 0
