"""By which calendar business time is counted, in an empresa."""

from __future__ import annotations

from zlib import crc32

from actors.diretorio.documentos import Documentos
from engine.calendario.agenda import SEMPRE, Agenda, agenda_de
from engine.calendario.lugares import calendario_da_fila
from engine.documentos.especies import CALENDARIO, FERIADO
from engine.participacao import Participacao


class Calendarios:
    """Worked out when first asked for, and thrown away whenever a calendar, a holiday or a link of an equipe to a fila
    has changed.
    """

    __slots__ = ("_agendas", "_das_filas", "_documentos", "_participacao")

    def __init__(self, documentos: Documentos, participacao: Participacao) -> None:
        self._documentos = documentos
        self._participacao = participacao
        self._agendas: dict[str, Agenda] = {}
        self._das_filas: dict[str, str | None] = {}
        for especie in (CALENDARIO, FERIADO):
            documentos.avisar(especie.tipo, self.esquecer)

    def esquecer(self) -> None:
        """Something that they are made of has changed."""
        self._agendas = {}
        self._das_filas = {}

    def da_fila(self, fila_id: str) -> Agenda:
        """Business time of a fila: by its calendar, that of an equipe that serves it, or that of the empresa. If there
        is none, all time is.
        """
        return self.agenda(self.id_da_fila(fila_id))

    def id_da_fila(self, fila_id: str) -> str | None:
        """Which calendar that is."""
        das_filas = self._das_filas
        if fila_id not in das_filas:
            equipes = self._participacao.servidas.com(fila_id)
            das_filas[fila_id] = calendario_da_fila(self._documentos.de(CALENDARIO), fila_id, equipes)
        return das_filas[fila_id]

    def agenda(self, calendario_id: str | None) -> Agenda:
        """That of a calendar; day and night, if there is none of that id."""
        if calendario_id is None:
            return SEMPRE
        agenda = self._agendas.get(calendario_id)
        if agenda is None:
            calendario = self._documentos.de(CALENDARIO).get(calendario_id)
            feriados = self._documentos.de(FERIADO).values()
            agenda = SEMPRE if calendario is None else agenda_de(calendario, feriados)
            self._agendas[calendario_id] = agenda
        return agenda

    def marca(self, calendario_id: str | None) -> int:
        """Another for each way in which a calendar can be, also from one run of the process to the next."""
        row = None if calendario_id is None else self._documentos.rows(CALENDARIO.tipo).get(calendario_id)
        if row is None:
            return 0
        feriados = sorted(um.dados for um in self._documentos.rows(FERIADO.tipo).values())
        return crc32("\n".join((row.dados, *feriados)).encode())
