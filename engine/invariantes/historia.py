"""The end of the event log, read backwards from the present: who was there, who served what, when something was given.

What is so now was so since the event that last changed it; what that event changed, it says. So of every assignment of
the window it is known whether its agent was available and served the fila, unless something of the kind began before
the window: then nothing is said. The log may lag behind the present: what is amiss only for that is not any more when
the window is read again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import Any, Final, Protocol

import msgspec
from msgspec import Struct

from engine.invariantes.caderno import Alvo, Caderno
from engine.modelo import DISPONIVEL, EventoRow

JANELA: Final = 2_000
"""Events at the end of the log that are looked at."""
POR_FATIA: Final = 200
"""Events looked at at a stretch."""

_DE_UMA_FILA: Final = (
    "fila_membro_incluido", "fila_membro_removido", "equipe_fila_vinculada", "equipe_fila_desvinculada",
)  # fmt: skip
_DE_UM_ATENDENTE: Final = ("equipe_membro_incluido", "equipe_membro_removido")
_SEGURAM: Final = frozenset({"EM_ANDAMENTO", "PENDENTE"})
_ler: Final = msgspec.json.Decoder(dict[str, Any]).decode


class Agora(Protocol):
    """What is so now."""

    def disponivel(self, atendente_id: str) -> bool: ...

    def serve(self, fila_id: str, atendente_id: str) -> bool: ...

    def acima(self, atendente_id: str) -> bool:
        """Whether an agent has more than its capacity, of what nobody forced upon it."""
        ...


class Entrega(Struct, frozen=True, gc=False):
    """The system gave a ticket to an agent (``em``, ms)."""

    ticket_id: str
    fila_id: str
    atendente_id: str
    em: int


class _Passado:
    """What was so after the event that is looked at, going backwards. None: it is not known."""

    def __init__(self, agora: Agora) -> None:
        self._agora = agora
        self._presentes: dict[str, bool | None] = {}
        self._sem_rastro: set[str] = set()
        self._equipe_saiu = self._contas_mudaram = False
        self._capacidades: set[str] = set()
        self._julgados: set[str] = set()
        self._voltar: dict[str, Callable[[EventoRow], None]] = {
            "atendente_status": self._presenca,
            "atendente_criado": self._atendente,
            "atendente_excluido": self._atendente,
            "atendente_atualizado": self._capacidade,
            "empresa_atualizada": self._empresa,
            **dict.fromkeys(_DE_UMA_FILA, partial(self._participacao, "filaId")),
            **dict.fromkeys(_DE_UM_ATENDENTE, partial(self._participacao, "atendenteId")),
            "fila_excluida": partial(self._participacao, "id"),
            "equipe_excluida": self._equipe,
        }

    def voltar(self, evento: EventoRow) -> None:
        """To before this event."""
        desfazer = self._voltar.get(evento.tipo)
        if desfazer is not None:
            desfazer(evento)

    def disponivel(self, atendente_id: str) -> bool | None:
        if atendente_id in self._presentes:
            return self._presentes[atendente_id]
        return self._agora.disponivel(atendente_id)

    def serve(self, fila_id: str, atendente_id: str) -> bool | None:
        if self._equipe_saiu or fila_id in self._sem_rastro or atendente_id in self._sem_rastro:
            return None
        return self._agora.serve(fila_id, atendente_id)

    def acima(self, atendente_id: str) -> bool:
        """Whether the last that an agent was given was more than it could have: nothing has made it less since."""
        if self._contas_mudaram or atendente_id in self._julgados or atendente_id in self._capacidades:
            return False
        self._julgados.add(atendente_id)
        return self._agora.acima(atendente_id)

    def _presenca(self, evento: EventoRow) -> None:
        dados, mudancas = _ler(evento.dados), {} if evento.mudancas is None else _ler(evento.mudancas)
        antes = {nome: mudancas[nome][0] if nome in mudancas else dados[nome] for nome in ("online", "estado")}
        self._presentes[dados["id"]] = antes["online"] and antes["estado"] == DISPONIVEL

    def _atendente(self, evento: EventoRow) -> None:
        id_ = evento.atendente_id or ""
        self._presentes[id_] = None
        self._sem_rastro.add(id_)
        self._capacidades.add(id_)

    def _capacidade(self, evento: EventoRow) -> None:
        if evento.mudancas is not None and "capacidade" in _ler(evento.mudancas):
            self._capacidades.add(evento.atendente_id or "")

    def _participacao(self, nome: str, evento: EventoRow) -> None:
        self._sem_rastro.add(_ler(evento.dados)[nome])

    def _equipe(self, _: EventoRow) -> None:
        """Whoever was in it served what it served: nobody knows any more what that was."""
        self._equipe_saiu = True

    def _empresa(self, _: EventoRow) -> None:
        """How slots are counted may have been changed: nobody is judged by it from here on."""
        self._contas_mudaram = True


def conferir(eventos: Sequence[EventoRow], agora: Agora, caderno: Caderno, entregas: list[Entrega]) -> Iterator[None]:
    """Look through the end of a log, which is in order and goes up to what is durable. What the system gave to agents
    is added to ``entregas``, the latest first. Yields now and then.
    """
    _conferir_seq(eventos, caderno)
    passado = _Passado(agora)
    for n, evento in enumerate(reversed(eventos), 1):
        if evento.tipo == "ticket_atribuido":
            _conferir_atribuicao(evento, passado, caderno, entregas)
        passado.voltar(evento)
        if n % POR_FATIA == 0:
            yield


def _conferir_seq(eventos: Sequence[EventoRow], caderno: Caderno) -> None:
    for antes, depois in pairwise(eventos):
        if depois.seq != antes.seq + 1:
            frase = f"Depois do evento {antes.seq} vem o {depois.seq}"
            caderno.anotar(8, "eventos_com_buraco", frase, Alvo(seq=depois.seq))


def _conferir_atribuicao(evento: EventoRow, passado: _Passado, caderno: Caderno, entregas: list[Entrega]) -> None:
    mudancas = {} if evento.mudancas is None else _ler(evento.mudancas)
    if not _tomou_vaga(mudancas) or None in {evento.ticket_id, evento.fila_id, evento.atendente_id}:
        return
    entrega = Entrega(evento.ticket_id or "", evento.fila_id or "", evento.atendente_id or "", evento.em)
    alvo = Alvo(entrega.ticket_id, entrega.atendente_id, entrega.fila_id, seq=evento.seq)
    sobre, de_quem = f"seq {evento.seq}", f"No evento {evento.seq}, um ticket foi dado a quem"
    serve = passado.serve(entrega.fila_id, entrega.atendente_id)
    caderno.conferir(12, quantos=serve is not None)
    if serve is False:
        caderno.anotar(12, "dado_a_quem_nao_atende", f"{de_quem} não atendia a fila dele", alvo, sobre)
    if "forcado" in mudancas:
        return
    disponivel = passado.disponivel(entrega.atendente_id)
    caderno.conferir(5, quantos=disponivel is not None)
    if disponivel is False:
        caderno.anotar(5, "dado_a_quem_nao_esta", f"{de_quem} não estava disponível", alvo, sobre)
    caderno.conferir(2)
    if passado.acima(entrega.atendente_id):
        caderno.anotar(2, "dado_a_quem_nao_cabia", f"{de_quem} já não tinha vaga", alvo, sobre)
    if evento.ator_papel == "sistema":
        entregas.append(entrega)


def _tomou_vaga(mudancas: dict[str, Any]) -> bool:
    """It had no slot of this agent before."""
    status: list[str] = mudancas.get("status", [])
    return "atendenteId" in mudancas or bool(status and status[0] not in _SEGURAM)
