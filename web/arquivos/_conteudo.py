"""A file as it is looked into: any place of it, a bounded piece at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from engine.errors import UnsupportedMedia

PEDACO: Final = 65_536
"""Bytes that are looked at together."""
_OLHADAS: Final = 10_000
_BYTES_POR_OLHADA: Final = 100
"""How often a file is looked at, at most: so often, and once more for each so many of its bytes. A real one has parts
of hundreds of bytes; one made of the smallest parts would keep a processor busy."""


class Recusado(Exception):
    """The content is not what its first bytes promise, or is not taken. ``str()`` says why, in Portuguese."""


class Conteudo:
    """A complete file of ``tamanho`` bytes. Blocking: for a thread. Any look at it raises Recusado once there have been
    too many.
    """

    __slots__ = ("_arquivo", "_restam", "inicio", "tamanho")

    def __init__(self, arquivo: BinaryIO, tamanho: int) -> None:
        self._arquivo = arquivo
        self._restam = _OLHADAS + tamanho // _BYTES_POR_OLHADA
        self.tamanho = tamanho
        self.inicio = self.ler(0, 4096)

    def ler(self, onde: int, quantos: int) -> bytes:
        """Up to ``quantos`` bytes from ``onde`` on: fewer at the end of the file."""
        self._restam -= 1
        exigir(self._restam > 0, "tem partes demais")
        self._arquivo.seek(onde)
        return self._arquivo.read(quantos)

    def exatos(self, onde: int, quantos: int) -> bytes:
        """Raises Recusado where the file ends before."""
        lidos = self.ler(onde, quantos)
        exigir(len(lidos) == quantos, "está incompleto")
        return lidos

    def fim(self, quantos: int) -> bytes:
        return self.ler(max(0, self.tamanho - quantos), quantos)

    def pedacos(self, onde: int = 0) -> Iterator[bytes]:
        """The file from there to its end."""
        while pedaco := self.ler(onde, PEDACO):
            yield pedaco
            onde += len(pedaco)


def exigir(certo: object, motivo: str) -> None:
    """Raise Recusado unless it is so."""
    if not certo:
        raise Recusado(motivo)


def recusado(nome: str, motivo: str) -> UnsupportedMedia:
    """What the caller is told."""
    return UnsupportedMedia("arquivo_recusado", f"O arquivo {nome!r} não é aceito: {motivo}")
