"""A mailbox as an IMAP server keeps it: mails with UIDs, flags and the time when they came."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import trio

_VALIDADE: Final = 1_700_000_000


class Guardada:
    """One mail."""

    def __init__(self, uid: int, bruto: bytes, em: datetime) -> None:
        self.uid = uid
        self.bruto = bruto
        self.em = em
        self.marcas: set[str] = set()


class CaixaPostal:
    """A folder. ``marcas_livres``: keywords of any name may be set in it."""

    def __init__(self, *, marcas_livres: bool = True, so_leitura: bool = False) -> None:
        self.marcas_livres = marcas_livres
        self.so_leitura = so_leitura
        self.validade = _VALIDADE
        self.cartas: list[Guardada] = []
        self._proximo = 1
        self._mudou = trio.Event()

    def depositar(self, bruto: bytes, em: datetime | None = None) -> int:
        """A mail has come; gives its UID."""
        uid = self._proximo
        self._proximo += 1
        self.cartas.append(Guardada(uid, bruto, em or datetime.now(UTC)))
        self._avisar()
        return uid

    def apagar(self, uid: int) -> None:
        """Somebody deletes a mail."""
        self.cartas = [carta for carta in self.cartas if carta.uid != uid]
        self._avisar()

    def renumerar(self) -> None:
        """The folder was built anew: all UIDs are others, and so is UIDVALIDITY. Flags are lost, as they may be."""
        self.validade += 1
        for numero, carta in enumerate(self.cartas, start=1):
            carta.uid = numero
            carta.marcas.clear()
        self._proximo = len(self.cartas) + 1
        self._avisar()

    def marcar(self, carta: Guardada, marcas: set[str]) -> None:
        """Set flags on a mail; keywords only where they may be."""
        carta.marcas |= {marca for marca in marcas if marca.startswith("\\") or self.marcas_livres}
        self._avisar()

    @property
    def proximo(self) -> int:
        """UIDNEXT."""
        return self._proximo

    def marcadas(self, marca: str) -> list[int]:
        """The UIDs of the mails that bear a flag."""
        return [carta.uid for carta in self.cartas if marca in carta.marcas]

    async def mudar(self) -> None:
        """Wait until something in it changes."""
        await self._mudou.wait()

    def _avisar(self) -> None:
        self._mudou.set()
        self._mudou = trio.Event()
