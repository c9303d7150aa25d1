"""What becomes of jobs: what their connectors answer, and what providers say of what was sent."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from actors.canal.comandos import ReceberStatus, ResponderTrabalho
from actors.canal.consultas import Achados, Consultas
from actors.canal.despacho import Despacho
from engine.conector.entradas import StatusRecebido
from engine.envios.antecipados import Antecipados
from engine.envios.desfechos import Desfeito
from engine.envios.noticias import cedo_demais, com_status
from engine.envios.politica import Politica
from engine.envios.respostas import com_resposta, exigir
from engine.ids import is_uuid
from engine.modelo import CanalRow, EnvioRow
from engine.runtime import Stateful


class Noticias:
    """Of a job that is not in memory the store is asked. What comes before the answer that tells of which job it is, is
    kept until then, in memory only (see :class:`~engine.envios.antecipados.Antecipados`).
    """

    __slots__ = ("_antecipados", "_ator", "_consultas", "_despacho", "_politica", "_sorteio")

    def __init__(
        self,
        ator: Stateful[CanalRow],
        despacho: Despacho,
        consultas: Consultas,
        politica: Politica,
        sorteio: Callable[[], float],
    ) -> None:
        self._ator = ator
        self._despacho = despacho
        self._consultas = consultas
        self._politica = politica
        self._sorteio = sorteio
        self._antecipados = Antecipados()

    # -- what connectors answer ----------------------------------------------------------------------------------------

    def responder(self, comando: ResponderTrabalho) -> None:
        """Raises Conflict if it is not this connector's to answer."""
        id_ = comando.resultado.id
        row = self._despacho.achar(id_)
        if row is not None:
            self._ouvir(comando, row)
        elif not self._despacho.aberto:
            self._despacho.adiar(comando)
        elif not is_uuid(id_):  # which the store could not even be asked for
            self._ouvir(comando, None)
        else:
            self._consultas.pedir((id_,), (), partial(self._ouvir_de_achado, comando))

    def _ouvir_de_achado(self, comando: ResponderTrabalho, achados: Achados) -> None:
        id_ = comando.resultado.id
        depois = self._ouvir(comando, self._despacho.achar(id_) or achados.get(id_))
        _lembrar(achados, depois)

    def _ouvir(self, comando: ResponderTrabalho, achado: EnvioRow | None) -> EnvioRow:
        row = exigir(achado, comando.conector, comando.resultado)
        depois = self._despacho.soube(row, partial(self._com_resposta, comando))
        antes_dela = self._antecipados.de(depois.id_externo, self._ator.now())
        if antes_dela is None or depois.id_externo is None:
            return depois
        self._ator.once_released(partial(self._antecipados.esquecer, depois.id_externo))
        return self._despacho.soube(depois, partial(self._com_status, antes_dela))

    def _com_resposta(self, comando: ResponderTrabalho, row: EnvioRow) -> Desfeito | None:
        return com_resposta(row, comando.resultado, self._ator.now(), self._sorteio(), self._politica)

    # -- what the provider says of what was sent -----------------------------------------------------------------------

    def receber_status(self, comando: ReceberStatus) -> None:
        ids = tuple(um.trabalho_id for um in comando.status if um.trabalho_id is not None)
        externos = tuple(um.id_externo for um in comando.status if um.id_externo is not None)
        self._consultas.pedir(ids, externos, partial(self._aplicar_status, comando.status))

    def _aplicar_status(self, status: tuple[StatusRecebido, ...], achados: Achados) -> None:
        """What is of no message of ours is nobody's, unless it may be of one whose answer is on its way."""
        for um in status:
            achado = achados.get(um.trabalho_id or "") or achados.get(um.id_externo or "")
            row = None if achado is None else self._despacho.achar(achado.id) or achados[achado.id]
            if row is None or cedo_demais(row, um):
                self._antecipar(um)
            elif row.mensagem_id is not None:
                _lembrar(achados, self._despacho.soube(row, partial(self._com_status, um)))

    def _antecipar(self, status: StatusRecebido) -> None:
        if self._despacho.ha_em_maos:
            self._antecipados.guardar(status, self._ator.now())

    def _com_status(self, status: StatusRecebido, row: EnvioRow) -> Desfeito | None:
        return com_status(row, status, self._ator.now(), self._sorteio(), self._politica)


def _lembrar(achados: Achados, row: EnvioRow) -> None:
    achados[row.id] = row
    if row.id_externo is not None:
        achados[row.id_externo] = row
