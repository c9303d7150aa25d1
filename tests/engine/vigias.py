"""The parts of a Distribuidor that an oracle watches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.distribuicao import Candidato, Custos, Distribuidor, Espera, Linha, Pareador
from engine.distribuicao.decisao import Concorrente
from engine.distribuicao.prazos import Prazos
from engine.distribuicao.promessa import Destino

if TYPE_CHECKING:
    from tests.engine.oraculo import Oraculo


class Vigiado(Pareador):
    """Asks the oracle before it promises anything, or sends anything elsewhere."""

    __slots__ = ("oraculo",)

    def __init__(self, oraculo: Oraculo) -> None:
        super().__init__(Custos(oraculo.mundo.capacidade))
        self.oraculo = oraculo

    def _prometer(
        self, linha: Linha, candidato: Candidato, espera: Espera, now: int, concorrentes: Sequence[Concorrente] = (),
        *, direto: bool = False
    ) -> None:  # fmt: skip
        conferencia = self.oraculo.conferencia
        quem = (conferencia.do_pedido if direto else conferencia.da_promessa)(espera.row, candidato.perfil.id)
        outro = self.oraculo.juizo.outro_que_podia(espera.row, quem[0])
        self.oraculo.memoria.vai_dar(espera.row, quem[0], outro)
        super()._prometer(linha, candidato, espera, now, concorrentes, direto=direto)
        promessa = self.promessas[espera.row.id]
        assert [perfil.id for perfil in promessa.perfis] == quem, "it is offered to the best"
        for pessoa in quem:
            self.oraculo.memoria.dar(linha.fila.id, pessoa, espera.row.id)

    def encaminhar(self, linha: Linha, espera: Espera, destino: Destino, now: int) -> None:
        self.oraculo.conferencia.do_encaminhamento(espera.row, *destino)
        super().encaminhar(linha, espera, destino, now)


class Atrasados(Prazos):
    """Tells the oracle when it is up to date: what happens then happens after that."""

    __slots__ = ("oraculo",)

    def __init__(self, pareador: Vigiado) -> None:
        super().__init__(pareador)
        self.oraculo = pareador.oraculo

    def em_dia(self, now: int) -> None:
        super().em_dia(now)
        self.oraculo.esta_em_dia()


def vigiado(oraculo: Oraculo) -> Distribuidor:
    """One that knows nothing yet."""
    pareador = Vigiado(oraculo)
    novo = Distribuidor(pareador=pareador)
    novo._prazos = Atrasados(pareador)
    return novo
