"""What must be of a Distribuidor, looked up anew: at each promise, and after each operation."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from engine import estados
from engine.distribuicao import BASES, Distribuidor, Linha, OfertaCaiu, Perfil, Promessa, porque_nao
from engine.estados import espera, oferta_de
from engine.modelo import TicketRow
from tests.engine.de_novo import feito_de_novo

if TYPE_CHECKING:
    from tests.engine.oraculo import Oraculo

DE_NOVO = 60_000
"""So long after it was told to go elsewhere a ticket is told again, if it has not."""
QUASE = 1e-9
"""Sums that differ by so little are the same."""


class Conferencia:
    """``_antes``: how many waited in the fila when a ticket came; ``_ditos``: when it was told last to go on."""

    def __init__(self, oraculo: Oraculo) -> None:
        self._o = oraculo
        self._antes: dict[str, int] = {}
        self._ditos: dict[str, int] = {}

    @property
    def _d(self) -> Distribuidor:
        return self._o.distribuidor

    # -- at a promise ------------------------------------------------------------------------------------------------

    def da_promessa(self, row: TicketRow, pessoa: str) -> list[str]:
        """It may have it, nothing better that it may have waits, and it is whom the strategy chooses. Answers whom it
        must be offered to.
        """
        o, mundo, juizo = self._o, self._o.mundo, self._o.juizo
        mundo.mexeu()
        o.memoria.rever_promessas()
        assert mundo.tickets[row.id] is row, "as it is"
        assert row in mundo.a_espera(row.fila_id), f"{row.id} does not wait for anybody"
        assert mundo.distribui(row.fila_id), "its fila does not give out"
        em_ordem = juizo.em_ordem(row, o.preferido)
        assert pessoa in {quem for _, quem in em_ordem}, (
            f"{pessoa} may not have {row.id}: {juizo.porque_nao(row, pessoa)}"
        )
        if pessoa != o.preferido and not o.abrindo:
            melhor = juizo.melhor_para(pessoa)
            assert melhor is row, f"{row.id} is promised to {pessoa} before {melhor and melhor.id}"
        self._o_primeiro(row, pessoa, em_ordem[0])
        politica = mundo.politica(row.fila_id)
        outros = [quem for _, quem in em_ordem if quem != pessoa and juizo.pode(row, quem)]
        return [pessoa, *outros[: politica.oferta.paralelas - 1 if politica.modo == "oferta" else 0]]

    def do_pedido(self, row: TicketRow, pessoa: str) -> list[str]:
        """An agent has asked for something of a fila: it is the best of it that it may have."""
        self._o.mundo.mexeu()
        self._o.memoria.rever_promessas()
        assert row is self._o.juizo.melhor_da_fila(row.fila_id, pessoa)
        return [pessoa]

    def _o_primeiro(self, row: TicketRow, pessoa: str, primeiro: tuple[tuple[float, ...], str]) -> None:
        """Whom the strategy chooses for it; or for what would be next, if by the ways by which it serves there is
        something else for that one first.
        """
        juizo, politica = self._o.juizo, self._o.mundo.politica(row.fila_id)
        if pessoa != primeiro[1] and not self._o.abrindo:
            chave, seguinte = juizo.chave(row, pessoa), juizo.primeiro_que_da()
            quase = politica.estrategia == "HIBRIDO" and chave[0] - primeiro[0][0] < QUASE
            outro = seguinte is not None and seguinte is not row and juizo.em_ordem(seguinte, None)[0][1] == pessoa
            assert quase or outro, f"{row.id} goes to {pessoa} {chave}, and {primeiro[1]} is before it {primeiro[0]}"

    # -- where it goes -----------------------------------------------------------------------------------------------

    def veio(self, antes: TicketRow | None, row: TicketRow, *, chega: bool = True) -> None:
        """A ticket has changed, and may have come to a line, from elsewhere (``chega``) or back to it."""
        ficou = antes is not None and espera(antes) and espera(row) and antes.fila_id == row.fila_id
        if not ficou or (antes is not None and oferta_de(antes) and not oferta_de(row)):
            self._ditos.pop(row.id, None)
        if antes is not None and antes.fila_id == row.fila_id and estados.aberto(antes.status):
            chega = False
        if chega or not ficou:
            self._antes[row.id] = len(self._o.mundo.na_linha(row.fila_id).keys() - {row.id}) if chega else 0

    def do_encaminhamento(self, row: TicketRow, para: str | None, motivo: str) -> None:
        """A ticket goes where the policy says, and never to where it was before."""
        o = self._o
        o.mundo.mexeu()
        assert row in o.mundo.a_espera(row.fila_id)
        destinos = o.juizo.destinos(row, motivo, self._antes[row.id])
        assert destinos, f"{row.id} is to stay, and not to go by {motivo}"
        assert para == destinos[0], f"{row.id} goes to {para}, not to {destinos[0]}, by {motivo}"
        self._ditos[row.id] = o.now

    def dos_que_vao(self) -> None:
        """Once all is done that is due: whatever is to go elsewhere has been told so."""
        o = self._o
        for fila in o.mundo.filas:
            for row in o.mundo.a_espera(fila):
                for motivo in ("espera", "sem_atendentes"):
                    vai = o.juizo.destinos(row, motivo, 0)
                    assert not vai or o.now - self._ditos.get(row.id, -DE_NOVO) < DE_NOVO, (
                        f"{row.id} is to go by {motivo}"
                    )

    # -- after an operation ------------------------------------------------------------------------------------------

    def do_que_caiu(self, antes: dict[str, Promessa]) -> None:
        """Promises fell: something that each rested on has."""
        o, mundo = self._o, self._o.mundo
        for ticket_id, promessa in antes.items():
            quem = o.antes[ticket_id]
            row = mundo.tickets[ticket_id]
            if self._d.vale(promessa) or promessa is o.desfeita or promessa.ofertada:
                continue
            fila = promessa.row.fila_id
            outra_politica = o.filas_antes.get(fila) is not mundo.filas.get(fila)
            mudou = (
                outra_politica
                or not espera(row)
                or row.fila_id != fila
                or row is not promessa.row
                or ticket_id in mundo.suspensos
            )
            sem_fila = fila not in mundo.filas or not mundo.distribui(fila)
            sem_alguem = any(
                pessoa not in o.recebiam & mundo.pessoas.keys()
                or (fila, pessoa) not in mundo.vias
                or not mundo.recebe(pessoa)
                for pessoa in quem
            )
            nao_sabe = sem_fila or sem_alguem or not all(o.juizo.sabe(row, pessoa) for pessoa in quem)
            assert mudou or nao_sabe or any(map(self._nao_cabia, quem)), f"why did {ticket_id} fall?"

    def _nao_cabia(self, pessoa: str) -> bool:
        """What an agent has now, and what it was promised, is more than it may have."""
        mundo = self._o.mundo
        prometidos = {id_ for id_, quem in self._o.antes.items() if pessoa in quem}
        rows = [mundo.tickets[id_] for id_ in mundo.ocupados(pessoa) | prometidos]
        usado = sum(map(mundo.custo, rows))
        usado += sum(um.custo for um in mundo.arremates.values() if um.atendente_id == pessoa)
        em = Counter(mundo.tipo(row) for row in rows if row.status != "PENDENTE")
        maximos, exclusoes = mundo.capacidade.maximos, mundo.capacidade.exclusoes
        return (
            usado > mundo.pessoas[pessoa].capacidade * 100
            or any(em[tipo] > maximo for tipo, maximo in maximos.items())
            or any(em[um] and em[outro] and (um != outro or em[um] > 1) for um, outro in exclusoes)
        )

    def de_tudo(self) -> None:
        self._das_promessas()
        self._das_esperas()
        novo = feito_de_novo(self._o, list(self._o.memoria.salvas().values()))
        assert self._d.linhas.keys() == novo.linhas.keys() == self._o.mundo.filas.keys()
        for fila, linha in self._d.linhas.items():
            self._da_linha(linha, novo.linhas[fila])
        assert self._d.perfis.keys() == novo.perfis.keys() == self._o.mundo.pessoas.keys()
        for pessoa, perfil in self._d.perfis.items():
            self._da_pessoa(perfil, novo.perfis[pessoa])
        self._da_agenda(novo)
        lembradas = {
            (um.fila_id, um.atendente_id): um for linha in self._d.linhas.values() for um in self._d.lembrancas(linha)
        }
        assert lembradas == self._o.memoria.salvas()

    def _das_promessas(self) -> None:
        """A promise stands only while its agents serve the fila, are at work, and have room."""
        mundo = self._o.mundo
        for ticket_id, promessa in self._d.promessas.items():
            row = mundo.tickets[ticket_id]
            oferta = oferta_de(row)
            assert promessa.row is row, "of a ticket as it was"
            assert espera(row)
            assert ticket_id not in mundo.suspensos
            assert promessa.ofertada == (oferta is not None)
            assert promessa.perfis or promessa.ofertada
            for perfil in promessa.perfis:
                assert (row.fila_id, perfil.id) in mundo.vias, "a promise to somebody who does not serve the fila"
                assert mundo.recebe(perfil.id), "a promise to somebody who is not at work"
                cabe = self._o.vagas(perfil.id) >= 0 or not mundo.custo(row)
                assert cabe, f"{perfil.id} is promised more than it can hold"
            if oferta is not None:
                tem = {perfil.id for perfil in promessa.perfis}
                cairam = {
                    um.atendente_id
                    for um in self._o.correio
                    if isinstance(um, OfertaCaiu) and um.ticket_id == ticket_id
                }
                assert tem <= set(oferta.atendentes) <= tem | cairam, "slots of those in the row"
        valem = {id(um) for um in self._o.correio if isinstance(um, Promessa) and self._d.vale(um)}
        ofertadas = {id(um) for um in self._d.promessas.values() if um.ofertada}
        assert {id(um) for um in self._d.promessas.values()} - ofertadas <= valem, "told of all that stand"
        de_ofertas = {id_ for id_, row in mundo.tickets.items() if oferta_de(row) and row.fila_id in mundo.filas}
        assert de_ofertas - mundo.suspensos <= self._d.promessas.keys()

    def _das_esperas(self) -> None:
        """No ticket waits while somebody who may have it has room; why not is said of each."""
        mundo, juizo = self._o.mundo, self._o.juizo
        for fila, linha in self._d.linhas.items():
            for row in mundo.a_espera(fila):
                for pessoa, candidato in linha.escala.candidatos.items():
                    porque, dito = juizo.porque_nao(row, pessoa), porque_nao(linha, linha.esperas[row.id], candidato)
                    if "recusou" in porque and row.devolvido_por == pessoa:
                        porque |= {"devolveu"}
                    assert (dito in porque) if porque else dito is None, (
                        f"{row.id} and {pessoa}: {dito}, and not {porque}"
                    )
                    assert porque or not mundo.distribui(fila) or self._o.abrindo, (
                        f"{row.id} waits, and {pessoa} may have it"
                    )

    def _da_linha(self, linha: Linha, nova: Linha) -> None:
        fila, mundo, memoria = linha.fila.id, self._o.mundo, self._o.memoria
        assert linha.fila is mundo.filas[fila]
        na_linha, prometidas = mundo.na_linha(fila), self._d.promessas.keys()
        assert linha.distribui == nova.distribui == mundo.distribui(fila)
        assert linha.prometidos == len(na_linha.keys() & prometidas)
        assert linha.parados == nova.parados == na_linha.keys() & mundo.suspensos
        assert linha.aguardando() == nova.aguardando() == len(na_linha)
        em_ordem = sorted(mundo.a_espera(fila), key=mundo.lugar)
        assert [um.row for um in linha.em_ordem()] == em_ordem
        for posicao, row in enumerate(em_ordem):
            esta, outra = linha.esperas[row.id], nova.esperas[row.id]
            assert linha.posicao(esta) == posicao
            assert (esta.chave, esta.etapa, esta.de) == (outra.chave, outra.etapa, outra.de)
            assert esta.classe.exigencia == outra.classe.exigencia
            assert esta.de == self._o.juizo.guardado_para(row)
            aptos = {um.perfil.id for um in linha.escala.destes(esta.classe.aptos)}
            assert aptos == {um.perfil.id for um in nova.escala.destes(outra.classe.aptos)}
        assert linha.recusadas == sum(1 for row in em_ordem if row.rota is not None and row.rota.recusado_por)
        aquece_ate = [um.aquece_ate if um.aquece_ate > mundo.now else 0 for um in (linha, nova)]
        assert aquece_ate == [memoria.aquece_ate(fila)] * 2
        self._da_escala(linha, nova)

    def _da_escala(self, linha: Linha, nova: Linha) -> None:
        fila, escala, mundo, memoria = linha.fila.id, linha.escala, self._o.mundo, self._o.memoria
        assert escala.candidatos.keys() == nova.escala.candidatos.keys() == set(mundo.quem_serve(fila))
        disponiveis = {um.perfil.id for um in escala.destes(escala.disponiveis)}
        assert disponiveis == {pessoa for pessoa in mundo.quem_serve(fila) if mundo.recebe(pessoa)}
        fins = {qual: fim for (de, qual), fim in memoria.fins.items() if de == fila}
        assert {qual: fim for qual, fim in linha.janelas.items() if qual != "aquecimento"} == fins
        niveis = {(esperou, frozenset(pede)): nivel for (esperou, pede), nivel in escala._niveis._niveis.items()}
        assert niveis == memoria.niveis.de.get(fila, {})
        for pessoa, um in escala.candidatos.items():
            outro, par = nova.escala.candidatos[pessoa], (fila, pessoa)
            assert self._d.elegivel(*par) == mundo.recebe(pessoa)
            assert um.equipes == outro.equipes == mundo.vias[par]
            assert (um.etapa, um.prioridade) == (outro.etapa, outro.prioridade)
            assert um.prioridade == mundo.prioridade_da_via(*par)
            assert um.impedido == outro.impedido == memoria.impedido(*par), pessoa
            assert (um.passo, um.atendidos) == (memoria.passo[par], memoria.atendidos(*par)), pessoa
            assert (um.vez, um.dada_em) == (memoria.vez[par], memoria.dada_em[par]), pessoa
        com_vaga = [um for um in escala.candidatos.values() if um.impedido is None and um.perfil.vagas]
        base = BASES[linha.fila.estrategia]
        com_vaga.sort(key=lambda um: base(um, linha.regras.politica))
        assert list(escala.em_ordem()) == com_vaga

    def _da_pessoa(self, perfil: Perfil, novo: Perfil) -> None:
        pessoa, mundo, custos = perfil.id, self._o.mundo, perfil.custos
        assert (perfil.row, perfil.teto, perfil.recebe) == (novo.row, novo.teto, novo.recebe)
        assert perfil.row is mundo.pessoas[pessoa]
        assert perfil.recebe == mundo.recebe(pessoa)
        assert perfil.ocioso_desde == self._o.memoria.ocioso[pessoa], f"idle time of {pessoa}"
        assert perfil.ocupadas == novo.ocupadas
        assert set(perfil.ocupadas) == mundo.ocupados(pessoa)
        assert set(perfil.prometidas) == mundo.prometidos_a(pessoa)
        assert perfil.usado == mundo.usado(pessoa)
        assert perfil.arremates == novo.arremates
        assert set(perfil.arremates) == {id_ for id_, quem in mundo.arremates if quem == pessoa}
        em = [0] * custos.quantas()
        for tipo in (None, *("whatsapp", "email", "sms", "webchat", "push", "api")):
            em[custos.classe(tipo)] += mundo.em(pessoa, tipo)
        assert perfil.em == em
        assert perfil.lugares.keys() == novo.lugares.keys() == {fila for fila, p in mundo.vias if p == pessoa}

    def do_impedimento(self, row: TicketRow, pessoa: str, dito: str | None) -> None:
        """What is said to a person who gives it by hand. Rings, shares and shifts are the distribution's own."""
        mundo = self._o.mundo
        exige, niveis = mundo.pedidas(row)[0], mundo.niveis(pessoa)
        cheio = mundo.cheio(pessoa, row, a_mao=True)
        tem = pessoa == row.atendente_id and estados.dono(row) is not None
        if row.id in mundo.prometidos_a(pessoa):
            cheio = None
        razoes = {
            None: tem and (row.fila_id, pessoa) in mundo.vias,
            "saindo": pessoa in mundo.saindo,
            "fora_da_fila": (row.fila_id, pessoa) not in mundo.vias,
            "offline": not mundo.pessoas[pessoa].online,
            "indisponivel": not mundo.disponivel(pessoa),
            "sem_habilidade": any(niveis.get(qual, 0) < nivel for qual, nivel in exige.items()),
        }
        porque = next((porque for porque, vale in razoes.items() if vale), cheio)
        assert dito == porque, f"{pessoa} may not be given {row.id} by hand: {dito}, and not {porque}"

    def _da_agenda(self, novo: Distribuidor) -> None:
        """Nothing is in it that is over, and whatever one made anew looks at is looked at."""
        mundo, agenda = self._o.mundo, self._d._pareador.agenda
        for que, id_, outro in agenda._chaves:
            match que:
                case "ticket":
                    assert id_ in mundo.filas, "of a fila that is gone"
                    assert outro in self._d.linhas[id_].esperas, "of a ticket that does not wait there"
                case "fila" | "janela" | "vazia":
                    assert id_ in mundo.filas, "of a fila that is gone"
                case "turno":
                    assert mundo.pessoas[id_].turno is not None
                case _:
                    assert (outro, id_) in mundo.arremates
        for assunto, (quando, _) in novo._pareador.agenda._chaves.items():
            if assunto[0] in {"fila", "turno", "arremate"}:
                assert agenda._chaves[assunto][0] == quando, assunto
