"""The engine as a connector sees it, which remembers what it was given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from connectors.base import ArquivoRecusado
from engine.conector.entradas import MensagemRecebida, Modelo, NovidadeDoCanal, StatusRecebido
from engine.conector.protocolo import ItemAnotado


class MotorDeTeste:
    """Takes everything, once; of files those whose name does not contain ``recusa``."""

    def __init__(self, recusa: str = "\0") -> None:
        self.mensagens: list[MensagemRecebida] = []
        self.status: list[StatusRecebido] = []
        self.novidades: list[NovidadeDoCanal] = []
        self.guardados: list[tuple[str, str | None, bytes]] = []
        self._recusa = recusa
        self.responde: Literal["recusada", "falhou"] | None = None
        """What it says instead of taking messages."""

    async def entregar(
        self,
        mensagens: Sequence[MensagemRecebida] = (),
        status: Sequence[StatusRecebido] = (),
        novidades: Sequence[NovidadeDoCanal] = (),
        modelos: Sequence[Modelo] | None = None,
    ) -> Sequence[ItemAnotado]:
        assert len(mensagens) + len(status) + len(novidades) <= 1_000
        if self.responde is not None:
            return [ItemAnotado(id=um.id, situacao=self.responde, message="por isso") for um in mensagens]
        tem = {mensagem.id for mensagem in self.mensagens}
        self.mensagens += [mensagem for mensagem in mensagens if mensagem.id not in tem]
        self.status += status
        self.novidades += novidades
        return [ItemAnotado(id=um.id, situacao="repetida" if um.id in tem else "nova") for um in mensagens]

    async def guardar(self, nome: str, tipo: str | None, conteudo: bytes) -> str:
        if self._recusa in nome or self._recusa.encode() in conteudo:
            raise ArquivoRecusado("é um programa")
        self.guardados.append((nome, tipo, conteudo))
        return f"ficha-{len(self.guardados)}"
