"""Notices under random histories: nodes are killed at any point, clocks go on, people change their minds; each thing is
told once, and never in somebody's quiet hours.
"""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from typing import Final

import msgspec
import pytest

from actors.empresa.comandos_de_avisos import MudarPreferencias
from actors.ticket.comandos import EnviarMensagem
from engine.avisos.modelo import Preferencias, Resumo, Silencio
from engine.avisos.quando import calado
from engine.conector.trabalhos import Envio
from engine.modelo import EnvioRow, MensagemRow, Quem
from tests.actors.cena import ADMIN, EMPRESA
from tests.actors.cena_avisos import HORA, CenaDeAvisos, por

PASSOS: Final = 60
FUSOS: Final = ("UTC", "America/Sao_Paulo", "Australia/Lord_Howe")


class Historia(CenaDeAvisos):
    """Ana's tickets are written to; she is told by mail."""

    def __init__(self, semente: int) -> None:
        super().__init__()
        self.acaso = Random(semente)
        self.regra("nova_mensagem", **por("email"))
        self.tickets_dela = [self.ticket(nome=f"C{n}", telefone=f"55119999900{n:02}") for n in range(3)]
        self.quer = Preferencias()

    def passo(self) -> None:
        self.acaso.choice((self.escreve, self.escreve, self.escreve, self.anda, self.muda, self.cai))()

    def escreve(self) -> None:
        """It is on its way, and may or may not be dealt with before the next thing happens."""
        ticket_id = self.acaso.choice(self.tickets_dela)
        self.enviar(EnviarMensagem(quem=ADMIN, ticket_id=ticket_id, conteudo="oi", direcao="recebida"))
        if self.acaso.random() < 0.5:
            self.mundo.assentar()
        else:
            self.mundo.andar(self.acaso.randint(0, 3))

    def anda(self) -> None:
        self.mundo.assentar()
        self.passa(self.acaso.choice((1, 60_000, HORA, 7 * HORA, 20 * HORA)))

    def muda(self) -> None:
        """Quiet hours are the same all the time, so that it can be said of each mail whether it came in them."""
        self.mundo.assentar()
        resumo = self.acaso.choice((None, Resumo(cada="hora"), Resumo(hora="09:30")))
        self.quer = msgspec.structs.replace(self.quer, resumo=resumo)
        self.pedir(MudarPreferencias(quem=Quem(EMPRESA, self.ana, "atendente"), preferencias=self.quer))

    def cai(self) -> None:
        if self.acaso.random() < 0.5:
            self.clock.advance_to(self.clock.now() + self.acaso.choice((1, HORA, 30 * HORA)))
        self.reiniciar()

    def mensagens(self) -> int:
        return sum(1 for row in self.loja.de(MensagemRow, EMPRESA) if row.direcao == "recebida")

    def ditas(self) -> int:
        """How many of them were told, alone or with others."""
        return sum(_quantas(carta) for _, carta in self.envios("enviar_email"))


def _quantas(carta: Envio) -> int:
    quantos, _, resto = (carta.assunto or "").partition(" ")
    return int(quantos) if resto.startswith("aviso") else 1


@pytest.mark.parametrize("semente", range(20))
def test_each_message_is_told_once_and_none_in_quiet_hours(semente: int) -> None:
    cena = Historia(semente)
    silencio = Silencio(de="22:00", ate="06:30", dias=("dom",) if semente % 3 == 0 else ())
    cena.quer = Preferencias(fuso=FUSOS[semente % len(FUSOS)], silencio=silencio if semente % 4 else None)
    cena.muda()
    for _ in range(PASSOS):
        cena.passo()  # and whatever is on its way then: what is stored is told, or waits
        assert cena.ditas() + len(cena.retidos()) == cena.mensagens()
    cena.passa(4 * 24 * HORA)
    assert cena.retidos() == []
    assert cena.ditas() == cena.mensagens() > 0
    if cena.quer.silencio is not None:
        for row in cena.loja.de(EnvioRow, EMPRESA):
            hora = datetime.fromtimestamp(row.criado_em / 1000, UTC)
            assert not calado(cena.quer.silencio, cena.quer.fuso, row.criado_em), hora
