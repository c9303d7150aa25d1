"""What is known of whom is not let in: read once, kept current by events, bounded, and never older than it may be."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from engine.acesso import Acesso
from engine.errors import Forbidden, Unavailable
from engine.modelo import EventoRow, Quem
from engine.saude import Saude
from tests.web.gateway_apoio import EMPRESA, OUTRA_EMPRESA, uid
from web.portaria import acessos
from web.portaria.acessos import FRESCO_S, Acessos, Guarda

AGORA = 1_700_000_000_000


class Banco:
    """What is in the database; each reading waits until it is let go."""

    def __init__(self) -> None:
        self.acessos: dict[str, list[Acesso]] = {}
        self.lidas: list[str] = []
        self.aberto = asyncio.Event()
        self.aberto.set()
        self.fora = False

    async def ler(self, empresa_id: str) -> Sequence[Acesso]:
        self.lidas.append(empresa_id)
        achados = list(self.acessos.get(empresa_id, ()))
        await self.aberto.wait()
        if self.fora:
            raise Unavailable("banco_indisponivel", "fora")
        return achados


class Cena:
    def __init__(self) -> None:
        self.agora = 0.0
        self.banco = Banco()
        self.epocas: dict[str, int] = {}
        self.acessos = Acessos(self.banco.ler, Saude(), lambda: self.agora)
        self._guarda = Guarda(self.acessos, self)

    def epoca(self, empresa_id: str) -> int | None:
        return self.epocas.get(empresa_id)

    async def entra(self, usuario_id: str, empresa_id: str = EMPRESA, emitido_em: int = AGORA) -> str:
        try:
            await self._guarda.exigir(Quem(empresa_id, usuario_id, "admin", None, emitido_em))
        except Forbidden as recusa:
            return recusa.codigo
        return "entra"

    def evento(self, tipo: str, usuario_id: str, em: int = AGORA) -> None:
        dono = usuario_id
        evento = EventoRow(EMPRESA, 1, tipo, em, None, None, dono, None, None, None, "sistema", "{}", None)
        self.acessos.publish([evento])


def test_an_active_empresa_is_read_once_and_follows_its_events() -> None:
    async def teste() -> None:
        cena, ana = Cena(), uid(1)
        cena.epocas[EMPRESA] = 1
        assert await asyncio.gather(*(cena.entra(ana) for _ in range(50))) == ["entra"] * 50
        cena.agora = 10 * FRESCO_S
        cena.evento("acesso_revogado", ana, AGORA)
        assert await cena.entra(ana) == "token_revogado"
        assert await cena.entra(ana, emitido_em=AGORA + 1) == "entra"
        cena.evento("atendente_excluido", ana, AGORA + 10)
        assert await cena.entra(ana, emitido_em=AGORA + 20) == "atendente_excluido"
        cena.evento("atendente_criado", ana, AGORA + 30)
        assert await cena.entra(ana, emitido_em=AGORA + 10) == "token_revogado"
        assert await cena.entra(ana, emitido_em=AGORA + 20) == "entra"
        assert await cena.entra(uid(2)) == "entra"
        assert cena.banco.lidas == [EMPRESA]

    asyncio.run(teste())


@pytest.mark.parametrize("visto_pela_leitura", [True, False])
def test_what_happens_while_it_is_being_read_is_not_missed(visto_pela_leitura: bool) -> None:
    async def teste() -> None:
        cena, ana = Cena(), uid(1)
        cena.epocas[EMPRESA] = 1
        cena.banco.aberto.clear()
        if visto_pela_leitura:
            cena.banco.acessos[EMPRESA] = [Acesso(ana, AGORA, excluido=True)]
        entrando = asyncio.ensure_future(cena.entra(ana))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        cena.evento("atendente_excluido", ana)
        cena.evento("atendente_criado", uid(2))
        cena.banco.aberto.set()
        assert await entrando == "atendente_excluido"
        assert await cena.entra(uid(2)) == "entra"
        assert cena.banco.lidas == [EMPRESA]

    asyncio.run(teste())


def test_an_empresa_that_is_not_active_here_is_read_again_when_what_is_known_is_old() -> None:
    async def teste() -> None:
        cena, ana = Cena(), uid(1)
        assert await cena.entra(ana) == "entra"
        cena.banco.acessos[EMPRESA] = [Acesso(ana, AGORA, excluido=True)]  # by another node
        cena.agora += FRESCO_S / 2
        assert await cena.entra(ana) == "entra"
        cena.agora += FRESCO_S / 2
        assert await cena.entra(ana) == "atendente_excluido"

    asyncio.run(teste())


def test_what_was_read_before_the_empresa_was_active_here_does_not_count_for_good() -> None:
    async def teste() -> None:
        cena, ana = Cena(), uid(1)
        assert await cena.entra(ana) == "entra"
        cena.banco.acessos[EMPRESA] = [Acesso(ana, AGORA, excluido=True)]  # by the node that had it until now
        cena.epocas[EMPRESA] = 7
        cena.agora += FRESCO_S
        assert await cena.entra(ana) == "atendente_excluido"
        cena.agora += 10 * FRESCO_S
        assert await cena.entra(ana) == "atendente_excluido"
        assert len(cena.banco.lidas) == 2
        cena.acessos.dropped(EMPRESA)
        cena.epocas[EMPRESA] = 9
        cena.banco.acessos[EMPRESA] = []
        assert await cena.entra(ana) == "entra"

    asyncio.run(teste())


def test_while_nobody_can_tell_nobody_is_let_in() -> None:
    async def teste() -> None:
        cena = Cena()
        cena.banco.fora = True
        for _ in range(2):
            with pytest.raises(Unavailable):
                await cena.entra(uid(1))
        cena.banco.fora = False
        assert await cena.entra(uid(1)) == "entra"

    asyncio.run(teste())


def test_somebody_who_gives_up_waiting_takes_nobody_with_it() -> None:
    async def teste() -> None:
        cena = Cena()
        cena.banco.aberto.clear()
        um, outro = (asyncio.ensure_future(cena.entra(uid(1))) for _ in range(2))
        await asyncio.sleep(0)
        um.cancel()
        await asyncio.sleep(0)
        cena.banco.aberto.set()
        assert await outro == "entra"

    asyncio.run(teste())


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    async def teste() -> None:
        monkeypatch.setattr(acessos, "LEMBRADOS", 10)
        cena = Cena()
        cena.banco.acessos[OUTRA_EMPRESA] = [Acesso(uid(n), AGORA, excluido=True) for n in range(5)]
        empresas = [uid(n) for n in range(20)]
        for empresa in (OUTRA_EMPRESA, *empresas):
            await cena.entra(uid(1), empresa)
            assert len(cena.acessos) <= 10
        assert await cena.entra(uid(1), OUTRA_EMPRESA) == "atendente_excluido"
        await cena.entra(uid(1), empresas[-1])
        assert cena.banco.lidas == [OUTRA_EMPRESA, *empresas, OUTRA_EMPRESA]

    asyncio.run(teste())
