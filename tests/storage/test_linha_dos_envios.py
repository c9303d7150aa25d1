"""A line of a canal on a real store: what stands still is there alone, holds up nobody, and is found in its time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from actors.canal.linha import JANELA, LinhaDeEnvios
from engine.conector.trabalhos import Resultado, Trabalho
from engine.envios.politica import DIA_MS, HORA_MS, Politica, Ritmo
from engine.envios.raias import POR_RAIA
from engine.envios.respostas import com_resposta
from engine.modelo import EnvioRow
from engine.ports import DeOnde, Store
from tests.storage.contrato import Loja, com
from tests.storage.linhas import AGORA, Escritor, envio, novo_id

CREDITO = 200
Resposta = Callable[[Trabalho], dict[str, Any] | None]
"""How a connector answers a job (the fields of its Resultado); None: it keeps it."""


def aceita(_: Trabalho) -> dict[str, Any]:
    return {"desfecho": "aceito"}


def amanha(_: Trabalho) -> dict[str, Any]:
    return {"desfecho": "falhou", "classe": "amanha"}


class Cena:
    """A line on a store, and the connector that does its jobs. It is its own actor: ``agora`` is its clock, and what it
    saves is in the store before anything is read. ``saiu`` are the jobs that were handed out.
    """

    def __init__(self, store: Store, e: Escritor) -> None:
        self._store = store
        self._e = e
        self.canal_id = novo_id()
        self.agora = AGORA
        self._a_gravar: dict[str, EnvioRow] = {}
        self._pedida: tuple[DeOnde, int] | None = None
        self.saiu: list[str] = []
        self._raia_de: dict[str, str] = {}
        self._ordem = 0
        self.renascer()

    def renascer(self) -> None:
        """The node starts again."""
        self.linha = LinhaDeEnvios(
            self,  # type: ignore[arg-type]  # as much of an actor as it needs
            Politica(),
            Ritmo(),
            lambda empresa_id, arquivo_id: f"/{empresa_id}/{arquivo_id}",
            lambda depois, limite: setattr(self, "_pedida", (depois, limite)),
            lambda antes, depois: self.save(depois),
            lambda motivo: None,
            lambda: 0.5,
            lambda row: None,
        )

    def now(self) -> int:
        return self.agora

    def save(self, row: EnvioRow) -> None:
        self._a_gravar[row.id] = row

    async def gravar(self) -> None:
        rows, self._a_gravar = [*self._a_gravar.values()], {}
        for n in range(0, len(rows), 1_000):
            await self._store.commit(self._e.lote(*rows[n : n + 1_000]))

    def escrever(self, raia: str, quantos: int = 1) -> list[str]:
        """So many jobs of a lane, in order."""
        rows = []
        for _ in range(quantos):
            self._ordem += 1
            row = envio(self._e.id, self.canal_id, self._ordem, raia=raia)
            self._raia_de[row.id] = raia
            self.save(row)
            self.linha.nova(row, None)
            rows.append(row.id)
        return rows

    async def trabalhar(self, responde: Resposta = aceita) -> None:
        """Until there is nothing more to do now."""
        while True:
            trabalhos = self.linha.tomar("c1", CREDITO)
            for trabalho in trabalhos:
                self.saiu.append(trabalho.id)
                campos = responde(trabalho)
                if campos is not None:
                    self._responder(Resultado(id=trabalho.id, tentativa=trabalho.tentativa, **campos))
            if not (await self.ler() or trabalhos):
                return

    def _responder(self, resultado: Resultado) -> None:
        row = self.linha.achar(resultado.id)
        assert row is not None, "it is in somebody's hands"
        feito = com_resposta(row, resultado, self.agora, 0.5, Politica())
        assert feito is not None
        self.linha.soube(row, feito)

    async def ler(self) -> bool:
        self.linha.ler_mais()
        if self._pedida is None:
            return False
        await self.gravar()
        (depois, limite), self._pedida = self._pedida, None
        self.linha.lida(await self._store.envios(self._e.id, self.canal_id, "saida", depois, limite))
        assert len(self.linha) <= JANELA
        return True

    async def abertos(self) -> int:
        await self.gravar()
        return len((await self._store.envios(self._e.id, self.canal_id, "saida", None, 10_000)).pagina)

    def da_raia(self, raia: str) -> list[str]:
        """What was handed out of a lane, each once, in order."""
        return [id_ for id_ in dict.fromkeys(self.saiu) if self._raia_de[id_] == raia]


def espera_de(raia: str, cena: Cena, classe: str, ms: int) -> Resposta:
    """One contact is to be left alone for so long; the others take what they are sent."""

    def responde(trabalho: Trabalho) -> dict[str, Any]:
        if cena._raia_de[trabalho.id] != raia:
            return aceita(trabalho)
        return {"desfecho": "falhou", "classe": classe, "tentar_em_ms": ms}

    return responde


def test_thousands_of_messages_to_a_contact_that_sleeps_hold_up_nobody_else(loja: Loja) -> None:
    async def historia(store: Store, e: Escritor) -> None:
        cena = Cena(store, e)
        await cena.trabalhar()
        dela = cena.escrever("ana")
        await cena.trabalhar(espera_de("ana", cena, "contato", HORA_MS))
        dela += cena.escrever("ana", 5_000)
        assert len(cena.linha) <= POR_RAIA
        for n in range(50):
            cena.escrever(f"outro {n}")
        await cena.trabalhar()
        assert len(cena.saiu) == 1 + 50
        cena.renascer()
        cena.escrever("rui")
        await cena.trabalhar()
        assert cena.da_raia("rui")
        assert cena.da_raia("ana") == dela[:1], "nothing of a lane passes its head"
        cena.agora += HORA_MS
        await cena.trabalhar()
        assert cena.da_raia("ana") == dela
        assert await cena.abertos() == 0

    com(loja, historia)


def test_thousands_of_contacts_that_wait_for_tomorrow_hold_up_nobody_today(loja: Loja) -> None:
    async def historia(store: Store, e: Escritor) -> None:
        cena = Cena(store, e)
        await cena.trabalhar()
        esperam = [cena.escrever(f"contato {n}")[0] for n in range(JANELA + 500)]
        await cena.trabalhar(amanha)
        assert sorted(cena.saiu) == sorted(esperam)
        for n in range(100):
            cena.escrever(f"contato {n}")
        await cena.trabalhar()
        assert len(cena.saiu) == len(esperam) + 100
        cena.renascer()
        cena.escrever("rui")
        await cena.trabalhar()
        assert len(cena.saiu) == len(esperam) + 101
        cena.agora += DIA_MS
        await cena.trabalhar()
        assert await cena.abertos() == 0
        assert sorted(cena.saiu[-len(esperam) :]) == sorted(esperam)

    com(loja, historia)


def test_contacts_of_whom_nobody_knows_whether_they_were_reached_hold_up_nobody_else(loja: Loja) -> None:
    async def historia(store: Store, e: Escritor) -> None:
        cena = Cena(store, e)
        for n in range(60):
            cena.escrever(f"mudo {n}", POR_RAIA)
        ultimo = cena.escrever("ana")

        def responde(trabalho: Trabalho) -> dict[str, Any]:
            return {"desfecho": "desconhecido" if cena._raia_de[trabalho.id] != "ana" else "aceito"}

        for _ in range(60):  # the circuit breaker opens, and lets one at a time through
            await cena.trabalhar(responde)
            cena.agora += 1
            cena.linha.freios.disjuntor.foi_bem()
        assert cena.da_raia("ana") == ultimo

    com(loja, historia)


def test_a_canal_that_is_deleted_gives_up_what_sleeps_too(loja: Loja) -> None:
    async def historia(store: Store, e: Escritor) -> None:
        cena = Cena(store, e)
        cena.escrever("ana", 1_200)
        await cena.trabalhar(espera_de("ana", cena, "contato", HORA_MS))
        for n in range(JANELA + 100):
            cena.escrever(f"contato {n}")
        await cena.trabalhar(amanha)
        while not cena.linha.vazia:
            cena.linha.esvaziar(None)
            await cena.ler()
        assert await cena.abertos() == 0

    com(loja, historia)


def test_a_status_that_comes_for_what_sleeps_in_the_store_lets_the_next_go(loja: Loja) -> None:
    async def historia(store: Store, e: Escritor) -> None:
        cena = Cena(store, e)
        primeira, segunda = cena.escrever("ana", 2)
        await cena.trabalhar(espera_de("ana", cena, "tentar", HORA_MS))
        for n in range(JANELA + 100):
            cena.escrever(f"contato {n}")
        await cena.trabalhar(amanha)
        assert cena.linha.achar(primeira) is None, "it had to make room"
        await cena.gravar()
        (row,) = await store.procurados(e.id, cena.canal_id, [primeira], [])
        depois = replace(row, estado="lido", proxima_em=None)
        cena.save(depois)
        cena.linha.tocar(primeira, depois)
        await cena.trabalhar()
        assert cena.da_raia("ana") == [primeira, segunda]

    com(loja, historia)
