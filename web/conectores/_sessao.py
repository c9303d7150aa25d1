"""One connector, connected: its frames, and what is done with them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from engine.conector import protocolo
from engine.conector.trabalhos import Resultado, Trabalho
from engine.errors import (
    BalcaoError,
    Conflict,
    Forbidden,
    InternalFailure,
    Invalid,
    NotFound,
    Unavailable,
)
from engine.modelo import Quem
from web.conectores._assinatura import Assinatura, Maos
from web.conectores._canais import CanaisDoConector
from web.conectores._casa import Casa
from web.conectores._credencial import CredencialDeConector
from web.conectores._limpeza import resultado_limpo, texto_limpo
from web.conectores._quadros import EntradaParcial, ler_quadro, recusa_do_quadro
from web.conectores._recebimento import Recebimento
from web.conectores._remessa import Remessa
from web.conectores._testes import Testes
from web.conectores._vigia import Mudanca
from web.gateway import Fechamento, Quadro, Saida

ENTRADAS_EM_CURSO: Final = 32
"""Frames of what came in that are being stored; whoever sends more waits, unread."""
RESPOSTAS_EM_CURSO: Final = 2_000
"""Answers that are being written down; whoever sends more waits, unread."""
BATIDA_MS: Final = 15_000
BATIDAS_POR_PRAZO: Final = 4
"""How often a connector is to say that it is there while it has a job, at least: one may be lost, and one late."""
CONHECER_S: Final = 10.0
"""How long it may take to find out what canais a connector has."""
AGORA_NAO: Final = Fechamento(1013, "os canais não puderam ser lidos agora; conecte de novo")
SUBSTITUIDO: Final = Fechamento(4409, "outro conector se conectou com este nome")

_codificar: Final = msgspec.json.Encoder().encode


class Sessao:
    """``_em_maos`` is what it had when it came. ``_vivas`` are the tasks that take jobs for it, by canal."""

    def __init__(self, casa: Casa, credencial: CredencialDeConector, saida: Saida) -> None:
        self._casa = casa
        self._credencial = credencial
        self._saida = saida
        self._conector = ""
        self._em_maos: tuple[protocolo.EmMaos, ...] = ()
        self._canais = CanaisDoConector(casa, credencial)
        self._assinaturas: dict[str, Assinatura] = {}
        self._vivas: dict[str, asyncio.Task[None]] = {}
        self._soltas: set[asyncio.Task[None]] = set()
        self._buscas: set[asyncio.Task[None]] = set()
        self._batida: asyncio.Task[None] | None = None
        self._vagas = asyncio.Semaphore(ENTRADAS_EM_CURSO)
        self._recebimento = Recebimento(casa.no, casa.fichas)
        self.testes = Testes(self._dizer)
        self._respostas = asyncio.Semaphore(RESPOSTAS_EM_CURSO)
        self._remessa = Remessa(saida, self._dizer_trabalho)
        self._pronta = asyncio.Event()

    # -- frames ------------------------------------------------------------------------------------------------------

    async def receber(self, texto: str) -> None:
        """Handle one frame. What it asks for is done beside, in the order in which it came."""
        try:
            quadro = ler_quadro(texto)
        except Invalid as erro:
            self._dizer(recusa_do_quadro(texto, erro))
            return
        if isinstance(quadro, protocolo.Ola):
            await self._apresentar(quadro)
        elif not self._conector:
            self._recusar(Invalid("sem_ola", "Mande antes ola, com a versão e o nome do conector"))
        else:
            await self._tratar(quadro)

    async def _tratar(self, quadro: Any) -> None:
        match quadro:
            case protocolo.Assinar():
                self._assinar(quadro)
            case protocolo.Largar():
                self._largar(quadro.canal_id)
            case protocolo.Respondido():
                await self._respostas.acquire()
                self._lancar(self._responder(resultado_limpo(quadro)))
            case protocolo.Entrada():
                await self._tratar(EntradaParcial(quadro, {}))
            case EntradaParcial():
                await self._vagas.acquire()
                self._lancar(self._receber_entrada(quadro))
            case protocolo.Testado():
                self.testes.chegou(quadro)
            case protocolo.Batida():
                self._ao_bater()

    def _dizer(self, quadro: msgspec.Struct) -> None:
        self._saida.enviar(Quadro(_codificar(quadro).decode()))

    def _recusar(self, erro: BalcaoError, canal_id: str | None = None) -> None:
        self._dizer(protocolo.Recusado(codigo=erro.codigo, message=erro.message, canal_id=canal_id))

    def _lancar(self, trabalho: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        tarefa = self._casa.tarefas.lancar(f"conector {self._conector}", trabalho)
        self._soltas.add(tarefa)
        tarefa.add_done_callback(self._soltas.discard)
        return tarefa

    def _buscar(self, trabalho: Coroutine[Any, Any, None]) -> None:
        """Find out something for the connector: it is of no use when that is gone."""
        tarefa = self._lancar(trabalho)
        self._buscas.add(tarefa)
        tarefa.add_done_callback(self._buscas.discard)

    # -- coming --------------------------------------------------------------------------------------------------------

    async def _apresentar(self, quadro: protocolo.Ola) -> None:
        if quadro.versao != protocolo.VERSAO:
            self._recusar(Invalid("versao", f"Este servidor fala a versão {protocolo.VERSAO} do protocolo"))
            return
        nome = quadro.conector
        if self._conector:
            self._recusar(Invalid("ola_repetido", f"ola vem uma vez só, e esta conexão já é de {self._conector}"))
            return
        if not 0 < len(nome) <= 100 or texto_limpo(nome) != nome:
            self._recusar(
                Invalid("ola_invalido", "conector deve ser um nome de 1 a 100 letras, o mesmo a cada partida")
            )
            return
        self._conector, self._em_maos = quadro.conector, quadro.em_maos
        self._canais.tipos = frozenset(quadro.tipos)
        self._tomar_o_lugar()
        self._casa.vigia.seguidores.add(self._mudou)
        try:
            async with asyncio.timeout(CONHECER_S):
                canais = await self._canais.da_empresa()
        except (Unavailable, InternalFailure, TimeoutError):
            self.fechar(AGORA_NAO)
            return
        self._lancar(self._remessa.correr())
        batida_ms = min(BATIDA_MS, self._casa.no.arrendamento // BATIDAS_POR_PRAZO)
        self._dizer(protocolo.BemVindo(versao=protocolo.VERSAO, batida_ms=batida_ms, canais=tuple(canais)))
        self._pronta.set()
        for canal_id in self._credencial.faltam(um.id for um in canais):
            sem_ele = NotFound("canal_nao_encontrado", "Não existe, ou está desativado, o canal deste token")
            self._recusar(sem_ele, canal_id)
        if self._credencial.quem is None:
            self._buscar(self._anunciar_todos())

    def _tomar_o_lugar(self) -> None:
        de_quem = "" if self._credencial.quem is None else self._credencial.quem.empresa_id
        anterior = self._casa.presentes.get((de_quem, self._conector))
        if anterior is not None:
            anterior.ceder()
        self._casa.presentes[de_quem, self._conector] = self

    async def _anunciar_todos(self) -> None:
        """Side by side: an empresa that cannot be had now holds up no other."""
        for empresa_id, canal_id in await self._canais.da_instalacao():
            self._buscar(self._anunciar(empresa_id, canal_id))

    async def _anunciar(self, empresa_id: str, canal_id: str) -> None:
        """Nothing is said of a canal before ``bemvindo``."""
        await self._pronta.wait()
        canal = await self._canais.ver(empresa_id, canal_id)
        if canal is not None or self._canais.quem(canal_id) is not None:
            self._dizer(protocolo.CanalMudou(canal_id=canal_id, canal=canal))
        if canal is None:
            self._canais.esquecer(canal_id)
            self._largar(canal_id)

    def _mudou(self, mudanca: Mudanca) -> None:
        """A canal has changed, or somebody's tokens do not count any more."""
        if mudanca.canal_id is not None:
            if self._credencial.serve(mudanca.empresa_id, mudanca.canal_id):
                self._buscar(self._anunciar(mudanca.empresa_id, mudanca.canal_id))
        elif self._credencial.quem is not None and self._credencial.quem.empresa_id == mudanca.empresa_id:
            self._lancar(self._conferir(self._credencial.quem))

    async def _conferir(self, quem: Quem) -> None:
        try:
            await self._casa.guarda.exigir(quem)
        except Forbidden as erro:
            self.fechar(Fechamento(4403, erro.message))

    # -- jobs ----------------------------------------------------------------------------------------------------------

    def pode(self, empresa_id: str, canal_id: str) -> bool:
        """Whether it may take jobs of that canal, whether it does or not."""
        return self._credencial.serve(empresa_id, canal_id)

    def atende(self, empresa_id: str, canal_id: str) -> bool:
        """Whether it takes jobs of that canal."""
        quem = self._canais.quem(canal_id)
        return canal_id in self._vivas and quem is not None and quem.empresa_id == empresa_id

    def _assinar(self, quadro: protocolo.Assinar) -> None:
        quem = self._canais.quem(quadro.canal_id)
        if quem is None:
            self._recusar(NotFound("canal_nao_encontrado", "Este token não serve este canal"), quadro.canal_id)
        elif not 0 <= quadro.credito <= protocolo.CREDITO_MAXIMO:
            problema = f"credito deve ser de 0 a {protocolo.CREDITO_MAXIMO}"
            self._recusar(Invalid("credito_invalido", problema), quadro.canal_id)
        elif quadro.canal_id in self._vivas:
            self._assinaturas[quadro.canal_id].mudar_credito(quadro.credito)
        else:
            self._comecar(quem, quadro)

    def _comecar(self, quem: Quem, quadro: protocolo.Assinar) -> None:
        canal_id = quadro.canal_id
        assinatura = self._assinatura(quem, canal_id, quadro.credito, self._em_maos_de(canal_id))
        self._assinaturas[canal_id] = assinatura
        tarefa = self._lancar(assinatura.correr())
        self._vivas[canal_id] = tarefa
        tarefa.add_done_callback(lambda _: self._vivas.pop(canal_id, None))

    def _assinatura(self, quem: Quem, canal_id: str, credito: int, em_maos: Maos) -> Assinatura:
        casa = self._casa
        return Assinatura(casa.no, quem, canal_id, self._conector, credito, em_maos, casa.preparar, self._remessa)

    def _em_maos_de(self, canal_id: str) -> Maos:
        """What it has of a canal: from when it last took jobs of it, or from before the connection."""
        anterior = self._assinaturas.get(canal_id)
        if anterior is not None:
            return anterior.em_maos
        return frozenset((um.id, um.tentativa) for um in self._em_maos if um.canal_id in {None, canal_id})

    def _dizer_trabalho(self, trabalho: Trabalho) -> None:
        self._dizer(protocolo.Entregue(**msgspec.structs.asdict(trabalho)))

    def _largar(self, canal_id: str) -> None:
        tarefa = self._vivas.get(canal_id)
        if tarefa is not None:
            tarefa.cancel()
            self._lancar(self._assinaturas[canal_id].encerrar())

    async def _responder(self, quadro: protocolo.Respondido) -> None:
        try:
            erro = await self._anotar(quadro)
        finally:
            self._respostas.release()
        for assinatura in self._assinaturas.values():
            assinatura.soltar(quadro.id, quadro.tentativa)
        self._em_maos = tuple(um for um in self._em_maos if (um.id, um.tentativa) != (quadro.id, quadro.tentativa))
        if erro is None:
            self._casa.observador.respondido(quadro)
        message = None if erro is None else erro.message
        self._dizer(
            protocolo.Anotado(id=quadro.id, tentativa=quadro.tentativa, ok=erro is None, message=message)
        )  # fmt: skip

    async def _anotar(self, quadro: protocolo.Respondido) -> BalcaoError | None:
        """Why an answer does not count; None: it is written down. It may come by another connection than the job went
        out by, before that takes jobs itself: then the canal is looked for among all.
        """
        erro: BalcaoError = Conflict("trabalho_perdido", "Este trabalho não é de um canal deste conector")
        for responder in self._quem_pode_ter(quadro):
            try:
                await responder(quadro)
            except BalcaoError as recusa:
                erro = recusa
                if not isinstance(recusa, Conflict | NotFound):
                    break
            else:
                return None
        return erro

    def _quem_pode_ter(self, quadro: protocolo.Respondido) -> list[Callable[[Resultado], Awaitable[None]]]:
        todas = list(self._assinaturas.values())
        certas = [um for um in todas if um.tem(quadro.id, quadro.tentativa)]
        if certas:
            return [um.responder for um in certas]
        ditos = {um.canal_id for um in self._em_maos if (um.id, um.tentativa) == (quadro.id, quadro.tentativa)}
        sem_assinar = [
            self._assinatura(quem, canal_id, 0, frozenset()).responder
            for canal_id, quem in self._canais.conhecidos(ditos)
            if canal_id not in self._assinaturas
        ]
        return [*(um.responder for um in todas), *sem_assinar]

    def _ao_bater(self) -> None:
        """One at a time, however fast it beats."""
        if self._batida is None or self._batida.done():
            self._batida = self._lancar(self._bater())

    async def _bater(self) -> None:
        for assinatura in list(self._assinaturas.values()):
            try:
                await assinatura.bater()
            except BalcaoError as erro:
                self._recusar(erro)
        self._dizer(protocolo.Batida())

    # -- what came in --------------------------------------------------------------------------------------------------

    async def _receber_entrada(self, entrada: EntradaParcial) -> None:
        quadro = entrada.quadro
        try:
            ack = await self._recebimento.guardar(self._canais.quem(quadro.canal_id), quadro)
            ack = replace(ack, mensagens=entrada.com(ack.mensagens))
        except BalcaoError as erro:
            espera = erro.retry_after * 1000 if isinstance(erro, Unavailable) else None
            ack = protocolo.Ack(ref=quadro.ref, ok=False, codigo=erro.codigo, message=erro.message, tentar_em_ms=espera)
        finally:
            self._vagas.release()
        self._dizer(ack)

    # -- the end -------------------------------------------------------------------------------------------------------

    def fechar(self, fechamento: Fechamento) -> None:
        self._saida.fechar(fechamento)

    def ceder(self) -> None:
        """Another connection has its name: from here on nothing is handed to this one, however long it takes to end."""
        self.fechar(SUBSTITUIDO)
        for devolver in self._a_devolver():
            self._lancar(devolver)
        for tarefa in self._vivas.copy().values():
            tarefa.cancel()

    async def encerrar(self) -> None:
        """The connection is gone."""
        self.testes.encerrar()
        self._casa.vigia.seguidores.discard(self._mudou)
        de_quem = "" if self._credencial.quem is None else self._credencial.quem.empresa_id
        if self._casa.presentes.get((de_quem, self._conector)) is self:
            del self._casa.presentes[de_quem, self._conector]
            assinaturas = list(self._assinaturas.values())
        else:  # another has taken its place, and its name: it is that one's to let go
            assinaturas = []
        for tarefa in (*self._vivas.values(), *self._buscas):
            tarefa.cancel()
        for assinatura in self._assinaturas.values():
            assinatura.acabar()
        for devolver in self._a_devolver():
            await devolver
        for assinatura in assinaturas:
            await assinatura.encerrar()

    def _a_devolver(self) -> list[Coroutine[Any, Any, None]]:
        """What was not sent to it yet goes back as it was: nobody has begun it."""
        return [
            assinatura.devolver(trabalho)
            for trabalho in self._remessa.parar()
            for assinatura in self._assinaturas.values()
            if assinatura.tem(trabalho.id, trabalho.tentativa)
        ]
