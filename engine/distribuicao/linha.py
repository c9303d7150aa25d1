"""The waiting line of a fila, the rules it goes by, and who serves it.

Tickets that ask the same stand in one row (:class:`Classe`): so whether anybody can have any of them is asked once, of
the first, however many they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import merge

from engine.distribuicao.custos import Ocupacao
from engine.distribuicao.escala import Candidato, Escala
from engine.distribuicao.exigencia import Exigencia
from engine.distribuicao.promessa import Destino
from engine.distribuicao.regras import Regras
from engine.modelo import FilaRow, TicketRow
from engine.ordenado import Chave, Ordenado

CLASSES_NO_MAXIMO = 2_000
"""Signatures that are kept when nothing waits under them any more."""


class Espera:
    """A ticket in line: its row, what it takes of whoever gets it, and where it stands. ``de``: it is kept for this
    agent; then it stands in no class.
    """

    __slots__ = ("chave", "classe", "de", "destino", "etapa", "ocupacao", "row")

    def __init__(
        self, row: TicketRow, ocupacao: Ocupacao, classe: Classe, etapa: int, chave: Chave, de: str | None
    ) -> None:
        self.row = row
        self.ocupacao = ocupacao
        self.classe = classe
        self.etapa = etapa
        self.chave = chave
        self.de = de
        self.destino: Destino | None = None


class Classe:
    """Those in line who ask the same. ``aptos`` are the agents who may have them, ``grupos`` the same parted by how
    well; both are of the whole roster, with or without room. ``quantas`` are in it, with those that are kept for one.
    """

    __slots__ = ("aptos", "esperando", "exigencia", "frente", "grupos", "quantas")

    def __init__(self, exigencia: Exigencia, escala: Escala) -> None:
        self.exigencia = exigencia
        self.esperando: Ordenado[Espera] = Ordenado()
        self.frente: Chave | None = None
        self.quantas = 0
        self.rever(escala)

    def rever(self, escala: Escala) -> None:
        """The rules by which agents are told apart have changed."""
        self.grupos = escala.grupos(self.exigencia)
        self.aptos = sum(self.grupos.values())

    def rever_de(self, candidato: Candidato, escala: Escala, *, serve: bool) -> None:
        """What one agent can do has changed, or whether it serves the fila."""
        self.grupos = {qual: fica for qual, deles in self.grupos.items() if (fica := deles & ~candidato.bit)}
        if serve and escala.apto(self.exigencia, candidato):
            qual = escala.grupo(self.exigencia, candidato)
            self.grupos[qual] = self.grupos.get(qual, 0) | candidato.bit
            self.grupos = dict(sorted(self.grupos.items()))
        self.aptos = sum(self.grupos.values())


class Linha:
    """``regras`` are the policy of ``fila``, ``escala`` those who serve it. ``esperas`` are what waits, by ticket;
    ``prometidos`` how many more are promised or offered to somebody; ``parados`` are those whose actor is out of order,
    and which nobody is given. ``aberta``: by its business hours; ``aquece_ate``: until then it warms up (ms), having
    opened ``abriu_em``; ``janelas``: what is counted of the shares of its agents, each with when it is over.
    ``recusadas`` is how many in line somebody has refused. ``conta_desde``: when its policy changed last (ms).
    """

    __slots__ = ("_afins", "_classes", "_frentes", "_guardadas", "aberta",
        "abriu_em", "aquece_ate", "conta_desde", "escala", "esperas", "fila",
                 "janelas", "parados", "prometidos", "recusadas", "regras")  # fmt: skip

    def __init__(self, fila: FilaRow, classes: int) -> None:
        self.fila = fila
        self.regras = Regras(fila)
        self.escala = Escala(self.regras, classes)
        self._classes: dict[Exigencia, Classe] = {}
        self._frentes: Ordenado[Classe] = Ordenado()
        self._guardadas: dict[str, Ordenado[Espera]] = {}
        self._afins: dict[str, dict[str, None]] = {}
        self.esperas: dict[str, Espera] = {}
        self.prometidos = 0
        self.parados: set[str] = set()
        self.aberta = True
        self.aquece_ate = 0
        self.abriu_em: int | None = None
        self.janelas: dict[str, int] = {}
        self.recusadas = 0
        self.conta_desde = 0

    @property
    def distribui(self) -> bool:
        """Whether it gives out what waits by itself, now."""
        return self.regras.automatica and self.aberta

    @property
    def vigia(self) -> bool:
        """Whether anything is due of what waits in it."""
        return self.regras.vigia

    @property
    def manda_embora(self) -> bool:
        """Whether what waits in it goes elsewhere while nobody is there."""
        return any(transbordo.sem_atendentes for transbordo in self.regras.politica.transbordos)

    def mudar(self, fila: FilaRow, now: int) -> bool:
        """The fila is now so. Whether that moves what waits in it: then all of it must be put in again."""
        antes, self.fila = self.regras, fila
        regras = Regras(fila)
        if regras.politica == antes.politica:
            return False
        self.regras, self.conta_desde = regras, now
        self.escala.mudar_regras(regras, now)
        self.rever_classes()
        return regras.da_linha() != antes.da_linha()

    def aguardando(self) -> int:
        """How many wait, for whatever reason."""
        return len(self.esperas) + self.prometidos + len(self.parados)

    # -- putting and taking --------------------------------------------------------------------------------------------

    def formar(self, row: TicketRow, ocupacao: Ocupacao, exigencia: Exigencia, de: str | None = None) -> Espera:
        """How a ticket would stand in it. ``de``: it is kept for this agent."""
        chave = self.regras.chave(row, exigencia.etapa)
        return Espera(row, ocupacao, self.classe(exigencia), exigencia.etapa, chave, de)

    def entrar(self, espera: Espera) -> None:
        """Put a ticket where it belongs; replaces what was known of it."""
        row, classe, de = espera.row, espera.classe, espera.de
        if row.id in self.esperas:
            self.tirar(row.id)
        self.parados.discard(row.id)
        self.esperas[row.id] = espera
        classe.quantas += 1
        if row.rota is not None:
            self.recusadas += bool(row.rota.recusado_por)
            if row.rota.afim is not None:
                self._afins.setdefault(row.rota.afim, {})[row.id] = None
        if de is None:
            classe.esperando.por(espera.chave, espera)
            self._ver_frente(classe)
        else:
            self._guardadas.setdefault(de, Ordenado()).por(espera.chave, espera)

    def tirar(self, ticket_id: str) -> Espera | None:
        espera = self.esperas.pop(ticket_id, None)
        if espera is None:
            return None
        espera.classe.quantas -= 1
        rota = espera.row.rota
        if rota is not None:
            self.recusadas -= bool(rota.recusado_por)
            if rota.afim is not None:
                self._desafinar(rota.afim, ticket_id)
        if espera.de is None:
            espera.classe.esperando.tirar(espera.chave)
            self._ver_frente(espera.classe)
        else:
            guardadas = self._guardadas[espera.de]
            guardadas.tirar(espera.chave)
            if not guardadas:
                del self._guardadas[espera.de]
        return espera

    def _desafinar(self, atendente_id: str, ticket_id: str) -> None:
        afins = self._afins[atendente_id]
        del afins[ticket_id]
        if not afins:
            del self._afins[atendente_id]

    def _ver_frente(self, classe: Classe) -> None:
        """Who stands first of a class decides where the class stands among the others."""
        primeira = classe.esperando.primeiro()
        chave = None if primeira is None else primeira.chave
        if chave == classe.frente:
            return
        if classe.frente is not None:
            self._frentes.tirar(classe.frente)
        classe.frente = chave
        if chave is not None:
            self._frentes.por(chave, classe)

    def classe(self, exigencia: Exigencia) -> Classe:
        classe = self._classes.get(exigencia)
        if classe is None:
            if len(self._classes) >= CLASSES_NO_MAXIMO:
                self._esquecer_vazias()
            classe = self._classes[exigencia] = Classe(exigencia, self.escala)
        return classe

    def rever_classes(self) -> None:
        """The rules by which agents are told apart have changed."""
        self._esquecer_vazias()
        for classe in self._classes.values():
            classe.rever(self.escala)

    def rever_de(self, candidato: Candidato, *, serve: bool = True) -> None:
        """What one agent can do has changed, or whether it serves the fila."""
        if serve:
            self.escala.rever_de(candidato)
        self._esquecer_vazias()
        for classe in self._classes.values():
            classe.rever_de(candidato, self.escala, serve=serve)

    def _esquecer_vazias(self) -> None:
        self._classes = {qual: uma for qual, uma in self._classes.items() if uma.quantas}

    # -- in order ------------------------------------------------------------------------------------------------------

    def em_ordem(self) -> Iterator[Espera]:
        """Everything that waits, first to last. Nothing may change meanwhile."""
        filas = [*(classe.esperando for classe in self._frentes), *self._guardadas.values()]
        return merge(*filas, key=lambda espera: espera.chave) if len(filas) > 1 else iter(filas[0] if filas else ())

    def frentes(self) -> Iterator[Classe]:
        """The classes in which anything waits, by who is first of each."""
        return iter(self._frentes)

    def guardadas(self, atendente_id: str) -> Iterator[Espera]:
        """What is kept for an agent, in order."""
        return iter(self._guardadas.get(atendente_id, ()))

    def afins(self, atendente_id: str) -> list[TicketRow]:
        """What waits of contacts whom this agent served last."""
        return [self.esperas[ticket_id].row for ticket_id in self._afins.get(atendente_id, ())]

    def posicao(self, espera: Espera) -> int:
        """How many stand before it."""
        antes = sum(classe.esperando.quantos_antes(espera.chave) for classe in self._frentes)
        return antes + sum(guardadas.quantos_antes(espera.chave) for guardadas in self._guardadas.values())

    # -- who may have what ---------------------------------------------------------------------------------------------

    def livres_para(self, espera: Espera) -> int:
        """Those who may have it now: they have the skills and room, and it is not kept for another."""
        livres = espera.classe.aptos & self.escala.livres[espera.classe.exigencia.classe]
        if espera.de is not None:
            candidato = self.escala.candidatos.get(espera.de)
            livres &= 0 if candidato is None else candidato.bit
        if livres and espera.row.rota is not None and espera.row.rota.recusado_por:
            livres &= ~self._quem_recusou(espera)
        if livres and espera.row.devolvido_por is not None:
            livres = self._sem_quem_devolveu(espera.row, livres)
        return livres

    def _sem_quem_devolveu(self, row: TicketRow, livres: int) -> int:
        """What came back from an agent is for another, if another has room."""
        candidato = self.escala.candidatos.get(row.devolvido_por or "")
        if candidato is None or not self.regras.politica.evitar_quem_devolveu:
            return livres
        return livres & ~candidato.bit or livres

    def _quem_recusou(self, espera: Espera) -> int:
        """Those who refused it, if another who may have it is at work, with or without room: it is for that one."""
        assert espera.row.rota is not None, "somebody refused it"
        recusaram = self._bits(espera.row.rota.recusado_por)
        return recusaram if espera.classe.aptos & self.escala.disponiveis & ~recusaram else 0

    def _bits(self, ids: tuple[str, ...]) -> int:
        candidatos = (self.escala.candidatos.get(id_) for id_ in set(ids))
        return sum(candidato.bit for candidato in candidatos if candidato is not None)

    def primeira_para(self, candidato: Candidato) -> Espera | None:
        """The first in line that this agent may have, who has room."""
        vagas = candidato.perfil.vagas if candidato.impedido is None else 0
        melhor: Espera | None = None
        if self._guardadas:
            guardadas = self.guardadas(candidato.perfil.id)
            melhor = next((espera for espera in guardadas if self._pode(espera, candidato, vagas)), None)
        for classe in self._frentes:
            if melhor is not None and classe.frente is not None and classe.frente > melhor.chave:
                break
            if classe.aptos & candidato.bit and vagas >> classe.exigencia.classe & 1:
                melhor = self._primeira_da_classe(classe, candidato, melhor)
        return melhor

    def _primeira_da_classe(self, classe: Classe, candidato: Candidato, melhor: Espera | None) -> Espera | None:
        for espera in classe.esperando:
            if melhor is not None and espera.chave > melhor.chave:
                break
            if not self.e_para_outro(espera, candidato):
                return espera
        return melhor

    def _pode(self, espera: Espera, candidato: Candidato, vagas: int) -> bool:
        apto = espera.classe.aptos & candidato.bit and vagas >> espera.classe.exigencia.classe & 1
        return bool(apto) and not self.e_para_outro(espera, candidato)

    def recusou(self, espera: Espera, candidato: Candidato) -> bool:
        """It was refused by this agent, and is for another."""
        rota = espera.row.rota
        return rota is not None and bool(rota.recusado_por) and bool(self._quem_recusou(espera) & candidato.bit)

    def e_para_outro(self, espera: Espera, candidato: Candidato) -> bool:
        """It was refused by this agent, or came back from it, and there is another."""
        row = espera.row
        devolveu = row.devolvido_por == candidato.perfil.id and self.regras.politica.evitar_quem_devolveu
        recusaram = row.rota is not None and row.rota.recusado_por
        if not devolveu and not recusaram:
            return False
        fora = self._quem_recusou(espera) if recusaram else 0
        if fora & candidato.bit:
            return True
        outros = espera.classe.aptos & self.escala.livres[espera.classe.exigencia.classe] & ~candidato.bit & ~fora
        return devolveu and espera.de is None and bool(outros)

    def primeira_que_da(self) -> Espera | None:
        """The first in line that anybody may have now."""
        melhor: Espera | None = None
        for atendente_id in self._guardadas:
            candidato = self.escala.candidatos.get(atendente_id)
            das = self.guardadas(atendente_id) if candidato is not None and candidato.vagas else ()
            esta = next((espera for espera in das if self.livres_para(espera)), None)
            if esta is not None and (melhor is None or esta.chave < melhor.chave):
                melhor = esta
        for classe in self._frentes:
            if melhor is not None and classe.frente is not None and classe.frente > melhor.chave:
                break
            livres = classe.aptos & self.escala.livres[classe.exigencia.classe]
            if livres:
                esta = next((espera for espera in classe.esperando if self.livres_para(espera)), None)
                if esta is not None and (melhor is None or esta.chave < melhor.chave):
                    melhor = esta
        return melhor

    def escolher(self, espera: Espera, preferido: str | None = None) -> Candidato | None:
        """Who gets it, or None if nobody can. ``preferido`` has it before all others, if it may."""
        livres = espera.classe.aptos & self.escala.livres[espera.classe.exigencia.classe]
        if not livres:
            return None
        for quem in (preferido, self.afim_de(espera.row)):
            candidato = None if quem is None else self.escala.candidatos.get(quem)
            if candidato is not None and livres & candidato.bit:
                return candidato
        livres = self.livres_para(espera)
        return self.escala.escolher(espera.classe.grupos, livres) if livres else None

    def afim_de(self, row: TicketRow) -> str | None:
        """The agent who served the contact last, if the fila goes by that, and it has not refused this ticket."""
        politica, rota = self.regras.politica, row.rota
        if rota is None or politica.afinidade is None or rota.afim in rota.recusado_por:
            return None
        return None if politica.evitar_quem_devolveu and rota.afim == row.devolvido_por else rota.afim
