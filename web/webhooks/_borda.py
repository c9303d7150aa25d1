"""The ASGI application of ``/webhooks/…``.

::

    request ─ is there such a canal? ─ body ─ whose ─ signature (each Canal) ─ its part kept ─ COMMIT ─ 200
                                                 │                                │
                                                 └─ nobody's: kept apart          └─ a connector reads it, later

Only 200 counts for a provider; whatever else it is answered, it sends it again for days. So what is not signed is 403,
what cannot be kept now is 503, and what is of no canal of ours is kept apart, shown, and 200. One body may hold several
numbers': each canal is given what is its own, once its secret has confirmed the whole.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from time import perf_counter
from typing import Any, Final, Protocol
from urllib.parse import parse_qsl

from werkzeug.exceptions import MethodNotAllowed
from werkzeug.exceptions import NotFound as NadaAqui

from actors.canal.comandos import VerificarWebhook
from actors.no.no import No
from engine.conector.assinaturas import ASSINATURA_DO_WHATSAPP
from engine.conector.webhooks_whatsapp import DE_NINGUEM, Alvo, Apartado, ler_envelope
from engine.errors import BalcaoError, Forbidden, NotFound
from engine.ids import is_uuid
from engine.modelo import Quem
from web.pedido.tempo_de_resposta import TempoDeResposta
from web.portaria.visitante import PorteiroDoTempoReal
from web.resposta.cru import ClienteSaiu, Corpos, Receive, Scope, Send, exigir_que_caiba, ler_corpo, recusar, responder
from web.webhooks._entrega import Entrega, Recado
from web.webhooks._lugares import Lugar, LugaresDosCanais
from web.webhooks._repescagem import Repescagem

log = logging.getLogger(__name__)

PREFIXO_DOS_WEBHOOKS: Final = "/webhooks"
CORPO_MAXIMO: Final = 4_194_304
"""Bytes. WhatsApp sends up to 3 MB."""
CORPOS_MAXIMO: Final = 134_217_728
"""Bytes of the large bodies that are being taken at once. Who is sent away sends them again."""
_PROVEDORES: Final = frozenset({"whatsapp", "sms"})

_ASSINATURA_MAXIMA: Final = 200
"""Characters of a signature that are kept; a good one has 71."""
_DITOS: Final = 3
"""Whose a webhook is that is kept apart, in words."""

Apartar = Callable[[Apartado], Coroutine[Any, Any, None]]
"""Keeps apart what is of no canal."""


GUARDADO: Final = "kept"
APARTADO: Final = "apart"
VERIFICADO: Final = "verified"


class ObservadorDeWebhooks(Protocol):
    """Told of every answer. ``resultado``: one of the above, or the ``codigo`` of the error that was told."""

    def webhook(self, resultado: str, segundos: float) -> None: ...


class BordaDeWebhooks:
    """``url_publica`` is the server's address as providers know it. ``numero_padrao``: the number (``phone_number_id``)
    whose canal answers for ``/webhooks/whatsapp``, which names none.
    """

    def __init__(
        self,
        no: No,
        lugares: LugaresDosCanais,
        porteiro: PorteiroDoTempoReal,
        tempo: TempoDeResposta,
        apartar: Apartar,
        repescagem: Repescagem,
        url_publica: str,
        observador: ObservadorDeWebhooks,
        numero_padrao: str | None = None,
    ) -> None:
        self._no = no
        self._lugares = lugares
        self._porteiro = porteiro
        self._tempo = tempo
        self._apartar = apartar
        self._repescagem = repescagem
        self._url = url_publica.rstrip("/")
        self._observador = observador
        self._numero_padrao = numero_padrao
        self._corpos = Corpos(CORPOS_MAXIMO)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        inicio = perf_counter()
        try:
            resposta, resultado = await self._tratar(scope, receive)
        except ClienteSaiu:
            return
        except Exception as erro:  # noqa: BLE001  # what is unexpected is logged where it is told
            if isinstance(erro, Forbidden):
                self._porteiro.ver(scope, _cabecalhos(scope)).contar_quieto()
            self._observador.webhook(_codigo(erro), perf_counter() - inicio)
            await recusar(send, erro)
        else:
            self._observador.webhook(resultado, perf_counter() - inicio)
            await responder(send, 200, resposta)

    async def _tratar(self, scope: Scope, receive: Receive) -> tuple[bytes, str]:
        """What is answered, and what that counts as."""
        provedor, canal_id = _partes(scope["path"])
        self._porteiro.ver(scope, _cabecalhos(scope)).exigir_folga()
        if scope["method"] == "GET":
            return await self._verificar(provedor, canal_id, scope), VERIFICADO
        if scope["method"] != "POST":
            raise MethodNotAllowed(valid_methods=["GET", "POST"])
        exigir_que_caiba(scope, CORPO_MAXIMO)
        nomeados = [] if canal_id is None else await self._do_canal(canal_id)
        with self._corpos.mais_um() as cresceu:
            corpo = await ler_corpo(receive, CORPO_MAXIMO, cresceu)
            recado = self._recado(provedor, scope, corpo)
            return b"", await self._receber(recado, nomeados)

    async def _do_canal(self, canal_id: str) -> list[Lugar]:
        lugares = await self._tempo.exigir(self._lugares.do_canal(canal_id), muda=False)
        if not lugares:
            raise NotFound("canal_nao_encontrado", "Canal não encontrado: confira o endereço do webhook")
        return lugares

    def _recado(self, provedor: str, scope: Scope, corpo: bytes) -> Recado:
        cabecalhos = {nome.decode("latin-1"): valor for nome, valor in _cabecalhos(scope).items()}  # any may sign it
        consulta = scope["query_string"].decode("latin-1")
        url = f"{self._url}{scope['path']}" + (f"?{consulta}" if consulta else "")
        envelope = ler_envelope(corpo) if provedor == "whatsapp" else None
        return Recado(corpo, cabecalhos, url, envelope if envelope and envelope.mudancas else None)

    async def _receber(self, recado: Recado, nomeados: list[Lugar]) -> str:
        """Give it to whom it concerns. What is nobody's is kept apart, and answered as if it were somebody's: else it
        would come again for a week. Raises Forbidden if it is of canais of ours, and signed for none.
        """
        entrega = Entrega(self._no, self._tempo, recado)
        await entrega.oferecer(nomeados, no_endereco=True)
        for de_novo in (False, True):
            if entrega.sobras and (entrega.estranhou or not de_novo):
                achados = self._lugares.dos_alvos(entrega.sobras, de_novo=de_novo)
                await entrega.oferecer(await self._tempo.exigir(achados, muda=False))
        if not entrega.confirmado and (nomeados or isinstance(entrega.recusa, Forbidden)):
            assert entrega.recusa is not None, "there is a canal"
            raise entrega.recusa
        if entrega.sobras or not entrega.guardado:
            await self._apartar_sobras(recado, entrega)
        return GUARDADO if entrega.guardado else APARTADO

    async def _apartar_sobras(self, recado: Recado, entrega: Entrega) -> None:
        sobras = entrega.sobras or (DE_NINGUEM,)
        motivo = "; ".join(alvo.dito for alvo in sobras[:_DITOS])
        if isinstance(entrega.recusa, Forbidden):
            motivo += "; ou o appSecret do canal dele não confirma a assinatura"
        log.warning("webhook, or a part of one, of no canal kept apart: %s", motivo)
        apartado = Apartado(
            corpo=recado.corpo,
            motivo=motivo,
            alvos=tuple(alvo.escrito for alvo in sobras),
            assinatura=recado.cabecalhos.get(ASSINATURA_DO_WHATSAPP, "")[:_ASSINATURA_MAXIMA] or None,
        )
        await self._tempo.exigir(self._apartar(apartado), muda=True)
        if not isinstance(entrega.recusa, Forbidden):  # a canal may have been made in this moment
            for lugar in await self._tempo.exigir(self._lugares.dos_alvos(sobras, de_novo=True), muda=False):
                self._repescagem.oferecer(lugar)

    async def _verificar(self, provedor: str, canal_id: str | None, scope: Scope) -> bytes:
        """Meta asks once whether the address is ours."""
        if provedor != "whatsapp":
            raise MethodNotAllowed(valid_methods=["POST"])
        consulta = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        recusa: BalcaoError | None = None
        for empresa_id, id_ in await self._a_verificar(canal_id):  # several may say that a number is theirs
            comando = VerificarWebhook(quem=Quem(empresa_id, None, "conector"), canal_id=id_, consulta=consulta)
            try:
                desafio: str = await self._tempo.exigir(self._no.pedir(comando), muda=False)
            except (Forbidden, NotFound) as erro:
                recusa = erro
            else:
                return desafio.encode()
        assert recusa is not None, "there is a canal"
        raise recusa

    async def _a_verificar(self, canal_id: str | None) -> list[Lugar]:
        if canal_id is not None:
            return await self._do_canal(canal_id)
        numero = self._numero_padrao
        alvos = [] if numero is None else [Alvo("numero", numero)]
        lugares = await self._tempo.exigir(self._lugares.dos_alvos(alvos), muda=False)
        if not lugares:
            raise NotFound("canal_nao_encontrado", "Use o endereço de um canal: /webhooks/whatsapp/<canalId>")
        return lugares


def _codigo(erro: Exception) -> str:
    """What an error counts as: there are only so many."""
    return erro.codigo if isinstance(erro, BalcaoError) else type(erro).__name__


def _cabecalhos(scope: Scope) -> dict[bytes, str]:
    return {nome: valor.decode("latin-1") for nome, valor in scope["headers"]}


def _partes(caminho: str) -> tuple[str, str | None]:
    """The provider and the canal that a path names. Raises NadaAqui."""
    provedor, barra, canal_id = caminho.removeprefix(PREFIXO_DOS_WEBHOOKS + "/").removesuffix("/").partition("/")
    if provedor not in _PROVEDORES or (barra and not is_uuid(canal_id.lower())) or (provedor == "sms" and not barra):
        raise NadaAqui
    return provedor, canal_id.lower() if barra else None
