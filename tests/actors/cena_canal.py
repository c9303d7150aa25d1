"""A stage with a channel: contacts write by it, and a connector takes what is to be sent."""

from __future__ import annotations

from typing import Any

from actors.canal.comandos import (
    BaterPonto,
    CriarCanal,
    ItemDeEntrada,
    LargarCanal,
    ReceberStatus,
    ResponderTrabalho,
    TomarTrabalhos,
)
from actors.ticket.comandos import EnviarMensagem
from engine.conector.enderecos import Endereco
from engine.conector.entradas import MensagemRecebida, StatusRecebido
from engine.conector.protocolo import EmMaos
from engine.conector.trabalhos import Resultado, Trabalho
from engine.modelo import EnvioRow, MensagemRow, Quem, TicketRow, TipoComContatos
from engine.runtime import Reply
from tests.actors.cena import ADMIN, EMPRESA, Cena

CONECTOR = Quem(EMPRESA, None, "conector")
JOAO = Endereco("telefone", "+5511999990001")
MARIA = Endereco("telefone", "+5511999990002")


class CenaDeCanal(Cena):
    """``canal_id`` is a channel of this kind; ``conector`` takes its jobs."""

    def __init__(self, tipo: TipoComContatos = "whatsapp") -> None:
        super().__init__()
        self.canal_id = self.pedir(CriarCanal(quem=ADMIN, nome="Zap", tipo=tipo)).row.id
        self._n = 0

    # -- contacts ------------------------------------------------------------------------------------------------------

    def mensagem(self, de: Endereco = JOAO, texto: str = "oi", **campos: Any) -> MensagemRecebida:
        self._n += 1
        padrao: dict[str, Any] = {"id": f"wamid.{self._n}", "em": self.clock.now()}
        return MensagemRecebida(de=de, conteudo=texto, **(padrao | campos))

    def chega(self, mensagem: MensagemRecebida) -> Reply[MensagemRow] | None:
        """It is on its way."""
        return self.mundo.receber(CONECTOR, self.canal_id, ItemDeEntrada(mensagem))

    def escreve(self, de: Endereco = JOAO, texto: str = "oi", **campos: Any) -> MensagemRow:
        """A contact wrote; the message as it is stored."""
        resposta = self.chega(self.mensagem(de, texto, **campos))
        assert resposta is not None
        self.mundo.assentar()
        return resposta.get()

    # -- agents --------------------------------------------------------------------------------------------------------

    def responde(self, ticket_id: str, texto: str = "olá", **campos: Any) -> MensagemRow:
        return self.pedir(EnviarMensagem(quem=ADMIN, ticket_id=ticket_id, conteudo=texto, **campos))

    # -- the connector -------------------------------------------------------------------------------------------------

    def pede(self, quantos: int = 10, conector: str = "c1") -> Reply[list[Trabalho]]:
        return self.enviar(TomarTrabalhos(quem=CONECTOR, canal_id=self.canal_id, conector=conector, quantos=quantos))

    def toma(self, quantos: int = 10, conector: str = "c1") -> list[Trabalho]:
        """The jobs that there are now; the connector waits for no more."""
        resposta = self.pede(quantos, conector)
        self.mundo.assentar()
        if not resposta.is_set:
            self.larga(conector)
        return resposta.get()

    def larga(self, conector: str = "c1", tem: tuple[EmMaos, ...] | None = None) -> None:
        self.pedir(LargarCanal(quem=CONECTOR, canal_id=self.canal_id, conector=conector, tem=tem))

    def resultado(self, trabalho: Trabalho, desfecho: Any = "aceito", conector: str = "c1", **campos: Any) -> None:
        resultado = Resultado(id=trabalho.id, tentativa=trabalho.tentativa, desfecho=desfecho, **campos)
        self.pedir(ResponderTrabalho(quem=CONECTOR, canal_id=self.canal_id, conector=conector, resultado=resultado))

    def bate(self, conector: str = "c1") -> None:
        self.pedir(BaterPonto(quem=CONECTOR, canal_id=self.canal_id, conector=conector))

    def status(self, *status: StatusRecebido) -> None:
        self.pedir(ReceberStatus(quem=CONECTOR, canal_id=self.canal_id, status=status))

    # -- what is stored ------------------------------------------------------------------------------------------------

    def envio(self, id_: str) -> EnvioRow:
        row = self.loja.um(EnvioRow, EMPRESA, id_)
        assert row is not None
        return row

    def guardada(self, id_: str) -> MensagemRow:
        row = self.loja.um(MensagemRow, EMPRESA, id_)
        assert row is not None
        return row

    def tickets(self) -> list[TicketRow]:
        return sorted(self.loja.de(TicketRow, EMPRESA), key=lambda row: row.numero)

    def conversa(self, ticket_id: str) -> list[str]:
        rows = [row for row in self.loja.de(MensagemRow, EMPRESA) if row.ticket_id == ticket_id]
        return [row.conteudo for row in sorted(rows, key=lambda row: (row.criada_em, row.seq))]


def com_ticket(tipo: Any = "whatsapp", de: Endereco = JOAO) -> tuple[CenaDeCanal, str]:
    cena = CenaDeCanal(tipo)
    return cena, cena.escreve(de).ticket_id


def um(trabalhos: list[Trabalho]) -> Trabalho:
    (trabalho,) = trabalhos
    return trabalho
