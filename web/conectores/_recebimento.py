"""What a connector brings, an ``entrada``: stored, and told of when it is."""

from __future__ import annotations

from actors.canal.comandos import EntradaAnotada, ItemDeEntrada, ReceberMensagens, ReceberNovidades, ReceberStatus
from actors.no.no import No
from engine.conector import protocolo
from engine.conector.entradas import MensagemRecebida
from engine.errors import Invalid, NotFound
from engine.modelo import Quem
from web.conectores._entradas import item_de
from web.conectores._fichas import Fichas
from web.conectores._limpeza import modelo_limpo, novidade_limpa, status_limpo


class Recebimento:
    """``fichas`` are the files that were brought before the messages that they belong to."""

    def __init__(self, no: No, fichas: Fichas) -> None:
        self._no = no
        self._fichas = fichas

    async def guardar(self, quem: Quem | None, quadro: protocolo.Entrada) -> protocolo.Ack:
        """``quem``: as whom the connector acts for that canal; None if it may not. Raises BalcaoError: then some of it
        may be stored, and all can be sent again, unless it is a Refusal.
        """
        canal_id, no = quadro.canal_id, self._no
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
                itens.append((n, item_de(mensagem, quem.empresa_id, self._fichas)))
            except Invalid as erro:
                recusada = protocolo.ItemAnotado(id=mensagem.id[:512], situacao="recusada", message=str(erro))
                anotados[n] = recusada
        if itens:
            comando = ReceberMensagens(quem=quem, canal_id=canal_id, itens=tuple(item for _, item in itens))
            feitas = await self._no.pedir(comando)
            anotados |= {n: _anotado(feita) for (n, _), feita in zip(itens, feitas, strict=True)}
        return tuple(anotados[n] for n in range(len(mensagens)))


def _anotado(anotada: EntradaAnotada) -> protocolo.ItemAnotado:
    return protocolo.ItemAnotado(
        id=anotada.id_externo, situacao=anotada.situacao, ticket_id=anotada.ticket_id, message=anotada.message
    )
