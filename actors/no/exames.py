"""The examination of a living empresa: every invariant, without stopping anything.

What is in memory is looked at in slices (``ronda.py``), with rests between them that keep the loop free for most of
the time; what is in the database by bounded questions. Whatever is amiss is looked at again a little later, and only
what is amiss both times is told. One empresa is examined at a time: who asks for the same gets the same, who asks for
another waits, and too many that wait are refused.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from time import perf_counter
from typing import Final, Protocol

from msgspec import Struct

from actors.diretorio.empresa_viva import EmpresaViva
from actors.no.ronda import TOLERANCIA, AgoraDaEmpresa, Ronda
from engine.errors import BalcaoError, Overloaded, Unavailable
from engine.invariantes import NUMEROS, Achado, Alvo, Caderno, confirmados
from engine.invariantes.guardado import LeitorDeExames, conferir_livro, conferir_ticket
from engine.invariantes.historia import JANELA, Entrega, conferir
from engine.modelo import TicketRow
from engine.saude import Saude
from engine.tarefas import Tarefas

log = logging.getLogger(__name__)

PARTE: Final = 0.25
"""Of the loop's time, at most, while an empresa is examined."""
PAUSA_S: Final = 0.3
"""Between the two looks."""
TEMPO_S: Final = 60.0
"""How long an examination may take. What was not looked at by then is not told of."""
COMPARADOS: Final = 10_000
"""Open tickets that one examination compares with the database. The next goes on where this one ended."""
DE_CADA_VEZ: Final = 200
NA_FILA: Final = 20
"""Empresas that may wait to be examined."""
EM_MAOS_MS: Final = 3_600_000
"""How long past its deadline a job may be with a connector that goes on saying that it is at work."""


class Exame(Struct, frozen=True):
    """What an examination found. ``achados`` and ``demais`` (how many more there are) are by invariant, and so is
    ``conferidos``. ``em`` is when it began (ms), ``duracao`` how long it took (s). ``completo``: it was not cut short.
    ``desde`` and ``ate``: which part of the event log was read, by ``seq``.
    """

    empresa_id: str
    em: int
    duracao: float
    completo: bool
    desde: int
    ate: int
    conferidos: Mapping[int, int]
    achados: Mapping[int, list[Achado]]
    demais: Mapping[int, int]

    def quantos(self, numero: int) -> int:
        """How many things are amiss with that invariant."""
        return len(self.achados.get(numero, ())) + self.demais.get(numero, 0)


class NoExaminado(Protocol):
    """What is needed of the node."""

    @property
    def saude(self) -> Saude: ...

    async def viva(self, empresa_id: str) -> EmpresaViva:
        """The empresa, activated if need be. Raises NotFound or Unavailable."""
        ...

    async def ate_duravel(self, viva: EmpresaViva) -> None:
        """Until all that the empresa did so far is durable. Raises Unavailable."""
        ...


class Exames:
    """Examines empresas, one at a time."""

    def __init__(self, no: NoExaminado, leitor: LeitorDeExames, *, pausa: float = PAUSA_S) -> None:
        self._no = no
        self._leitor = leitor
        self._pausa = pausa
        self._tarefas = Tarefas("exames", no.saude)
        self._em_curso: dict[str, asyncio.Task[Exame]] = {}
        self._vez = asyncio.Lock()
        self._onde_parou: dict[str, int] = {}
        self._violadas: dict[str, Counter[int]] = {}
        self._feitos = 0

    async def examinar(self, empresa_id: str) -> Exame:
        """What is amiss with an empresa now.

        Raises:
            Overloaded: too many empresas wait to be examined.
            NotFound, Unavailable: it is not to be had, or the database is away.
        """
        tarefa = self._em_curso.get(empresa_id)
        if tarefa is None:
            if len(self._em_curso) > NA_FILA:
                raise Overloaded("exames_demais", "Há exames demais à espera da vez; tente de novo em instantes", 10)
            tarefa = self._tarefas.lancar(empresa_id, self._na_vez(empresa_id), esperados=(BalcaoError,))
            self._em_curso[empresa_id] = tarefa
            tarefa.add_done_callback(lambda _: self._em_curso.pop(empresa_id, None))
        return await asyncio.shield(tarefa)

    def violadas(self) -> dict[str, int]:
        """How many things the last examinations found amiss, by invariant; nothing before the first."""
        if not self._feitos:
            return {}
        todas: Counter[int] = Counter()
        for desta in self._violadas.values():
            todas.update(desta)
        return {str(numero): todas[numero] for numero in NUMEROS}

    async def parar(self) -> None:
        await self._tarefas.parar()

    async def _na_vez(self, empresa_id: str) -> Exame:
        async with self._vez:
            viva = await self._no.viva(empresa_id)
            exame = await _UmExame(viva, self._no, self._leitor, self._pausa, self._onde_parou).fazer()
        self._feitos += 1
        quantas = Counter({numero: exame.quantos(numero) for numero in NUMEROS if exame.quantos(numero)})
        if quantas:
            self._violadas[empresa_id] = quantas
            log.error("empresa %s breaks invariants: %s", empresa_id, dict(quantas))
        else:
            self._violadas.pop(empresa_id, None)
        return exame


class _UmExame:
    """One examination, from its first look to what it tells."""

    def __init__(
        self, viva: EmpresaViva, no: NoExaminado, leitor: LeitorDeExames, pausa: float, onde_parou: dict[str, int]
    ) -> None:
        self._viva = viva
        self._no = no
        self._leitor = leitor
        self._pausa = pausa
        self._onde_parou = onde_parou
        self._comecou = perf_counter()
        self._completo = True
        self._desde = self._ate = 0

    async def fazer(self) -> Exame:
        em = self._viva.dispatcher.now()
        antes = Caderno()
        entregas = await self._olhar_o_registro(antes)
        await self._aos_poucos(Ronda(self._viva, antes, entregas).tudo())
        await self._olhar_o_banco(antes, self._a_comparar())
        certos, demais = await self._de_novo(antes)
        return Exame(
            self._viva.name, em, perf_counter() - self._comecou, self._completo, self._desde, self._ate,
            dict(antes.conferidos), certos, demais,
        )  # fmt: skip

    async def _de_novo(self, antes: Caderno) -> tuple[dict[int, list[Achado]], dict[int, int]]:
        """What is amiss still."""
        suspeitos = list(antes.achados())
        if not suspeitos:
            return {}, {}
        await asyncio.sleep(self._pausa)
        depois = Caderno()
        entregas = await self._olhar_o_registro(depois)
        await self._aos_poucos(Ronda(self._viva, depois, entregas).de_novo(suspeitos))
        await self._olhar_o_banco(
            depois, [um.alvo.ticket_id for um in suspeitos if um.numero == 7 and um.alvo.ticket_id]
        )
        certos = confirmados(antes, depois)
        return certos, {numero: antes.demais[numero] for numero in certos if antes.demais[numero]}

    # -- at whose pace -----------------------------------------------------------------------------------------------

    async def _aos_poucos(self, fatias: Iterator[None]) -> None:
        """Go through slices, resting between them."""
        antes = perf_counter()
        for _ in fatias:
            gasto = perf_counter() - antes
            await asyncio.sleep(gasto * (1 / PARTE - 1))
            self._exigir_viva()
            if self._acabou_o_tempo():
                return
            antes = perf_counter()

    def _acabou_o_tempo(self) -> bool:
        if perf_counter() - self._comecou > TEMPO_S:
            self._completo = False
        return not self._completo

    def _exigir_viva(self) -> None:
        if self._viva.closed:
            raise Unavailable("empresa_em_outro_no", "A empresa saiu deste nó durante o exame; tente de novo", 2)

    # -- the log -----------------------------------------------------------------------------------------------------

    async def _olhar_o_registro(self, caderno: Caderno) -> list[Entrega]:
        """What the system gave to agents lately, the latest first."""
        await self._no.ate_duravel(self._viva)
        ate = self._viva.durable_seq
        eventos = await self._leitor.fim_do_registro(self._viva.name, ate, JANELA)
        self._desde, self._ate = (eventos[0].seq if eventos else 0), ate
        entregas: list[Entrega] = []
        await self._aos_poucos(conferir(eventos, AgoraDaEmpresa(self._viva), caderno, entregas))
        return entregas

    # -- the database ------------------------------------------------------------------------------------------------

    async def _olhar_o_banco(self, caderno: Caderno, a_comparar: list[str]) -> None:
        empresa_id, leitor = self._viva.name, self._leitor
        duravel = self._viva.durable_seq
        livro = await leitor.livro(empresa_id)
        self._exigir_viva()
        if livro is None or livro.epoch != self._viva.epoch:
            raise Unavailable("empresa_em_outro_no", "A empresa saiu deste nó durante o exame; tente de novo", 2)
        conferir_livro(livro, duravel, caderno)
        await self._olhar_abertos(caderno)
        await self._olhar_o_que_falta(caderno)
        await self._olhar_envios(caderno)
        ids = iter(a_comparar)
        while (fatia := list(islice(ids, DE_CADA_VEZ))) and not self._acabou_o_tempo():
            await self._comparar(fatia, caderno)

    async def _olhar_abertos(self, caderno: Caderno) -> None:
        """What is open in the database has an actor."""
        await self._no.ate_duravel(self._viva)
        ids = await self._leitor.abertos(self._viva.name)
        caderno.conferir(7, quantos=len(ids))
        for ticket_id in ids:
            if ticket_id not in self._viva.diretorio.tickets:
                frase = "Um ticket aberto no banco não está na memória"
                caderno.anotar(7, "ticket_sem_ator", frase, Alvo(ticket_id=ticket_id))

    async def _olhar_o_que_falta(self, caderno: Caderno) -> None:
        sem_pai = await self._leitor.sem_pai(self._viva.name)
        for um in sem_pai:
            alvo = Alvo(ticket_id=um.ticket_id, mensagem_id=um.id if um.id != um.ticket_id else None)
            caderno.anotar(11, "sem_pai", f"Aponta para {um.falta} que a empresa não tem", alvo, f"{um.id} {um.falta}")

    async def _olhar_envios(self, caderno: Caderno) -> None:
        now = self._viva.dispatcher.now()
        for raia in await self._leitor.raias_quebradas(self._viva.name):
            alvo = Alvo(canal_id=raia.canal_id, envio_id=raia.envio_id)
            caderno.anotar(6, raia.motivo, f"Um envio está em curso {_MOTIVOS[raia.motivo]}", alvo, raia.envio_id)
        for um in await self._leitor.vencidos(self._viva.name, now - TOLERANCIA, now - EM_MAOS_MS):
            frase = f"Um envio está {um.estado} há {(now - um.prazo) // 1000} s além do prazo"
            caderno.anotar(13, "envio_vencido", frase, Alvo(canal_id=um.canal_id, envio_id=um.envio_id), um.envio_id)

    def _a_comparar(self) -> list[str]:
        """Some of the open tickets: those after where the last examination ended."""
        todos = list(self._viva.diretorio.tickets)
        desde = self._onde_parou.pop(self._viva.name, 0)
        ate = desde + COMPARADOS
        if ate < len(todos):
            self._onde_parou[self._viva.name] = ate
        return todos[desde:ate]

    async def _comparar(self, ids: list[str], caderno: Caderno) -> None:
        """What was published and is durable now, with what is written; but for what changes until it has been read."""
        diretorio = self._viva.diretorio
        publicados = {id_: row for id_ in ids if (row := diretorio.ticket_row(id_)) is not None}
        await self._no.ate_duravel(self._viva)
        gravados = {row.id: row for row in await self._leitor.tickets(self._viva.name, list(publicados))}
        self._exigir_viva()
        iguais: list[TicketRow] = [row for id_, row in publicados.items() if diretorio.ticket_row(id_) is row]
        for row in iguais:
            conferir_ticket(row, gravados.get(row.id), caderno)


_MOTIVOS: Final = {
    "dois_em_curso": "ao lado de outro do mesmo contato",
    "fora_de_ordem": "à frente de outro que era para ir antes",
}
