"""The contacts, by WhatsApp: they write to a Graph API that is not real, which brings it to the server by webhook; what
is answered counts as received when the provider has it.

So a message passes all that it would pass in earnest: webhook, signature, outbox, the connectors' process, and back.
"""

from __future__ import annotations

import time
from random import Random
from typing import Any, Final

import trio

from balcao.demo.cliente import Cliente, Recusado
from balcao.demo.contatos import FALAS, chegarem
from balcao.demo.ligacao import Ligacao
from balcao.demo.modelo import Conversa, Diario, Plano
from balcao.erros import ErroDeUso
from connectors.fakes.graph import Aceita, Contato, Escrita, GraphFalso, NumeroFalso
from connectors.fakes.registro import config_do_numero
from engine.conector.ids import id_de_entrada

_PRIMEIRO_NUMERO: Final = 551130000000


class ContatosDoWhatsApp:
    """As :class:`balcao.demo.contatos.Contatos`. Each fila has a number of its own."""

    def __init__(self, cliente: Cliente, diario: Diario, plano: Plano, filas: dict[str, str], sorte: Random) -> None:
        self._cliente = cliente
        self._diario = diario
        self._plano = plano
        self._filas = filas
        self._sorte = sorte
        self._graph = GraphFalso()
        self._graph.livro.ao_anotar = self._chegou
        self._ligacao = Ligacao(cliente.base, cliente.token, self._recebeu, self._caiu, self._religou)
        self._numeros: dict[str, NumeroFalso] = {}
        self._canais: dict[str, str] = {}
        self._por_telefone = {conversa.telefone: conversa for conversa in diario.conversas}

    async def ligar(self, bercario: trio.Nursery) -> None:
        """Have the provider, and a canal for each of its numbers. Raises ErroDeUso: the server does not answer it."""
        await bercario.start(self._graph.servir)
        await bercario.start(self._ligacao.manter)
        prefixo = time.time_ns() // 1_000_000
        for n, (nome, fila_id) in enumerate(self._filas.items()):
            numero = NumeroFalso(phone_number_id=f"{prefixo}{n:02}", telefone=str(_PRIMEIRO_NUMERO + n), nome=nome)
            config = config_do_numero(numero, self._graph.base)
            corpo = {"nome": f"WhatsApp de {nome}", "tipo": "whatsapp", "filaId": fila_id, "config": config}
            canal = await self._cliente.post("/atendimento/canais", corpo)
            numero.webhook = f"{self._cliente.base}/webhooks/whatsapp/{canal['id']}"
            self._graph.novo_numero(numero)
            self._numeros[nome], self._canais[nome] = numero, canal["id"]
            if not await self._graph.correio(numero.phone_number_id).verificar():
                raise ErroDeUso(f"o webhook {numero.webhook} não responde", "confira --url")

    async def escrever(self) -> None:
        """Every contact, each in its time, until all are served."""
        await chegarem(self._diario, self._viver)

    async def despedir(self) -> None:
        """The provider goes with us: canais that nobody can serve any more are switched off, as far as that can be."""
        async with trio.open_nursery() as bercario:
            for canal_id in self._canais.values():
                bercario.start_soon(self._desligar, canal_id)

    async def _desligar(self, canal_id: str) -> None:
        try:
            await self._cliente.patch(f"/atendimento/canais/{canal_id}", {"ativo": False})
        except (Recusado, ErroDeUso):
            return  # how the run went says more than this

    async def _viver(self, conversa: Conversa) -> None:
        for feitas in range(conversa.perguntas):
            if feitas:
                await trio.sleep(self._plano.pausa(self._sorte))
            self._perguntar(conversa, feitas)
            while conversa.respostas <= feitas:
                await conversa.mudou.wait()
        while conversa.resolvida_em is None:
            await conversa.mudou.wait()

    def _perguntar(self, conversa: Conversa, feitas: int) -> None:
        """The provider has it from here on, and brings it until it is taken. Its id here is known beforehand."""
        conversa.escreveu_em = conversa.escreveu_em or trio.current_time()
        quem = Contato(telefone=conversa.telefone, nome=conversa.nome)
        escrita = Escrita(de=quem, texto=FALAS[min(feitas, len(FALAS) - 1)])
        (externo,) = self._graph.receber([escrita], self._numeros[conversa.fila].phone_number_id)
        conversa.confirmadas.append(id_de_entrada(self._canais[conversa.fila], externo))
        self._diario.contar("mensagens")

    # -- what comes of it ----------------------------------------------------------------------------------------------

    def _recebeu(self, evento: str, dados: Any) -> None:
        """Whose the new ticket is, its phone says."""
        if evento == "ticket_criado":
            self._nasceu(dados["ticket"])

    def _nasceu(self, ticket: Any) -> None:
        conversa = self._por_telefone.get(ticket["contato_telefone"])
        if conversa is not None and conversa.ticket_id is None:
            assert conversa.escreveu_em is not None, "it has written"
            self._diario.medidas.criar.append(trio.current_time() - conversa.escreveu_em)
            self._diario.nasceu(conversa, ticket["id"], ticket["numero"])

    def _chegou(self, aceita: Aceita) -> None:
        """The provider has a message for a contact; the same one again is not another answer."""
        conversa = self._por_telefone.get(aceita.para)
        if conversa is None or aceita.trabalho is None:
            return
        if aceita.trabalho in conversa.vistas:
            self._diario.repetidas += 1
            return
        conversa.vistas.add(aceita.trabalho)
        conversa.chegadas.append(aceita.trabalho)
        conversa.respostas += 1
        enviada_em = self._diario.enviadas_em.pop(f"{conversa.ticket_id} {aceita.texto}", None)
        if enviada_em is not None:
            self._diario.medidas.entregar.append(trio.current_time() - enviada_em)
        conversa.avisar()

    def _caiu(self) -> None:
        self._diario.quedas += 1

    async def _religou(self) -> None:
        """What was missed has been told again: the line resumes."""
