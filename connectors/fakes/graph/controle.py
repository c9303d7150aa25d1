"""The fake, worked from another process: JSON under ``/_falso/``, for loopback only.

=========================  ===========================================================================================
``GET estado``             counts: accepted, refused, webhooks taken, lost and pending
``GET livro?desde=0``      what was accepted, at most 1,000 from that number on; ``&para=`` of one contact only
``GET repetidos``          jobs that were accepted more than once
``POST numeros``           a :class:`~connectors.fakes.graph.modelo.NumeroFalso`
``POST comportamento``     some fields of a :class:`~connectors.fakes.graph.modelo.Comportamento`
``POST roteiro``           ``{"chamada", "falta": {…}, "vezes"}``, or ``{"limpar": true}``
``POST receber``           ``{"phoneNumberId"?, "mensagens": [Escrita], "porWebhook"?, "vezes"?, "embaralhar"?,
                           "assinaturaErrada"?}``; answers ``{"ids": […]}``
=========================  ===========================================================================================
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Struct

from connectors.fakes.graph.entradas import Escrita
from connectors.fakes.graph.modelo import Comportamento, NumeroFalso
from connectors.fakes.graph.roteiro import Chamada, Falta
from connectors.fakes.servidor_http import Pedido, Resposta, resposta_json

if TYPE_CHECKING:
    from connectors.fakes.graph.falso import GraphFalso

_PAGINA: Final = 1_000


class Receber(Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """What ``receber`` is told."""

    mensagens: list[Escrita]
    phone_number_id: str | None = None
    por_webhook: int = _PAGINA
    vezes: int = 1
    embaralhar: bool = False
    assinatura_errada: bool = False


class Roteirizar(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What ``roteiro`` is told."""

    chamada: Chamada = "mensagens"
    falta: Falta | None = None
    vezes: int = 1
    limpar: bool = False


class Controle:
    """Does for another process what a test does by calls."""

    def __init__(self, graph: GraphFalso) -> None:
        self._graph = graph
        self._rotas: dict[tuple[str, str], Callable[[Pedido], object]] = {
            ("GET", "estado"): self._estado,
            ("GET", "livro"): self._livro,
            ("GET", "repetidos"): lambda _: self._graph.livro.repetidos(),
            ("POST", "numeros"): self._numeros,
            ("POST", "comportamento"): self._comportamento,
            ("POST", "roteiro"): self._roteiro,
            ("POST", "receber"): self._receber,
        }

    def atender(self, pedido: Pedido) -> Resposta:
        """Whatever is asked."""
        fazer = self._rotas.get((pedido.metodo, pedido.caminho.removeprefix("/_falso/")))
        if fazer is None:
            return resposta_json({"erro": "não há nada aqui"}, 404)
        try:
            return resposta_json(fazer(pedido))
        except (msgspec.DecodeError, UnicodeDecodeError, ValueError, KeyError) as erro:
            return resposta_json({"erro": str(erro)}, 400)

    def _estado(self, _: Pedido) -> dict[str, int]:
        livro, correios = self._graph.livro, [self._graph.correio(numero) for numero in self._graph.numeros]
        return {
            "aceitas": len(livro.aceitas),
            "recusadas": livro.recusadas,
            "sinais": len(livro.sinais),
            "webhooksEntregues": sum(correio.entregues for correio in correios),
            "webhooksPerdidos": sum(correio.perdidas for correio in correios),
            "webhooksPendentes": self._graph.pendentes,
        }

    def _livro(self, pedido: Pedido) -> dict[str, Any]:
        livro, para = self._graph.livro, pedido.consulta.get("para")
        aceitas = livro.aceitas if para is None else livro.de(para)
        desde = max(0, int(pedido.consulta.get("desde", "0")))
        return {"total": len(aceitas), "aceitas": aceitas[desde : desde + _PAGINA]}

    def _numeros(self, pedido: Pedido) -> dict[str, bool]:
        self._graph.novo_numero(msgspec.json.decode(pedido.corpo, type=NumeroFalso))
        return {"ok": True}

    def _comportamento(self, pedido: Pedido) -> dict[str, bool]:
        atual = msgspec.to_builtins(self._graph.comportamento)
        novo = msgspec.convert(atual | msgspec.json.decode(pedido.corpo, type=dict[str, Any]), Comportamento)
        for campo in Comportamento.__struct_fields__:
            setattr(self._graph.comportamento, campo, getattr(novo, campo))
        return {"ok": True}

    def _roteiro(self, pedido: Pedido) -> dict[str, bool]:
        dito = msgspec.json.decode(pedido.corpo, type=Roteirizar)
        if dito.limpar:
            self._graph.roteiro.limpar()
        if dito.falta is not None:
            self._graph.roteiro.proximas(dito.chamada, dito.falta, vezes=dito.vezes)
        return {"ok": True}

    def _receber(self, pedido: Pedido) -> dict[str, list[str]]:
        dito = msgspec.json.decode(pedido.corpo, type=Receber)
        ids = self._graph.receber(
            dito.mensagens,
            dito.phone_number_id,
            por_webhook=dito.por_webhook,
            vezes=dito.vezes,
            embaralhar=dito.embaralhar,
            assinatura_errada=dito.assinatura_errada,
        )
        return {"ids": ids}
