"""Reads a mailbox for as long as its canal lives.

The marks in the mailbox say what was handed over, so that nothing has to be remembered here and a process that dies
loses nothing: what is not marked is read again, and the engine knows it by its id. A mail that fails goes to the end of
the queue, and after three times it is reported, marked with a star and left. A session that breaks raises: the host
starts the reader again after a while, and the failures are still counted.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from typing import Final, TypeVar
from uuid import UUID

import trio
from msgspec import Struct

from connectors.email import limites
from connectors.email.caixa import Aberta, Caixa, Ficha, Recusado, SessaoCaiu
from connectors.email.carteiro import Carteiro

log = logging.getLogger(__name__)
T = TypeVar("T")

_TENTATIVAS: Final = 3
_COMECO: Final = 512 * 1024
"""Bytes that are read of a mail that is too large."""
_GRANDE: Final = 1024 * 1024
_grandes: Final = trio.CapacityLimiter(4)
"""Large mails that all canais of the process hold in memory at once."""
_LEMBRADAS: Final = 50_000
_MARGEM_MS: Final = 10 * 60 * 1000
"""By how much the clocks of mailbox and engine may differ."""
_UUID_COM_TEMPO: Final = 7


class Espera(Struct, frozen=True):
    """Seconds. RFC 2177 wants IDLE renewed within 29 minutes; routers forget a silent connection after five or ten; and
    a mail that was announced within the same packet as the answer to IDLE is seen at the next renewal only.
    """

    idle: float = 60.0
    sem_idle: float = 20.0


class Leitor:
    """The reader of one canal's mailbox."""

    def __init__(
        self,
        canal_id: str,
        nova_caixa: Callable[[], Caixa],
        carteiro: Carteiro,
        espera: Espera | None,
        ao_ver: Callable[[], Awaitable[None]],
    ) -> None:
        """``ao_ver`` is called each time that it was seen what is in the mailbox."""
        self._canal_id = canal_id
        self._nova_caixa = nova_caixa
        self._carteiro = carteiro
        self._ao_ver = ao_ver
        self.viu = False
        """Whether it was in this session."""
        self._espera = espera or Espera()
        self._threads = trio.CapacityLimiter(1)
        self._desde_ms = _criado_em(canal_id)
        self._validade = 0
        self._proxima = 1
        self._feitas: set[int] = set()
        self._falhas: dict[int, int] = {}
        self._a_marcar: dict[int, bool] = {}
        """What was handed over when the session broke, and whether with a star."""

    async def servir(self) -> None:
        """Read until cancelled, or until the session breaks. Raises what :class:`Caixa` does."""
        caixa = self._nova_caixa()
        self.viu = False
        try:
            # The name system cannot be interrupted: who is cancelled does not wait for it, and the thread, when it is
            # done, sees that nobody wants the session any more.
            aberta = await trio.to_thread.run_sync(caixa.abrir, abandon_on_cancel=True, limiter=self._threads)
            self._conferir(aberta)
            while True:
                while await self._passada(caixa):
                    pass  # what came meanwhile
                await self._esperar(caixa, aberta)
        finally:
            caixa.interromper()
            caixa.fechar()

    def _conferir(self, aberta: Aberta) -> None:
        """Another UIDVALIDITY: all UIDs are others (RFC 3501, section 2.3.1.1)."""
        if aberta.validade != self._validade:
            self._validade, self._proxima = aberta.validade, 1
            self._feitas.clear()
            self._falhas.clear()
            self._a_marcar.clear()

    async def _esperar(self, caixa: Caixa, aberta: Aberta) -> None:
        if aberta.com_idle:
            await self._na_thread(caixa, lambda: caixa.esperar(self._espera.idle))
        else:
            await trio.sleep(self._espera.sem_idle)
            await self._na_thread(caixa, caixa.pulsar)

    async def _passada(self, caixa: Caixa) -> bool:
        """Hand over what is new, that which failed before last. Whether anything was done: then there may be more."""
        dia = None if self._desde_ms is None else _dia_antes(self._desde_ms)
        achadas = await self._na_thread(caixa, lambda: caixa.novas(self._proxima, dia))
        self.viu = True
        await self._ao_ver()
        uids = [uid for uid in achadas if uid not in self._feitas]
        ainda = set(uids)  # and what somebody has deleted is forgotten
        self._falhas = {uid: vezes for uid, vezes in self._falhas.items() if uid in ainda}
        for uid in sorted(uids, key=lambda u: (self._falhas.get(u, 0), u)):
            await self._uma(caixa, uid)
        if not self._falhas and uids:
            self._proxima = max(uids) + 1
            self._feitas.clear()
        if len(self._feitas) > _LEMBRADAS:
            self._feitas.clear()
        return any(uid not in self._falhas for uid in uids)

    async def _uma(self, caixa: Caixa, uid: int) -> None:
        """One mail. Whatever is wrong with it ends here; what is wrong with the session does not."""
        self._falhas[uid] = self._falhas.get(uid, 0) + 1
        try:
            if uid not in self._a_marcar:
                await (self._desistir if self._falhas[uid] > _TENTATIVAS else self._entregar)(caixa, uid)
            await self._marcar(caixa, uid)
        except trio.Cancelled:
            self._falhas[uid] -= 1  # it was not the mail's fault
            raise
        except SessaoCaiu:
            raise
        except Exception:  # one mail never blocks the mailbox, whatever it does to us
            log.exception("canal %s: mail %d failed, time %d", self._canal_id, uid, self._falhas[uid])
            return
        del self._falhas[uid]
        self._feitas.add(uid)

    async def _entregar(self, caixa: Caixa, uid: int) -> None:
        ficha = await self._na_thread(caixa, lambda: caixa.ficha(uid))
        if ficha is None or self._antiga(ficha):
            return
        async with _grandes if ficha.tamanho > _GRANDE else nullcontext():
            await self._ler(caixa, uid, ficha)

    async def _ler(self, caixa: Caixa, uid: int, ficha: Ficha) -> None:
        grande = ficha.tamanho > limites.BRUTO
        bruto = await self._na_thread(caixa, lambda: caixa.ler(uid, _COMECO if grande else None))
        if not bruto:
            return  # somebody has deleted it since
        aceita = await self._carteiro.entregar(bruto, _agora() if ficha.em is None else ficha.em, so_o_comeco=grande)
        self._a_marcar[uid] = grande or not aceita

    async def _desistir(self, caixa: Caixa, uid: int) -> None:
        """Tell that a mail cannot be read; with its sender and subject, if at least these can."""
        cabecalho, em = b"", _agora()
        if self._falhas[uid] <= _TENTATIVAS + 1:
            ficha = await self._na_thread(caixa, lambda: caixa.ficha(uid))
            em = ficha.em if ficha and ficha.em is not None else em
            cabecalho = await self._na_thread(caixa, lambda: caixa.cabecalho(uid))
        await self._carteiro.avisar(f"imap:{self._validade}/{uid}", em, cabecalho)
        self._a_marcar[uid] = True

    async def _marcar(self, caixa: Caixa, uid: int) -> None:
        """Mark what was handed over; what was passed over is left as it is."""
        if uid not in self._a_marcar:
            return
        try:
            await self._na_thread(caixa, lambda: caixa.marcar(uid, estrela=self._a_marcar[uid]))
        except Recusado:
            # It was handed over all the same: it is not read again in this session, and known by its id in another.
            log.warning("canal %s: mail %d could not be marked in its mailbox", self._canal_id, uid)
        del self._a_marcar[uid]

    def _antiga(self, ficha: Ficha) -> bool:
        """What was in the mailbox before the canal was there is not its business."""
        return self._desde_ms is not None and ficha.em is not None and ficha.em < self._desde_ms - _MARGEM_MS

    async def _na_thread(self, caixa: Caixa, pedido: Callable[[], T]) -> T:
        """Run ``pedido`` in a thread. Cancelled: the session is broken off, and the thread is waited for."""
        acabou = False
        erro: SessaoCaiu | Recusado | None = None

        async def vigiar() -> None:
            try:
                await trio.sleep_forever()
            finally:
                if not acabou:
                    caixa.interromper()

        async with trio.open_nursery() as vigia:
            vigia.start_soon(vigiar)
            try:
                obtido = await trio.to_thread.run_sync(pedido, limiter=self._threads)
            except (SessaoCaiu, Recusado) as falha:
                erro = falha  # raised outside, where it is alone
            acabou = True
            vigia.cancel_scope.cancel()
        await trio.lowlevel.checkpoint_if_cancelled()
        if erro is not None:
            raise erro
        return obtido


def _criado_em(canal_id: str) -> int | None:
    """When a canal was made: its id says so (UUIDv7, RFC 9562). None if it is of another kind."""
    try:
        id_ = UUID(canal_id)
    except ValueError:
        return None
    return id_.int >> 80 if id_.version == _UUID_COM_TEMPO else None


def _dia_antes(ms: int) -> date:
    """SINCE is by the server's days, whatever its time zone."""
    return (datetime.fromtimestamp(ms / 1000, UTC) - timedelta(days=1)).date()


def _agora() -> int:
    return time.time_ns() // 1_000_000
