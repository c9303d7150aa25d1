"""Sending: the file first, if there is one, then the message that names it."""

from __future__ import annotations

from connectors.whatsapp.corpos import Corpo, corpo_de_envio, corpo_de_sinal, legenda_de
from connectors.whatsapp.erros import Falha, Recusa
from connectors.whatsapp.graph import Graph
from connectors.whatsapp.limpeza import Objeto, objetos_de, texto_de
from connectors.whatsapp.midia_enviada import MidiasEnviadas
from engine.conector.trabalhos import Envio


class Remetente:
    """Sends from one number."""

    def __init__(self, graph: Graph, phone_number_id: str, midias: MidiasEnviadas) -> None:
        self._graph = graph
        self._caminho = f"{phone_number_id}/messages"
        self._midias = midias

    async def enviar(self, envio: Envio, trabalho_id: str) -> str:
        """The id that Meta gave the message. Raises Recusa and Impossivel."""
        corpo = await self._corpo(envio, trabalho_id)
        try:
            dados = await self._graph.pedir("POST", self._caminho, corpo=corpo)
        except Recusa as recusa:
            if envio.arquivo is not None and recusa.falha.classe == "final":  # it may be the file's id that is no good
                self._midias.esquecer(envio.arquivo)
            raise
        return _id_da_mensagem(dados)

    async def sinalizar(self, envio: Envio) -> None:
        """Said twice it does no harm. Raises Recusa and Impossivel."""
        corpo = corpo_de_sinal(envio.opcoes.get("sinal"), envio.opcoes.get("a"))
        try:
            await self._graph.pedir("POST", self._caminho, corpo=corpo)
        except Recusa as recusa:
            raise recusa.repetivel() from None

    async def _corpo(self, envio: Envio, trabalho_id: str) -> Corpo:
        """What can be known to be refused is, before a file is uploaded."""
        if envio.arquivo is None:
            return corpo_de_envio(envio, trabalho_id)
        so_arquivo = not envio.opcoes.keys() & {"modelo", "interativo", "reacao"}
        com_legenda = so_arquivo and bool(legenda_de(envio))
        corpo_de_envio(envio, trabalho_id, self._midias.previa(envio.arquivo, com_legenda))
        remessa = await self._midias.remessa(envio.arquivo, com_legenda)
        return corpo_de_envio(envio, trabalho_id, remessa)


def _id_da_mensagem(dados: Objeto) -> str:
    """A success without an id is none that we know of."""
    mensagens = objetos_de(dados, "messages")
    externo = texto_de(mensagens[0], "id", 512) if mensagens else None
    if externo is None:
        raise Recusa(Falha(erro="a Meta aceitou e não disse o id da mensagem", desfecho="desconhecido"))
    return externo
