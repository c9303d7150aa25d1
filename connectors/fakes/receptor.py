"""A system that receives our webhooks: it checks the signature, keeps a book, and fails as it is told to."""

from __future__ import annotations

from msgspec import Struct

from connectors.fakes.roteiro import Roteiro
from connectors.fakes.servidor_http import Cair, Pedido, Resposta
from engine.conector.webhooks_de_saida import confere


class Recebido(Struct, frozen=True):
    """A webhook that was signed right."""

    id: str
    caminho: str
    corpo: bytes


class ReceptorFalso:
    """Of one secret. ``livro`` has every delivery, also those that came again; ``unicos`` each once, as a receiver that
    heeds ``webhook-id`` has them; ``recusados`` those that were not signed right.
    """

    def __init__(self, segredo: str, agora_s: int) -> None:
        self.segredo = segredo
        self.agora_s = agora_s
        self.livro: list[Recebido] = []
        self.recusados: list[Pedido] = []
        self.roteiro = Roteiro()

    @property
    def unicos(self) -> list[Recebido]:
        """In the order in which they came first."""
        return list({um.id: um for um in reversed(self.livro)}.values())[::-1]

    async def atender(self, pedido: Pedido) -> Resposta | Cair:
        """A delivery."""
        falha = self.roteiro.proxima()
        if falha is not None and not falha.depois:
            return falha.resposta
        if not confere([self.segredo], pedido.cabecalhos, pedido.corpo, self.agora_s):
            self.recusados.append(pedido)
            return Resposta(status=401)
        self.livro.append(Recebido(pedido.cabecalhos["webhook-id"], pedido.caminho, pedido.corpo))
        return Resposta(status=204) if falha is None else falha.resposta
