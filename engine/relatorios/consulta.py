"""What is asked of a report: of which time, divided how, by what, and of whom only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal
from zoneinfo import ZoneInfo

from msgspec import Struct

from engine.errors import Detalhe
from engine.relatorios.periodo import Intervalo
from engine.relatorios.somas import Corte

Por = Literal["total", "fila", "equipe", "atendente", "canal", "etiqueta", "hora", "diaDaSemana"]
"""A line for each of these; ``hora``: of the day, 0 to 23; ``diaDaSemana``: 1 (Monday) to 7."""
Nome = Literal["volume", "tempos", "status", "sla", "agentes", "csat"]

HORAS_NO_MAXIMO: Final = 400 * 24
"""Of one report."""
LINHAS_NO_MAXIMO: Final = 5_000

CORTES: Final[Mapping[frozenset[str], Corte]] = {
    frozenset(): Corte.TOTAL,
    frozenset({"fila"}): Corte.FILA,
    frozenset({"equipe"}): Corte.EQUIPE,
    frozenset({"atendente"}): Corte.ATENDENTE,
    frozenset({"canal"}): Corte.CANAL,
    frozenset({"etiqueta"}): Corte.ETIQUETA,
    frozenset({"fila", "atendente"}): Corte.FILA_E_ATENDENTE,
}
"""By what sums are kept."""
DE_ESTADOS: Final[Mapping[Corte, Corte]] = {
    Corte.TOTAL: Corte.ESTADO,
    Corte.EQUIPE: Corte.EQUIPE_E_ESTADO,
    Corte.ATENDENTE: Corte.ATENDENTE_E_ESTADO,
}
"""Where the time in each estado is kept, beside each of these."""
REPETEM: Final = frozenset({"equipe", "etiqueta"})
"""By these, one thing may stand in several lines: an agent is in several equipes, a ticket has several tags."""
_NO_FIO: Final = {
    "fila": "filaId", "equipe": "equipeId", "atendente": "atendenteId", "canal": "canalId", "etiqueta": "etiqueta",
}  # fmt: skip


class Consulta(Struct, frozen=True):
    """``horas`` since the epoch; ``de_quem``: only of these, by dimension."""

    nome: Nome
    horas: range
    fuso: ZoneInfo
    por: Por = "total"
    intervalo: Intervalo = "total"
    de_quem: Mapping[str, str] = {}

    @property
    def dimensao(self) -> str | None:
        """By whom or what lines are, if they are not by a time."""
        return self.por if self.por in _NO_FIO else None

    @property
    def corte(self) -> Corte:
        """Where it is read. Only of what has no problems."""
        return CORTES[self._envolvidas()]

    def _envolvidas(self) -> frozenset[str]:
        return frozenset({*self.de_quem, *([] if self.dimensao is None else [self.dimensao])})

    def chaves(self) -> list[str] | None:
        """Of which keys, as :meth:`.guarda.LeitorDeRelatorios.somas` takes them."""
        if not self.de_quem:
            return None
        if self.corte is not Corte.FILA_E_ATENDENTE:
            return list(self.de_quem.values())
        return [f"{self.de_quem.get('fila', '')}/{self.de_quem.get('atendente', '')}"]

    def quem(self, chave: str) -> str:
        """Of a key, the part that is in the dimension of the lines."""
        if self.dimensao is None:
            return ""
        if self.corte is not Corte.FILA_E_ATENDENTE:
            return chave
        return chave.split("/")[0 if self.dimensao == "fila" else 1]

    def problemas(self) -> list[Detalhe]:
        """What of it cannot be answered."""
        achados = []
        if len(self.horas) == 0:
            achados.append(Detalhe("ate", "deve ser depois de de"))
        if len(self.horas) > HORAS_NO_MAXIMO:
            achados.append(Detalhe("de", f"o período passa de {HORAS_NO_MAXIMO // 24} dias: aproxime de e ate"))
        envolvidas = self._envolvidas()
        if envolvidas not in CORTES:
            campos = " e ".join(sorted(_NO_FIO[uma] for uma in envolvidas))
            achados.append(Detalhe("por", f"não há somas por {campos} juntos: só filaId e atendenteId se combinam"))
        elif self.nome == "agentes" and CORTES[envolvidas] not in DE_ESTADOS:
            frase = "o tempo de um atendente não se reparte entre filas, canais e etiquetas: use atendente ou equipe"
            achados.append(Detalhe("por", frase))
        return achados
