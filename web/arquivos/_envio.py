"""From a received file to a message: seen to be allowed, stored, and only then told.

::

    received ─ fields ─ may the caller? ─ what is it? ─ intent ─ object ─ message + ArquivoRow (one commit)
                                                          │        │        │
    a crash here leaves:        nothing                   └────────┴────────┘  the intent (and the object): swept later

The commit takes the intent away. A refusal takes away both at once; an unknown outcome neither, since the message may
exist: then the sweep finds out, by the intent, whether it does.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec
from msgspec import Struct, UnsetType
from msgspec.structs import replace

from actors.no.entrega import fora_do_ar
from actors.ticket.comandos import EnviarMensagem
from engine import permissoes
from engine.assinatura import Assinador
from engine.errors import BalcaoError, Forbidden, Refusal
from engine.modelo import Arquivo, Direcao, MensagemRow, TipoMensagem
from engine.ports import Clock, Ids, StoreError
from engine.saude import Saude
from web.arquivos._nome import com_extensao
from web.arquivos._ports import Objetos, Reservas
from web.arquivos._recepcao import LimitesDeArquivo, Recebido, receber, receber_cru
from web.arquivos._tipos import EXTENSOES, Tipo, identificar
from web.arquivos._vagas import Vagas
from web.pedido.campos import Conteudo, Uuid
from web.pedido.entrada import Entrada
from web.pedido.rota import Pedido
from web.pedido.tempo_de_resposta import TempoDeResposta
from web.pedido.validacao import DaEmpresa, Esquema

log = logging.getLogger(__name__)


CONTATO_MAXIMO: Final = 104_857_600
"""Bytes of a file that a contact may send, whatever agents may: 100 MB, the most that WhatsApp takes."""


ESTRANHO_S: Final = 120.0
"""How long a stranger may take for a file."""


class ArquivoNovo(DaEmpresa, frozen=True, kw_only=True):
    """The fields of the form, beside ``arquivo``. ``conteudo`` is a caption."""

    ticket_id: Uuid
    conteudo: Conteudo = ""
    direcao: Direcao = "enviada"


_CAMPOS: Final = Esquema(ArquivoNovo, de_texto=True)


ExigirTicket = Callable[[str], Coroutine[Any, Any, object]]
"""Raises NotFound or Forbidden unless the caller may see that ticket."""


class Anuncio(Struct, frozen=True):
    """What the headers say of a body that is about to come."""

    tipo: str
    tamanho: int | None


class Arquivos:
    """Files of messages: how they come in and go out."""

    def __init__(
        self,
        objetos: Objetos,
        reservas: Reservas,
        assinador: Assinador,
        pasta: Path,
        ids: Ids,
        relogio: Clock,
        limites: LimitesDeArquivo,
        tempo: TempoDeResposta | None = None,
    ) -> None:
        """``pasta``: where what is being received lies, without a name. ``tempo``: how long the database may take; what
        the client and the object store take is their own.
        """
        self.objetos = objetos
        self.assinador = assinador
        self._reservas = reservas
        self._pasta = pasta
        self._ids = ids
        self._relogio = relogio
        self._limites = limites
        self._tempo = tempo or TempoDeResposta(Saude())
        self._vagas = Vagas()

    async def enviar(self, p: Pedido, anuncio: Anuncio, entrada: Entrada, exigir_ticket: ExigirTicket) -> MensagemRow:
        """Receive a file and send it as a message. The request's key stands for the form, not for its bytes: how a
        client draws the boundary does not matter.

        Raises:
            Refusal: it is not taken; nothing of it is left.
            RequestTimeout: it did not come in time; nothing of it is left.
            Unavailable: not now.
        """
        with self._vagas.uma(p.quem.empresa_id):
            async with receber(entrada, anuncio.tipo, anuncio.tamanho, self._limites, self._pasta) as recebido:
                campos = _CAMPOS.ler(recebido.campos)
                mesma_empresa(campos.empresa_id, p.quem.empresa_id)
                if campos.direcao == "recebida":
                    permissoes.exigir(p.quem, permissoes.FALAR_PELO_CONTATO)
                await self._tempo.exigir(exigir_ticket(campos.ticket_id), muda=False)
                tipo = await self._olhar(recebido)
                if p.chave is not None:
                    p.chave = replace(p.chave, resumo=_resumo(p.chave.resumo, campos, recebido))
                return await self._guardar(p, campos, recebido, tipo)

    async def guardar(
        self, empresa_id: str, nome: str, anuncio: Anuncio, entrada: Entrada
    ) -> tuple[Arquivo, TipoMensagem]:
        """Receive a file that a contact sent, and store it before the message that will have it: it is swept unless one
        takes it within an hour. Whatever it is, it is kept. Gives the file, and the ``tipo`` that its message has.

        Raises as :meth:`enviar` does.
        """
        limites = replace(self._limites, maximo=max(self._limites.maximo, CONTATO_MAXIMO))
        with self._vagas.uma(empresa_id):
            return await self._guardar_cru(
                empresa_id, nome, anuncio, entrada, limites, partial(identificar, guardar_tudo=True)
            )  # fmt: skip

    async def guardar_de_estranho(
        self, empresa_id: str, nome: str, anuncio: Anuncio, entrada: Entrada
    ) -> tuple[Arquivo, TipoMensagem]:
        """The same of somebody whom nobody knows, who may send what agents may, and no more. How many do so at once is
        the caller's to bound: none takes a place of the empresa's.
        """
        limites = replace(self._limites, prazo=min(self._limites.prazo, ESTRANHO_S))
        olhar = partial(identificar, estrito=self._limites.estrito)
        return await self._guardar_cru(empresa_id, nome, anuncio, entrada, limites, olhar)

    async def _guardar_cru(
        self,
        empresa_id: str,
        nome: str,
        anuncio: Anuncio,
        entrada: Entrada,
        limites: LimitesDeArquivo,
        olhar: Callable[[BinaryIO, int, str], Tipo],
    ) -> tuple[Arquivo, TipoMensagem]:
        async with receber_cru(entrada, nome, anuncio.tamanho, limites, self._pasta) as recebido:
            tipo = await asyncio.to_thread(olhar, recebido.arquivo, recebido.tamanho, recebido.nome)
            arquivo = self._descrito(recebido, tipo)
            await self._reservar(empresa_id, arquivo.id, recebido.arquivo)
            return arquivo, tipo.mensagem

    def _descrito(self, recebido: Recebido, tipo: Tipo) -> Arquivo:
        nome = com_extensao(recebido.nome, tipo.mime, EXTENSOES.get(tipo.mime, ()))
        return Arquivo(
            self._ids.novo(), nome, tipo.mime, recebido.tamanho, recebido.sha256,
            tipo.largura, tipo.altura, tipo.charset,
        )  # fmt: skip

    async def _olhar(self, recebido: Recebido) -> Tipo:
        olhar = partial(identificar, estrito=self._limites.estrito)
        return await asyncio.to_thread(olhar, recebido.arquivo, recebido.tamanho, recebido.nome)

    async def _guardar(self, p: Pedido, campos: ArquivoNovo, recebido: Recebido, tipo: Tipo) -> MensagemRow:
        arquivo = self._descrito(recebido, tipo)
        empresa_id = p.quem.empresa_id
        await self._reservar(empresa_id, arquivo.id, recebido.arquivo)
        comando = EnviarMensagem(
            quem=p.quem,
            ticket_id=campos.ticket_id,
            conteudo=campos.conteudo,
            tipo=tipo.mensagem,
            direcao=campos.direcao,
            arquivo=arquivo,
        )
        try:
            mensagem = await self._tempo.exigir(p.pedir(comando), muda=True)
        except Refusal:
            await self._desistir(empresa_id, arquivo.id)
            raise
        if mensagem.arquivo is None or mensagem.arquivo.id != arquivo.id:  # the answer from before, under the same key
            await self._desistir(empresa_id, arquivo.id)
        return mensagem

    async def _reservar(self, empresa_id: str, arquivo_id: str, arquivo: BinaryIO) -> None:
        with _sem_banco():
            reserva = self._reservas.reservar_arquivo(empresa_id, arquivo_id, self._relogio.now())
            await self._tempo.exigir(reserva, muda=False)
        try:
            await self.objetos.guardar(empresa_id, arquivo_id, arquivo)
        except BalcaoError:
            await self._desistir(empresa_id, arquivo_id)
            raise

    async def _desistir(self, empresa_id: str, arquivo_id: str) -> None:
        """Leave nothing behind. What fails here is left to the sweep."""
        try:
            await self.objetos.remover(empresa_id, arquivo_id)
            await self._reservas.esquecer_arquivos([(empresa_id, arquivo_id)])
        except BalcaoError as erro:
            log.warning("file %s of empresa %s is left to the sweep: %s", arquivo_id, empresa_id, erro)


def mesma_empresa(dita: str | UnsetType, empresa_id: str) -> None:
    """Raise Forbidden if another empresa is named."""
    if isinstance(dita, str) and dita != empresa_id:
        raise Forbidden("empresa_de_outro", "empresaId não é a empresa deste arquivo")


def _resumo(do_pedido: str, campos: ArquivoNovo, recebido: Recebido) -> str:
    """The digest of what a form asks, whatever its bytes were."""
    partes = [do_pedido, recebido.nome, recebido.sha256, campos.ticket_id, campos.conteudo, campos.direcao]
    return hashlib.sha256(msgspec.json.encode(partes)).hexdigest()


@contextmanager
def _sem_banco() -> Iterator[None]:
    try:
        yield
    except StoreError as erro:
        raise fora_do_ar(erro) from erro
