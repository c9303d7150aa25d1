"""A stage where people are told of what happens: its rules, what they get, and what waits for them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct

from actors.canal.comandos import CriarCanal
from actors.diretorio.empresa_viva import EmpresaViva
from actors.documentos.comandos import CriarDocumento
from actors.empresa.comandos_de_avisos import Apresentar, MudarPreferencias
from engine.avisos.modelo import Destinatarios, ModeloDeAviso, Preferencias, RegraDeAviso
from engine.avisos.ocorrencias import Ocorrencia
from engine.avisos.padroes import RegraViva
from engine.conector.trabalhos import Envio
from engine.modelo import (
    AvisoDadoRow,
    AvisoRetidoRow,
    EnvioRow,
    NotificacaoRow,
    PreferenciaAvisosRow,
    Quem,
    TipoComContatos,
)
from engine.politica.modelo import Parte
from engine.runtime import Actor, handles
from engine.vistas import json_text
from tests.actors.cena import ADMIN, EMPRESA, Cena

HORA = 3_600_000
CHEFE = "00000000-0000-7000-8000-0000000000c0"


class CenaDeAvisos(Cena):
    """An empresa with a canal of e-mail and one of SMS; ``ana`` is an agent with room for many, ``chefe`` a supervisor
    who has come once.
    """

    def __init__(self) -> None:
        super().__init__()
        self.email = self.canal_de("email")
        self.sms = self.canal_de("sms")
        self.ana = self.atendente("ana", capacidade=500)
        self.supervisor = Quem(EMPRESA, CHEFE, "supervisor", "chefe@x.y")
        self.pedir(Apresentar(quem=self.supervisor))
        self._n = 0

    def canal_de(self, tipo: TipoComContatos) -> str:
        return self.pedir(CriarCanal(quem=ADMIN, nome=tipo, tipo=tipo)).row.id

    def regra(self, *eventos: Any, modelo: ModeloDeAviso | None = None, **campos: Any) -> str:
        """Another rule of the empresa."""
        if modelo is not None:
            campos["modelo"] = self.documento("modelo_de_aviso", modelo)
        return self.documento("regra_de_aviso", RegraDeAviso(eventos=eventos, **campos))

    def documento(self, tipo: str, documento: Parte) -> str:
        self._n += 1
        return self.pedir(CriarDocumento(quem=ADMIN, tipo=tipo, nome=f"d{self._n}", dados=json_text(documento))).id

    def prefere(self, quem: str, **campos: Any) -> None:
        dela = self.supervisor if quem == CHEFE else Quem(EMPRESA, quem, "atendente")
        self.pedir(MudarPreferencias(quem=dela, preferencias=Preferencias(**campos)))

    def e_hora(self, texto: str) -> None:
        """Set the clock to this instant, in UTC."""
        alvo = int(datetime.fromisoformat(texto).replace(tzinfo=UTC).timestamp() * 1000)
        self.mundo.avancar(alvo - self.clock.now())
        self.mundo.assentar()

    def passa(self, ms: int) -> None:
        self.mundo.avancar(ms)
        self.mundo.assentar()

    def envios(self, trabalho: str) -> list[tuple[str, Envio]]:
        """To which address, and what."""
        rows = sorted((row for row in self.loja.de(EnvioRow, EMPRESA) if row.trabalho == trabalho), key=_lugar)
        lidos = [msgspec.json.decode(row.dados, type=Envio) for row in rows]
        return [(um.para.valor, um) for um in lidos]

    def notificacoes(self, de: str) -> list[NotificacaoRow]:
        rows = [row for row in self.loja.de(NotificacaoRow, EMPRESA) if row.usuario_id == de]
        return sorted(rows, key=lambda row: row.id)

    def de_pessoas(self) -> list[PreferenciaAvisosRow | AvisoRetidoRow | AvisoDadoRow | NotificacaoRow]:
        """All that is kept of anybody for its notices."""
        loja = self.loja
        return [
            *loja.de(PreferenciaAvisosRow, EMPRESA), *loja.de(AvisoRetidoRow, EMPRESA),
            *loja.de(AvisoDadoRow, EMPRESA), *loja.de(NotificacaoRow, EMPRESA),
        ]  # fmt: skip

    def retidos(self) -> list[AvisoRetidoRow]:
        return [*self.loja.de(AvisoRetidoRow, EMPRESA)]


class Escalar(Struct, frozen=True):
    ocorrencia: Ocorrencia
    regra: RegraViva


class Escalador(Actor[Escalar]):
    """Any actor of the empresa, in whose turn somebody is told."""

    __slots__ = ()

    group: EmpresaViva

    @handles(Escalar)
    def escalar(self, m: Escalar) -> None:
        self.group.avisos.avisar(self, m.ocorrencia, (m.regra,))


def _lugar(row: EnvioRow) -> tuple[int, str]:
    return row.ordem, row.id


def por(*meios: Any, **quem: Any) -> dict[str, Any]:
    return {"para": Destinatarios(**(quem or {"dono": True})), "por": meios}
