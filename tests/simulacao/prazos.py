"""What is promised, followed by the log alone: who is told of what and when, held against what was said of SLA
(:mod:`tests.simulacao.promessas`); and against the rows, once all is done.

Policies and calendars change while tickets are under way, and each follows in its own turn, of which often nothing is
told. So of a ticket there may be several ways in which it can be, until something shows which it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from msgspec.structs import replace

from actors.diretorio.empresa_viva import EmpresaViva
from engine.modelo import EventoRow, TicketRow
from engine.tempo import ms_de
from engine.vistas import TicketVista, ticket_vista
from tests.simulacao import promessas
from tests.simulacao.escalonamentos import Escalonamentos
from tests.simulacao.invariantes import em_ordem
from tests.simulacao.loja import LojaEmMemoria
from tests.simulacao.promessas import NOMES, TARDE, Alvo, Talvez, Vale, Visto
from tests.simulacao.quem_promete import MUDAM, QuemPromete

PESSOAS: Final = {"admin", "supervisor", "atendente"}
_CAMPOS: Final = {"status": "status", "prioridade": "prioridade", "filaId": "fila_id", "canalId": "canal_id",
                  "etiquetas": "etiquetas", "contato_etiquetas": "do_contato", "adiadoAte": "adiado_ate"}  # fmt: skip
_DITOS: Final = {"sla_alerta", "sla_violado"}
_DO_TICKET: Final = {"ticket_atualizado", "ticket_atribuido", "ticket_transferido", "ticket_encerrado", "nova_mensagem"}
"""What it tells itself, in a turn of its own."""


class Prazos:
    """Of one empresa. ``sem_falhas``: nothing excuses that something is told after what came later. ``contados``:
    what was told, by kind.
    """

    def __init__(self, loja: LojaEmMemoria, empresa_id: str, *, sem_falhas: bool) -> None:
        self._loja = loja
        self._empresa_id = empresa_id
        self._sem_falhas = sem_falhas
        self.quem_promete = QuemPromete()
        self.vistos: dict[str, Visto] = {}
        self._podem: dict[str, list[Talvez]] = {}
        self._turvos: set[str] = set()
        self._a_olhar: set[str] = set()
        self.escalonamentos = Escalonamentos(self.quem_promete)
        self.adotadas = 0

    # -- the log -----------------------------------------------------------------------------------------------------

    def seguir(self, novos: Iterable[EventoRow]) -> None:
        """``novos``: whole turns, in order."""
        eventos = [um for um in novos if um.tipo != "notificacao"]
        lugar = 0
        while lugar < len(eventos):
            evento = eventos[lugar]
            juntos = self._do_mesmo_turno(eventos[lugar : lugar + 2])
            self.escalonamentos.seguir(evento, self.vistos.get(self.escalonamentos.ticket_id))
            if evento.tipo in MUDAM:
                self._mudou_o_que_vale(evento)
            else:
                self.quem_promete.seguir(evento)
            if evento.ticket_id is not None:
                self._seguir_ticket(evento.ticket_id, juntos)
            lugar += len(juntos)
        self.escalonamentos.acabou(self.vistos.get(self.escalonamentos.ticket_id))

    def _do_mesmo_turno(self, dois: Sequence[EventoRow]) -> Sequence[EventoRow]:
        """Who has taken a ticket, and what else has changed with that, is told by two events; and what a contact
        writes to one that is resolved opens it, and wakes up one that waits for that.
        """
        if len(dois) < 2 or (dois[0].ticket_id, dois[0].em) != (dois[1].ticket_id, dois[1].em):
            return dois[:1]
        de, para = dois[0].tipo, dois[1].tipo
        assume = de in {"ticket_transferido", "ticket_atualizado"} and para == "ticket_atribuido"
        status = json.loads(dois[1].mudancas or "{}").get("status", [None])[0]
        acorda = de == "nova_mensagem" and '"recebida"' in dois[0].dados and status in {"PENDENTE", "RESOLVIDO"}
        return dois if assume or (acorda and para == "ticket_atualizado") else dois[:1]

    def _mudou_o_que_vale(self, evento: EventoRow) -> None:
        """Each open ticket follows at once, or later."""
        self.quem_promete.seguir(evento)
        for id_, visto in self.vistos.items():
            if visto.aberto and any(um is not None for um in self._podem[id_]):
                podem = self._com_quem_segue(visto, evento.em)
                if len(podem) > len(self._podem[id_]):
                    self._turvos.add(id_)
                self._podem[id_] = podem

    def _com_quem_segue(self, visto: Visto, em: int) -> list[Talvez]:
        """All ways, each also as it is when it goes by what holds now."""
        vale, podem = self.quem_promete.vale(visto), self._podem[visto.id]
        return _uma_de_cada([*podem, *(promessas.por_outra(um, visto, vale, em) for um in podem)])

    # -- a ticket ----------------------------------------------------------------------------------------------------

    def _seguir_ticket(self, id_: str, eventos: Sequence[EventoRow]) -> None:
        evento, em = eventos[-1], eventos[-1].em
        self._a_olhar.add(id_)
        if evento.tipo == "ticket_criado":
            self.vistos[id_] = visto = _criado(evento)
            self._podem[id_] = [promessas.nova(visto, self.quem_promete.vale(visto), em)]
            return
        if id_ not in self.vistos:
            return
        if evento.tipo in _DITOS:
            self._seguir_dito(self.vistos[id_], evento)
            return
        self._conferir_que_nada_falta(self.vistos[id_], evento)
        self._mudar(id_, eventos)
        if evento.tipo == "ticket_excluido":
            del self.vistos[id_], self._podem[id_]

    def _conferir_que_nada_falta(self, visto: Visto, evento: EventoRow) -> None:
        """What was due in the very millisecond may be told after something else that was due in it."""
        podem = self._com_quem_segue(visto, evento.em) if self._sem_falhas and evento.tipo in _DO_TICKET else []
        if len(podem) == 1 and podem[0] is not None and visto.aberto:
            falta = podem[0].por_dizer(evento.em - (evento.ator_papel == "sistema"))
            assert falta is None, f"13: {visto.id} was {evento.tipo} at {evento.em} before it was told of {falta}"

    def _mudar(self, id_: str, eventos: Sequence[EventoRow]) -> None:
        antes, em = self.vistos[id_], eventos[-1].em
        mudancas: dict[str, list[Any]] = {}
        for evento in eventos:
            mudancas |= json.loads(evento.mudancas or "{}")
        self.vistos[id_] = depois = _mudado(antes, eventos, mudancas)
        ditos = {nome: mudancas[chave][1] for nome in NOMES if (chave := f"sla{nome[0].upper()}{nome[1:]}") in mudancas}
        vale = self.quem_promete.vale
        so_segue = bool(mudancas) and all(campo.startswith(("prazo", "sla")) for campo in mudancas)
        so_segue = so_segue and eventos[0].tipo == "ticket_atualizado"
        achadas, vistas = list[Talvez](), list[object]()
        for pode in self._podem[id_]:
            segue = promessas.por_outra(pode, antes, vale(antes), em)
            iguais = segue == pode or promessas.desfechos(pode, segue)
            for de in [pode] if iguais or so_segue else [pode, segue]:
                para = segue if so_segue else self._passo(de, antes, depois, eventos)
                fins = promessas.desfechos(de, para)
                vistas.append(fins)
                if fins == ditos:
                    achadas.append(para)
        assert achadas, f"{id_}: what ended with {eventos[-1].tipo} at {em} is told as {ditos}, and not as {vistas}"
        self._podem[id_] = _uma_de_cada(achadas)
        for nome in (nome for nome, como in ditos.items() if como == "cancelado"):
            self.escalonamentos.esquecer(id_, nome)

    def _passo(self, de: Talvez, antes: Visto, depois: Visto, eventos: Sequence[EventoRow]) -> Talvez:
        em, vale = eventos[-1].em, self.quem_promete.vale
        if antes.aberto and not depois.aberto:
            de = promessas.encerrada(de, vale(antes), em)
        elif not antes.aberto and depois.aberto:
            de = promessas.reaberta(de, depois, vale(depois), em)
        elif depois.aberto and de is None and antes.tipo != depois.tipo:
            de = promessas.nova(depois, vale(depois), em)
        elif depois.aberto and de is not None and _muda(antes, depois):
            de = promessas.por_outra(de, depois, vale(depois), em)
        if eventos[0].tipo == "nova_mensagem":
            if json.loads(eventos[0].dados)["direcao"] == "recebida":
                return promessas.escrita(de, depois, vale(depois), em)
            return promessas.respondida(de, em) if eventos[0].ator_papel in PESSOAS else de
        return de

    # -- what is told ------------------------------------------------------------------------------------------------

    def _seguir_dito(self, visto: Visto, evento: EventoRow) -> None:
        dados, vale = json.loads(evento.dados), self.quem_promete.vale(visto)
        segue = _uma_de_cada(promessas.por_outra(um, visto, vale, evento.em) for um in self._podem[visto.id])
        queixas = [_queixa(um, visto, evento, dados) for um in segue]
        certas = [um for um, queixa in zip(segue, queixas, strict=True) if queixa is None]
        assert certas, f"{visto.id}: {evento.tipo} {dados} at {evento.em}: {queixas}"
        nome, porcento = dados["alvo"], dados.get("porcento")
        chave = (visto.id, nome, porcento, min(um.alvos[nome].desde for um in certas if um is not None))
        self._podem[visto.id] = [_contada(um, nome, porcento) for um in certas if um is not None]
        assert vale is not None, "one of them has said so"
        self.escalonamentos.dito(evento, vale, chave)

    # -- the rows ----------------------------------------------------------------------------------------------------

    def conferir(self, viva: EmpresaViva) -> None:
        """All is durable, and nothing moves."""
        if not em_ordem(viva.diretorio.empresa):
            return
        now = viva.dispatcher.now()
        for id_, visto in self.vistos.items():
            ref = viva.diretorio.tickets.get(id_)
            parado = ref is not None and not em_ordem(ref)
            if not parado and (visto.aberto or id_ in self._a_olhar):
                self._conferir_ticket(visto, now)
                self._a_olhar.discard(id_)

    def _conferir_ticket(self, visto: Visto, now: int) -> None:
        row = self._loja.um(TicketRow, self._empresa_id, visto.id)
        assert row is not None
        vista, vale = ticket_vista(row), self.quem_promete.vale(visto)
        podem = _uma_de_cada(promessas.por_outra(um, visto, vale, now) for um in self._podem[visto.id])
        queixas = [_diferenca(um, vista) for um in podem]
        certas = [um for um, queixa in zip(podem, queixas, strict=True) if queixa is None]
        if not certas and visto.id in self._turvos:
            certas = [_adotada(um, row) for um in podem]
            self.adotadas += 1
        assert certas, f"{visto.id} ({visto.status}) shows what is not so: {queixas}"
        self._podem[visto.id] = certas
        self._turvos.discard(visto.id)
        for uma in certas:
            falta = uma.por_dizer(now) if uma is not None and visto.aberto else None
            assert falta is None, f"13: nobody was told of {visto.id}: {falta}"


def _uma_de_cada(podem: Iterable[Talvez]) -> list[Talvez]:
    achadas = list[Talvez]()
    for uma in podem:
        if uma not in achadas:
            achadas.append(uma)
    return achadas


def _criado(evento: EventoRow) -> Visto:
    ticket = json.loads(evento.dados)["ticket"]
    return Visto(
        ticket["id"], ticket["status"], ticket["prioridade"], ticket["filaId"], ticket["canalId"],
        tuple(ticket["etiquetas"]), tuple(ticket["contato_etiquetas"]), evento.em,
    )  # fmt: skip


def _mudado(antes: Visto, eventos: Sequence[EventoRow], mudancas: dict[str, list[Any]]) -> Visto:
    campos = {meu: mudancas[dele][1] for dele, meu in _CAMPOS.items() if dele in mudancas}
    for evento in eventos:
        ticket = json.loads(evento.dados).get("ticket")
        if isinstance(ticket, dict):
            campos |= {meu: ticket[dele] for dele, meu in _CAMPOS.items()}
        if evento.tipo == "nova_mensagem" and evento.ator_papel in PESSOAS:
            enviada = json.loads(evento.dados)["direcao"] == "enviada"
            campos |= {"respondido": antes.respondido or enviada}
    for nome in ("etiquetas", "do_contato"):
        if nome in campos:
            campos[nome] = tuple(campos[nome])
    depois = replace(antes, **campos)
    return replace(depois, perguntado_em=eventos[-1].em) if depois.aberto and not antes.aberto else depois


def _muda(antes: Visto, depois: Visto) -> bool:
    return antes.tipo != depois.tipo or antes.espera_o_cliente != depois.espera_o_cliente


def _queixa(pode: Talvez, visto: Visto, evento: EventoRow, dados: dict[str, Any]) -> str | None:
    """What is wrong with what is told; None: nothing."""
    alvo = None if pode is None else pode.alvos.get(dados["alvo"])
    if pode is None or pode.vale is None or alvo is None or not alvo.corre or not visto.aberto:
        return "it does not run"
    if pode.parada is not None:
        return "it waits on the customer"
    if dados["politicaId"] != pode.vale.id:
        return f"by another policy than {pode.vale.id}"
    falta, porcento = alvo.falta_dizer(pode.vale), dados.get("porcento")
    if falta is None or falta[0] != porcento:
        return f"what is next is {falta}"
    prazo = ms_de(dados["prazo"])
    devido = prazo if porcento is None else ms_de(dados["devidoEm"])
    if not alvo.vence_em(pode.vale, alvo.duracao, prazo):
        return f"it is not due then: {alvo.passou(pode.vale, prazo)} of {alvo.duracao} are over"
    if not alvo.vence_em(pode.vale, falta[1], devido):
        return f"it is not to be told then: {alvo.passou(pode.vale, devido)} of {falta[1]} are over"
    if evento.em < devido:
        return "before its time"
    return None if dados["atrasado"] == (evento.em - devido > TARDE) else "whether it is late"


def _contada(pode: promessas.Promessa, nome: str, porcento: int | None) -> promessas.Promessa:
    alvo = pode.alvos[nome]
    alvo = replace(alvo, violado=True) if porcento is None else replace(alvo, dito=porcento)
    return replace(pode, alvos={**pode.alvos, nome: alvo})


def _mostrados(vista: TicketVista) -> dict[str, int | None]:
    mostra = (vista.prazo_primeira_resposta, vista.prazo_proxima_resposta, vista.prazo_resolucao)
    return {nome: None if um is None else ms_de(um) for nome, um in zip(NOMES, mostra, strict=True)}


def _diferenca(pode: Talvez, vista: TicketVista) -> str | None:
    """What a ticket shows otherwise than it is; None: nothing."""
    if vista.sla_estado != (None if pode is None else pode.estado()):
        return f"{vista.sla_estado}, and not {None if pode is None else pode.estado()}"
    for nome, prazo in _mostrados(vista).items():
        alvo = None if pode is None else pode.alvos.get(nome)
        if alvo is None or (alvo.corre and pode is not None and pode.parada is not None):
            if prazo is not None:
                return f"{nome} at {prazo}, though nothing counts"
        elif pode is not None and pode.vale is not None and not _certo(alvo, pode.vale, prazo):
            return f"{nome} at {prazo}, which is not when it is due"
    return None


def _certo(alvo: Alvo, vale: Vale, prazo: int | None) -> bool:
    """Of what is over, its deadline is that of then."""
    return not alvo.corre or alvo.vence_em(vale, alvo.duracao, prazo)


def _adotada(pode: Talvez, row: TicketRow) -> Talvez:
    """It was worked out anew at a time that nothing tells of: what it waited is taken from the row."""
    if pode is None or row.sla is None:
        return None
    tem = {"primeiraResposta": row.sla.primeira, "proximaResposta": row.sla.proxima, "resolucao": row.sla.resolucao}
    alvos = {
        nome: alvo if (dele := tem[nome]) is None else replace(alvo, parado=dele.pausado)
        for nome, alvo in pode.alvos.items()
    }
    return replace(pode, alvos=alvos, parada=row.sla.pausa)
