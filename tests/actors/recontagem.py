"""The sums of reports over again, by looking at the whole log for each thing that is counted: slow, and written without
a look at how the engine does it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from engine.modelo import EventoRow
from engine.relatorios import medidas as m
from engine.relatorios.histograma import LIMITES
from engine.relatorios.somas import Corte, Lugar

HORA = 3_600_000
ABERTOS = ("ABERTO", "EM_ANDAMENTO", "PENDENTE")
PESSOAS = ("admin", "supervisor", "atendente")

Contas = dict[Lugar, dict[int, int]]


class Momento(NamedTuple):
    """A ticket right after one of its events."""

    evento: EventoRow
    dados: dict[str, Any]
    status: str
    fila: str
    dono: str | None
    canal: str | None
    etiquetas: tuple[str, ...]


class Recontagem:
    def __init__(self, eventos: list[EventoRow]) -> None:
        self.eventos = eventos
        self.contas: defaultdict[Lugar, defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
        self.vidas = {id_: list(self._vida(id_)) for id_ in {e.ticket_id for e in eventos if e.ticket_id}}
        for vida in self.vidas.values():
            if vida and vida[0].evento.tipo == "ticket_criado":
                self._do_ticket(vida)
        for id_ in {e.atendente_id for e in eventos if e.tipo == "atendente_criado"}:
            assert id_ is not None
            self._do_atendente(id_)

    def resultado(self) -> Contas:
        return {
            lugar: {qual: quanto for qual, quanto in de.items() if quanto}
            for lugar, de in self.contas.items()
            if any(de.values())
        }

    # -- how things were -----------------------------------------------------------------------------------------------

    def _vida(self, ticket_id: str) -> Iterator[Momento]:
        agora: dict[str, Any] = {"status": "ABERTO", "canalId": None, "etiquetas": []}
        for evento in (e for e in self.eventos if e.ticket_id == ticket_id):
            dados = json.loads(evento.dados)
            if evento.tipo in {"ticket_criado", "ticket_atualizado", "ticket_encerrado"}:
                agora = {campo: dados["ticket"][campo] for campo in agora}
            elif evento.tipo == "ticket_transferido":
                agora["status"] = dados["status"]
            elif evento.tipo == "ticket_atribuido":
                agora["status"] = "EM_ANDAMENTO"
            dono = evento.atendente_id if agora["status"] in {"EM_ANDAMENTO", "PENDENTE"} else None
            assert evento.fila_id is not None
            yield Momento(
                evento, dados, agora["status"], evento.fila_id, dono, agora["canalId"], tuple(agora["etiquetas"])
            )

    def _equipes(self, atendente_id: str | None, seq: int) -> list[str]:
        """In which it was when that event came, or from when on."""
        dentro: list[str] = []
        for evento in self.eventos[: seq - 1]:
            dados = json.loads(evento.dados)
            if evento.tipo == "equipe_excluida" and dados["id"] in dentro:
                dentro.remove(dados["id"])
            elif evento.atendente_id == atendente_id and evento.tipo == "equipe_membro_incluido":
                dentro.append(dados["equipeId"])
            elif evento.atendente_id == atendente_id and evento.tipo == "equipe_membro_removido":
                dentro.remove(dados["equipeId"])
        return dentro

    # -- adding up -----------------------------------------------------------------------------------------------------

    def _fato(self, momento: Momento, fila: str, quem: str | None, qual: int, quanto: int = 1) -> None:
        chaves = {
            Corte.TOTAL: [""],
            Corte.FILA: [fila],
            Corte.ATENDENTE: [quem or ""],
            Corte.CANAL: [momento.canal or ""],
            Corte.FILA_E_ATENDENTE: [f"{fila}/{quem or ''}"],
            Corte.EQUIPE: (self._equipes(quem, momento.evento.seq) if quem else []) or [""],
            Corte.ETIQUETA: sorted(set(momento.etiquetas)) or [""],
        }
        for corte, de in chaves.items():
            for chave in de:
                self.contas[int(corte), chave, momento.evento.em // HORA][qual] += quanto

    def _duracao(self, momento: Momento, fila: str, quem: str | None, qual: m.Duracao, ms: int) -> None:
        self._fato(momento, fila, quem, qual.base, ms)
        self._fato(momento, fila, quem, qual.base + 1 + sum(1 for limite in LIMITES if limite <= ms))

    # -- tickets -------------------------------------------------------------------------------------------------------

    def _do_ticket(self, vida: list[Momento]) -> None:
        quem_criou = vida[0].evento
        criou = {"conector": m.CRIADOS_PELO_CONTATO, "sistema": m.CRIADOS_PELO_SISTEMA}
        qual = criou.get(quem_criou.ator_papel, m.CRIADOS_POR_PESSOA)
        self._fato(vida[0], vida[0].fila, quem_criou.ator_id if qual == m.CRIADOS_POR_PESSOA else None, qual)
        for antes, depois in pairwise(vida):
            self._mudou(vida, antes, depois)
        for momento in vida:
            if momento.evento.tipo == "nova_mensagem":
                self._mensagem(vida, momento)
            if momento.evento.tipo == "pesquisa_respondida":
                codigo = m.codigo_da_nota(momento.dados["tipoDePesquisa"], momento.dados["nota"])
                assert codigo is not None
                fins = [a for a, d in self._fins(vida) if d.evento.seq < momento.evento.seq]
                fila, quem = (
                    (fins[-1].fila, fins[-1].dono) if fins else (momento.evento.fila_id, momento.evento.atendente_id)
                )
                assert fila is not None
                self._fato(momento, fila, quem, codigo)

    def _fins(self, vida: list[Momento]) -> list[tuple[Momento, Momento]]:
        pares = pairwise(vida)
        return [(a, d) for a, d in pares if a.status in ABERTOS and d.status not in ABERTOS]

    def _pedido(self, vida: list[Momento], seq: int) -> int:
        """When a person was asked last before that."""
        reaberto = [
            d.evento.em
            for a, d in pairwise(vida)
            if a.status not in ABERTOS and d.status in ABERTOS and d.evento.seq < seq
        ]
        return reaberto[-1] if reaberto else vida[0].evento.em

    def _quando_comecou(self, vida: list[Momento], ate: Momento, igual: Iterable[str]) -> int:
        """Since when what these fields say has been so, without a break."""
        agora, desde = [getattr(ate, campo) for campo in igual], ate.evento.em
        for momento in reversed(vida[: vida.index(ate) + 1]):
            if [getattr(momento, campo) for campo in igual] != agora:
                break
            desde = momento.evento.em
        return desde

    def _mudou(self, vida: list[Momento], antes: Momento, depois: Momento) -> None:
        em, seq = depois.evento.em, depois.evento.seq
        fins = [a for a, d in self._fins(vida) if d.evento.seq <= antes.evento.seq]
        tres = ("status", "fila", "dono")
        if [getattr(antes, um) for um in tres] != [getattr(depois, um) for um in tres] and antes.status != "FECHADO":
            desde = self._quando_comecou(vida, antes, tres)
            quem = fins[-1].dono if antes.status == "RESOLVIDO" else antes.dono
            self._duracao(depois, antes.fila, quem, m.NO_STATUS[antes.status], em - desde)
        if depois.evento.tipo == "ticket_transferido":
            self._fato(depois, depois.dados["filaAnteriorId"], antes.dono, m.TRANSFERIDOS_DE)
            self._fato(depois, depois.fila, depois.dono, m.TRANSFERIDOS_PARA)
        elif antes.dono and depois.dono is None and depois.status == "ABERTO":
            self._fato(depois, antes.fila, antes.dono, m.DEVOLVIDOS)
        if depois.dono and depois.dono != antes.dono:
            self._fato(depois, antes.fila, depois.dono, m.ASSUMIDOS)
            if antes.status == "ABERTO":
                esperava = em - self._quando_comecou(vida, antes, ("status",))
                self._duracao(depois, antes.fila, depois.dono, m.ESPERA, esperava)
        if antes.status not in ABERTOS and depois.status in ABERTOS:
            self._fato(depois, fins[-1].fila, fins[-1].dono, m.REABERTOS)
        if antes.status in ABERTOS and depois.status not in ABERTOS:
            self._fato(depois, antes.fila, antes.dono, m.ENCERRADOS)
            nunca = not any(self._de_pessoa(um) for um in vida if um.evento.seq < seq)
            qual = m.ABANDONO if nunca and antes.status == "ABERTO" else m.RESOLUCAO
            self._duracao(depois, antes.fila, antes.dono, qual, em - self._pedido(vida, seq))

    def _de_pessoa(self, momento: Momento) -> bool:
        evento = momento.evento
        enviada = evento.tipo == "nova_mensagem" and momento.dados["direcao"] == "enviada"
        return enviada and evento.ator_papel in PESSOAS

    def _mensagem(self, vida: list[Momento], momento: Momento) -> None:
        evento = momento.evento
        if momento.dados["direcao"] == "recebida":
            self._fato(momento, momento.fila, momento.dono, m.RECEBIDAS)
            return
        if not self._de_pessoa(momento):
            self._fato(momento, momento.fila, None, m.ENVIADAS_SEM_PESSOA)
            return
        self._fato(momento, momento.fila, evento.ator_id, m.ENVIADAS)
        desde = self._esperava_desde(vida, momento)
        if desde is None:
            return
        primeira = not any(self._de_pessoa(um) for um in vida if um.evento.seq < evento.seq)
        qual = m.PRIMEIRA_RESPOSTA if primeira else m.PROXIMA_RESPOSTA
        self._duracao(momento, momento.fila, evento.ator_id, qual, evento.em - desde)
        if momento.dono == evento.ator_id and momento.dono is not None:
            dele = self._quando_comecou(vida, momento, ("dono",))
            self._duracao(momento, momento.fila, evento.ator_id, m.RESPOSTA_DO_ATENDENTE, evento.em - max(desde, dele))

    def _esperava_desde(self, vida: list[Momento], resposta: Momento) -> int | None:
        """Since when the contact waited for this answer; None: it did not."""
        anteriores = vida[: vida.index(resposta)]
        respostas = [um for um in anteriores if self._de_pessoa(um)]
        if not respostas:
            return self._pedido(vida, resposta.evento.seq)
        corte = max([respostas[-1].evento.seq, *(d.evento.seq for _, d in self._fins(anteriores))])
        depois = [
            um.evento.em
            for um in anteriores
            if um.evento.seq > corte and um.evento.tipo == "nova_mensagem" and um.dados["direcao"] == "recebida"
        ]
        return depois[0] if depois else None

    # -- agents --------------------------------------------------------------------------------------------------------

    def _do_atendente(self, id_: str) -> None:
        """From each event of the empresa to the next, and from each hour to the next, it was the same."""
        online, estado, capacidade = False, "", 0
        for evento, seguinte in zip(self.eventos, [*self.eventos[1:], self.eventos[-1]], strict=True):
            if evento.atendente_id == id_ and evento.tipo.startswith("atendente_"):
                dados = json.loads(evento.dados)
                if "atendente" in dados:
                    vista = dados["atendente"]
                    online, estado, capacidade = vista["online"], vista["estado"], vista["capacidade"]
                elif evento.tipo == "atendente_status":
                    online, estado = dados["online"], dados["estado"]
                else:
                    online = False
            if online and seguinte.em > evento.em:
                self._trabalhou(id_, estado, capacidade, evento, seguinte.em)

    def _trabalhou(self, id_: str, estado: str, capacidade: int, desde: EventoRow, ate: int) -> None:
        tem = sum(1 for vida in self.vidas.values() if self._dono_em(vida, desde.seq) == id_)
        equipes = self._equipes(id_, desde.seq + 1) or [""]
        for hora in range(desde.em // HORA, ate // HORA + 1):
            ms = min(ate, (hora + 1) * HORA) - max(desde.em, hora * HORA)
            disponivel = ms if estado == "disponivel" else 0
            tempos = {m.ONLINE: ms, m.VAGAS: disponivel * capacidade, m.OCUPADAS: disponivel * tem}
            for corte, chave in ((0, ""), (3, id_), *((2, uma) for uma in equipes)):
                for qual, quanto in tempos.items():
                    self.contas[corte, chave, hora][qual] += quanto
            onde = ((7, estado), (9, f"{id_}/{estado}"), *((8, f"{uma}/{estado}") for uma in equipes))
            for corte, chave in onde:
                self.contas[corte, chave, hora][m.NO_ESTADO] += ms

    def _dono_em(self, vida: list[Momento], seq: int) -> str | None:
        dono = None
        for momento in vida:
            if momento.evento.seq > seq:
                break
            dono = momento.dono
        return dono
