"""One connector, connected: its frames, and what is done with them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final, Protocol

import msgspec

from actors.canal.comandos import (
    ConexaoDoCanal,
    EntradaAnotada,
    ItemDeEntrada,
    ListarCanais,
    ReceberMensagens,
    ReceberNovidades,
    ReceberStatus,
    VerConexao,
)
from actors.no.no import No
from engine.conector import protocolo
from engine.conector.entradas import MensagemRecebida
from engine.conector.trabalhos import Resultado, Trabalho
from engine.errors import (
    BalcaoError,
    Conflict,
    Forbidden,
    InternalFailure,
    Invalid,
    NotFound,
    Refusal,
    Unavailable,
)
from engine.modelo import Quem
from engine.ports import StoreError
from engine.tarefas import Tarefas
from web.conectores._assinatura import Assinatura, Maos, espera_de
from web.conectores._credencial import CredencialDeConector
from web.conectores._entradas import item_de
from web.conectores._fichas import Fichas
from web.conectores._limpeza import modelo_limpo, novidade_limpa, resultado_limpo, status_limpo, texto_limpo
from web.conectores._remessa import Remessa
from web.conectores._testes import Testes
from web.conectores._vigia import Mudanca, VigiaDeCanais
from web.gateway import Fechamento, Quadro, Saida
from web.portaria.acessos import Guarda

ENTRADAS_EM_CURSO: Final = 32
"""Frames of what came in that are being stored; whoever sends more waits, unread."""
RESPOSTAS_EM_CURSO: Final = 2_000
"""Answers that are being written down; whoever sends more waits, unread."""
ANUNCIOS_EM_CURSO: Final = 16
"""Canais that are looked up at once, for the installation's host."""
LER_DE_NOVO_S: Final = 2.0
BATIDA_MS: Final = 15_000
CONHECER_S: Final = 10.0
"""How long it may take to find out what canais a connector has."""
AGORA_NAO: Final = Fechamento(1013, "os canais não puderam ser lidos agora; conecte de novo")
SUBSTITUIDO: Final = Fechamento(4409, "outro conector se conectou com este nome")

_ler: Final = msgspec.json.Decoder(protocolo.DoConector).decode
_codificar: Final = msgspec.json.Encoder().encode
_NAO_DECODIFICA: Final = (msgspec.DecodeError, UnicodeError, RecursionError)

LerCanais = Callable[[], Awaitable[list[tuple[str, str]]]]
"""Reads the canais of the whole installation that are active: each with its empresa first."""


Preparar = Callable[[str, list[Trabalho]], Awaitable[list[Trabalho]]]
"""Puts into the jobs of an empresa what is read when they are handed out."""


class ObservadorDeConectores(Protocol):
    def respondido(self, resultado: Resultado) -> None:
        """What became of a job is durable."""
        ...


class Casa(msgspec.Struct, frozen=True):
    """What the sessions of a process share. ``presentes``: each by whose it is and what it is called."""

    no: No
    guarda: Guarda
    fichas: Fichas
    vigia: VigiaDeCanais
    ler_canais: LerCanais
    preparar: Preparar
    tarefas: Tarefas
    observador: ObservadorDeConectores
    url_publica: str
    """The server's address as providers know it."""
    presentes: dict[tuple[str, str], Sessao] = {}


class Sessao:
    """``_canais`` are those that it was told of, each with whom it acts as there."""

    def __init__(self, casa: Casa, credencial: CredencialDeConector, saida: Saida) -> None:
        self._casa = casa
        self._credencial = credencial
        self._saida = saida
        self._conector = ""
        self._tipos: frozenset[str] = frozenset()
        self._em_maos: tuple[protocolo.EmMaos, ...] = ()
        self._canais: dict[str, Quem] = {}
        self._assinaturas: dict[str, Assinatura] = {}
        self._vivas: dict[str, asyncio.Task[None]] = {}
        self._soltas: set[asyncio.Task[None]] = set()
        self._buscas: set[asyncio.Task[None]] = set()
        self._batida: asyncio.Task[None] | None = None
        self._vagas = asyncio.Semaphore(ENTRADAS_EM_CURSO)
        self.testes = Testes(self._dizer)
        self._respostas = asyncio.Semaphore(RESPOSTAS_EM_CURSO)
        self._remessa = Remessa(saida, self._dizer_trabalho)
        self._consultas = asyncio.Semaphore(ANUNCIOS_EM_CURSO)
        self._pronta = asyncio.Event()

    # -- frames ------------------------------------------------------------------------------------------------------

    async def receber(self, texto: str) -> None:
        """Handle one frame. What it asks for is done beside, in the order in which it came."""
        try:
            quadro = _ler(texto)
        except _NAO_DECODIFICA as erro:
            self._recusar(Invalid("quadro_invalido", f"Quadro inválido: {str(erro)[:200]}"))
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
        if self._conector or not 0 < len(nome) <= 100 or texto_limpo(nome) != nome:
            self._recusar(Invalid("ola_invalido", "ola vem uma vez só, com o nome do conector em até 100 letras"))
            return
        self._conector, self._em_maos, self._tipos = quadro.conector, quadro.em_maos, frozenset(quadro.tipos)
        self._tomar_o_lugar()
        self._casa.vigia.seguidores.add(self._mudou)
        try:
            async with asyncio.timeout(CONHECER_S):
                canais = await self._conhecer()
        except (Unavailable, InternalFailure, TimeoutError):
            self.fechar(AGORA_NAO)
            return
        self._lancar(self._remessa.correr())
        self._dizer(protocolo.BemVindo(versao=protocolo.VERSAO, batida_ms=BATIDA_MS, canais=tuple(canais)))
        self._pronta.set()
        if self._credencial.quem is None:
            self._buscar(self._anunciar_todos())

    def _tomar_o_lugar(self) -> None:
        de_quem = "" if self._credencial.quem is None else self._credencial.quem.empresa_id
        anterior = self._casa.presentes.get((de_quem, self._conector))
        if anterior is not None:
            anterior.ceder()
        self._casa.presentes[de_quem, self._conector] = self

    async def _conhecer(self) -> list[protocolo.CanalDoConector]:
        """The canais of its empresa. (The installation's are many: they are told one by one.)"""
        quem = self._credencial.quem
        if quem is None:
            return []
        achados = []
        for estado in await self._casa.no.pedir(ListarCanais(quem=quem)):
            canal = await self._ver(quem.empresa_id, estado.row.id)
            if canal is not None:
                achados.append(canal)
        return achados

    async def _anunciar_todos(self) -> None:
        """Side by side: an empresa that cannot be had now holds up no other."""
        for empresa_id, canal_id in await self._ler_canais():
            self._buscar(self._anunciar(empresa_id, canal_id))

    async def _ler_canais(self) -> list[tuple[str, str]]:
        while True:
            try:
                return await self._casa.ler_canais()
            except StoreError:
                await asyncio.sleep(LER_DE_NOVO_S)

    async def _anunciar(self, empresa_id: str, canal_id: str) -> None:
        """Nothing is said of a canal before ``bemvindo``."""
        await self._pronta.wait()
        canal = await self._ver(empresa_id, canal_id)
        if canal is not None or canal_id in self._canais:
            self._dizer(protocolo.CanalMudou(canal_id=canal_id, canal=canal))
        if canal is None:
            self._canais.pop(canal_id, None)
            self._largar(canal_id)

    async def _ver(self, empresa_id: str, canal_id: str) -> protocolo.CanalDoConector | None:
        """A canal that it may serve; None if it may not, or there is none."""
        if not self._credencial.serve(empresa_id, canal_id):
            return None
        quem = self._credencial.quem_em(empresa_id)
        comando = VerConexao(quem=quem, canal_id=canal_id, com_segredos=self._credencial.segredos)
        while True:
            try:
                async with self._consultas:
                    conexao = await self._casa.no.pedir(comando)
            except Refusal:
                return None
            except BalcaoError as erro:  # also when the canal has crashed: it is built again
                await asyncio.sleep(espera_de(erro))
            else:
                break
        if not conexao.row.ativo or (self._tipos and conexao.row.tipo not in self._tipos):
            return None
        if conexao.row.tipo == "webhook" and self._credencial.quem is not None:
            return None  # what an empresa tells other systems is told by the installation's own
        self._canais[canal_id] = quem
        return _do_conector(conexao, self._casa.url_publica)

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
        quem = self._canais.get(canal_id)
        return canal_id in self._vivas and quem is not None and quem.empresa_id == empresa_id

    def _assinar(self, quadro: protocolo.Assinar) -> None:
        quem = self._canais.get(quadro.canal_id)
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
        em_maos = self._em_maos_de(canal_id)
        assinatura = Assinatura(
            self._casa.no,
            quem,
            canal_id,
            self._conector,
            quadro.credito,
            em_maos,
            self._casa.preparar,
            self._remessa,
        )
        self._assinaturas[canal_id] = assinatura
        tarefa = self._lancar(assinatura.correr())
        self._vivas[canal_id] = tarefa
        tarefa.add_done_callback(lambda _: self._vivas.pop(canal_id, None))

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
        if erro is None:
            self._casa.observador.respondido(quadro)
        message = None if erro is None else erro.message
        self._dizer(
            protocolo.Anotado(id=quadro.id, tentativa=quadro.tentativa, ok=erro is None, message=message)
        )  # fmt: skip

    async def _anotar(self, quadro: protocolo.Respondido) -> BalcaoError | None:
        """Why an answer does not count; None: it is written down. It may come by another connection than the job went
        out by: then the canal is looked for among all.
        """
        erro: BalcaoError = Conflict("trabalho_perdido", "Este trabalho não é de um canal que este conector assina")
        todas = list(self._assinaturas.values())
        for assinatura in [um for um in todas if um.tem(quadro.id, quadro.tentativa)] or todas:
            try:
                await assinatura.responder(quadro)
            except BalcaoError as recusa:
                erro = recusa
                if not isinstance(recusa, Conflict | NotFound):
                    break
            else:
                return None
        return erro

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

    async def _receber_entrada(self, quadro: protocolo.Entrada) -> None:
        try:
            ack = await self._guardar_entrada(quadro)
        except BalcaoError as erro:
            espera = erro.retry_after * 1000 if isinstance(erro, Unavailable) else None
            ack = protocolo.Ack(ref=quadro.ref, ok=False, codigo=erro.codigo, message=erro.message, tentar_em_ms=espera)
        finally:
            self._vagas.release()
        self._dizer(ack)

    async def _guardar_entrada(self, quadro: protocolo.Entrada) -> protocolo.Ack:
        quem, canal_id, no = self._canais.get(quadro.canal_id), quadro.canal_id, self._casa.no
        if quem is None:
            raise NotFound("canal_nao_encontrado", "Este token não serve este canal")
        if len(quadro.mensagens) + len(quadro.status) + len(quadro.novidades) > protocolo.ENTRADAS_NO_MAXIMO:
            raise Invalid("entrada_grande", f"São no máximo {protocolo.ENTRADAS_NO_MAXIMO} coisas de cada vez")
        anotadas = await self._guardar_mensagens(quem, canal_id, quadro.mensagens)
        if quadro.status:
            status = tuple(map(status_limpo, quadro.status))
            await no.pedir(ReceberStatus(quem=quem, canal_id=canal_id, status=status))
        if quadro.novidades or quadro.modelos is not None:
            novidades = tuple(map(novidade_limpa, quadro.novidades))
            modelos = None if quadro.modelos is None else tuple(map(modelo_limpo, quadro.modelos))
            await no.pedir(ReceberNovidades(quem=quem, canal_id=canal_id, novidades=novidades, modelos=modelos))
        return protocolo.Ack(ref=quadro.ref, ok=True, mensagens=anotadas)

    async def _guardar_mensagens(
        self, quem: Quem, canal_id: str, mensagens: tuple[MensagemRecebida, ...]
    ) -> tuple[protocolo.ItemAnotado, ...]:
        """What cannot be read of one message is said of it, and stops no other."""
        anotados: dict[int, protocolo.ItemAnotado] = {}
        itens: list[tuple[int, ItemDeEntrada]] = []
        for n, mensagem in enumerate(mensagens):
            try:
                itens.append((n, item_de(mensagem, quem.empresa_id, self._casa.fichas)))
            except Invalid as erro:
                recusada = protocolo.ItemAnotado(id=mensagem.id[:512], situacao="recusada", message=str(erro))
                anotados[n] = recusada
        if itens:
            comando = ReceberMensagens(quem=quem, canal_id=canal_id, itens=tuple(item for _, item in itens))
            feitas = await self._casa.no.pedir(comando)
            anotados |= {n: _anotado(feita) for (n, _), feita in zip(itens, feitas, strict=True)}
        return tuple(anotados[n] for n in range(len(mensagens)))

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


def _do_conector(conexao: ConexaoDoCanal, url_publica: str) -> protocolo.CanalDoConector:
    row = conexao.row
    config: dict[str, Any] = msgspec.json.decode(row.config)
    if row.tipo == "sms":  # whose requests tell the provider where to call us
        config["urlDoWebhook"] = f"{url_publica.rstrip('/')}/webhooks/sms/{row.id}"
    return protocolo.CanalDoConector(
        id=row.id,
        empresa_id=row.empresa_id,
        nome=row.nome,
        tipo=row.tipo,
        config=config,
        segredos=msgspec.json.decode(conexao.segredos),
    )


def _anotado(anotada: EntradaAnotada) -> protocolo.ItemAnotado:
    return protocolo.ItemAnotado(
        id=anotada.id_externo, situacao=anotada.situacao, ticket_id=anotada.ticket_id, message=anotada.message
    )
