"""A canal and its connector: what came in is taken, and what could not be sent is tried again or given up."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from actors.canal.comandos import (
    DescartarMortos,
    MortosTratados,
    ReceberMensagem,
    ReenviarMortos,
)
from actors.canal.consultas import Achados, Consultas
from actors.canal.despacho import Despacho
from actors.canal.mensagens import NovoEnvio
from actors.diretorio.empresa_viva import EmpresaViva
from actors.empresa.mensagens import MensagemDoCanal
from engine import eventos
from engine.envios import desfechos
from engine.envios.cargas import ordem_de
from engine.envios.desfechos import Desfeito
from engine.errors import Conflict
from engine.eventos import Alcance, publicar
from engine.modelo import CanalRow, EnvioRow
from engine.runtime import Stateful


class Conexao:
    """What its connector brings, and what people decide of dead letters."""

    __slots__ = ("_ator", "_consultas", "_despacho", "_viva")

    def __init__(
        self, ator: Stateful[CanalRow], viva: EmpresaViva, despacho: Despacho, consultas: Consultas
    ) -> None:  # fmt: skip
        self._ator = ator
        self._viva = viva
        self._despacho = despacho
        self._consultas = consultas

    def receber_mensagem(self, comando: ReceberMensagem) -> None:
        """Who wrote, and to which ticket it belongs, the Empresa knows."""
        if not self._ator.row.ativo:
            raise Conflict("canal_inativo", f"O canal {self._ator.row.nome} está desativado: não recebe nada")
        self._viva.diretorio.empresa.forward(MensagemDoCanal(comando, self._ator.row), self._ator.defer())

    # -- dead letters --------------------------------------------------------------------------------------------------

    def reenviar(self, comando: ReenviarMortos) -> None:
        self._consultas.pedir(comando.ids, (), partial(self._reenviar, comando))

    def _reenviar(self, comando: ReenviarMortos, achados: Achados) -> MortosTratados:
        """They go to the end of the line, each in its lane."""
        ordem = ordem_de(self._ator.next_seq(), com_evento=True)
        now = self._ator.now()
        feitos = self._dos_mortos(comando.ids, achados, lambda row: desfechos.ressuscitar(row, ordem, now))
        for row in sorted(feitos, key=lambda row: row.id):  # as they stand in the store: they share a place in line
            self._ator.ref.tell(NovoEnvio(row, None))
        if feitos:
            evento = eventos.EnviosReenviados(self._ator.row.id, tuple(row.id for row in feitos))
            publicar(self._ator, comando.quem, evento, Alcance(fila_id=self._ator.row.fila_id))
        return MortosTratados(len(feitos), comando.ha_mais)

    def descartar(self, comando: DescartarMortos) -> None:
        self._consultas.pedir(comando.ids, (), partial(self._descartar, comando))

    def _descartar(self, comando: DescartarMortos, achados: Achados) -> MortosTratados:
        now = self._ator.now()
        feitos = self._dos_mortos(
            comando.ids, achados, lambda row: desfechos.cancelar(row, row.erro or "Descartado por um supervisor", now)
        )
        if feitos:
            evento = eventos.EnviosDescartados(self._ator.row.id, tuple(row.id for row in feitos))
            publicar(self._ator, comando.quem, evento, Alcance(fila_id=self._ator.row.fila_id))
        return MortosTratados(len(feitos), comando.ha_mais)

    def _dos_mortos(
        self, ids: tuple[str, ...], achados: Achados, mudar: Callable[[EnvioRow], EnvioRow]
    ) -> list[EnvioRow]:  # fmt: skip
        """Those of these ids that are dead letters, changed."""
        feitos = []
        for id_ in dict.fromkeys(ids):
            row = achados.get(id_)
            if row is not None and row.id == id_ and row.estado == "falhou":
                achados[id_] = self._despacho.soube(row, lambda row: Desfeito(mudar(row)))
                feitos.append(achados[id_])
        return feitos
