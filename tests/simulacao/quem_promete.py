"""Which SLA policy holds for what, by the events alone: the documents, who serves which fila, what type a canal has."""

from __future__ import annotations

import json
import unicodedata

from engine.calendario.agenda import SEMPRE, Agenda, agenda_de
from engine.documentos.especies import CALENDARIO, FERIADO, POLITICA_SLA
from engine.modelo import EventoRow
from engine.sla.modelo import Quando
from tests.simulacao.documentos_ditos import DocumentosDitos
from tests.simulacao.promessas import Vale, Visto
from tests.simulacao.quem_serve import QuemServe

MUDAM = {"configuracao_atualizada", "equipe_fila_vinculada", "equipe_fila_desvinculada", "equipe_excluida",
         "fila_excluida"}  # fmt: skip
"""The events by which another policy, or other hours, may hold for what has not changed itself."""


class QuemPromete:
    """Of one empresa. ``filas`` are those that there are."""

    def __init__(self) -> None:
        self.documentos = DocumentosDitos()
        self.filas: set[str] = set()
        self._quem_serve = QuemServe()
        self._tipos: dict[str, str] = {}
        self._valem: dict[tuple[object, ...], Vale | None] = {}

    def seguir(self, evento: EventoRow) -> None:
        dados = json.loads(evento.dados)
        self._quem_serve.seguir(evento, dados)
        self.documentos.seguir(evento)
        if evento.tipo == "canal_criado":
            self._tipos[dados["canal"]["id"]] = dados["canal"]["tipo"]
        elif evento.tipo == "fila_criada":
            self.filas.add(dados["fila"]["id"])
        elif evento.tipo == "fila_excluida":
            self.filas.discard(dados["id"])
        if evento.tipo in MUDAM or evento.tipo == "canal_criado":
            self._valem.clear()

    def tipo_do(self, canal_id: str | None) -> str | None:
        return self._tipos.get(canal_id or "")

    def equipes_da(self, fila_id: str) -> set[str]:
        return self._quem_serve.equipes_da(fila_id)

    def vale(self, visto: Visto) -> Vale | None:
        """The policy that holds for a ticket as it is."""
        if visto.tipo not in self._valem:
            politicas = sorted(self.documentos.de(POLITICA_SLA).items(), key=lambda uma: (uma[1].ordem, uma[0]))
            achadas = (id_ for id_, uma in politicas if uma.ativa and self._serve(uma.quando, visto))
            id_ = next(achadas, None)
            self._valem[visto.tipo] = None if id_ is None else self._de(id_, visto.fila_id)
        return self._valem[visto.tipo]

    def _serve(self, quando: Quando, visto: Visto) -> bool:
        tem = {_chave(uma) for uma in (*visto.etiquetas, *visto.do_contato)}
        return (
            visto.prioridade in (quando.prioridades or {visto.prioridade})
            and visto.fila_id in (quando.filas or {visto.fila_id})
            and (not quando.equipes or bool(self.equipes_da(visto.fila_id).intersection(quando.equipes)))
            and (not quando.etiquetas or bool(tem.intersection(map(_chave, quando.etiquetas))))
            and (
                not (quando.canais or quando.canal_ids)
                or self.tipo_do(visto.canal_id) in quando.canais
                or visto.canal_id in quando.canal_ids
            )
        )

    def _de(self, id_: str, fila_id: str) -> Vale:
        politica = self.documentos.de(POLITICA_SLA)[id_]
        agenda = self.agenda_da(fila_id) if politica.calendario is None else self._agenda(politica.calendario)
        return Vale(id_, politica, agenda)

    def agenda_da(self, fila_id: str) -> Agenda:
        """The hours of a fila: by its own calendar, by that of an equipe that serves it, or by the empresa's."""
        calendarios = sorted(self.documentos.de(CALENDARIO).items())
        equipes = self.equipes_da(fila_id)
        dela = [id_ for id_, um in calendarios if fila_id in um.filas]
        da_equipe = [id_ for id_, um in calendarios if equipes.intersection(um.equipes)]
        da_empresa = [id_ for id_, um in calendarios if um.empresa]
        achados = [*dela, *da_equipe, *da_empresa]
        return self._agenda(achados[0]) if achados else SEMPRE

    def _agenda(self, id_: str) -> Agenda:
        return agenda_de(self.documentos.de(CALENDARIO)[id_], self.documentos.de(FERIADO).values())


def _chave(etiqueta: str) -> str:
    """Without case and accents."""
    cru = unicodedata.normalize("NFKD", etiqueta.strip().casefold())
    return "".join(letra for letra in cru if not unicodedata.combining(letra))
