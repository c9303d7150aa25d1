"""One run: a seed, its steps, and the invariants after every one of them."""

from __future__ import annotations

import re
from contextlib import nullcontext
from random import Random
from typing import Any

import msgspec
from msgspec.structs import replace

from actors.atendente.comandos import ExcluirAtendente
from actors.canal.comandos import AtualizarCanal, ExcluirCanal, RetomarCanal
from actors.canal.ganchos import AtualizarGancho
from actors.comandos import Comando
from actors.diretorio.empresa_viva import EmpresaViva
from actors.fila.comandos import ExcluirFila
from actors.fila.comandos_politica import GravarPolitica
from actors.ticket.comandos import CriarTicket, EnviarMensagem
from engine.documentos.especies import REGRA_DE_SILENCIO
from engine.envios.cargas import TRABALHOS
from engine.errors import BalcaoError, InternalFailure, Unavailable
from engine.estados import dono
from engine.modelo import (
    DocumentoRow,
    EnvioRow,
    EquipeFilaRow,
    EstadoEnvio,
    EventoRow,
    FilaRow,
    MensagemRow,
    PoliticaVersaoRow,
    Quem,
    Row,
    TicketRow,
)
from engine.politica.da_fila import politica_de
from engine.runtime import Reply, Supervisor
from engine.tempo import VirtualClock
from tests.simulacao.avisos_dados import AvisosDados
from tests.simulacao.azares import Chances, Ritmo, atores_que_quebram, distribuidor_que_quebra
from tests.simulacao.conectores import Conectores
from tests.simulacao.cronicas import conferir_estados, conferir_versoes
from tests.simulacao.decisoes import conferir_decisoes
from tests.simulacao.elenco import Elenco
from tests.simulacao.entradas import Entradas
from tests.simulacao.envios import (
    DeveSair,
    conferir_entradas,
    conferir_envios,
    conferir_livro_dos_provedores,
    conferir_ordem,
    sobram,
)
from tests.simulacao.flagrantes import Flagrantes
from tests.simulacao.ganchos import (
    DevemSerContados,
    conferir_ganchos,
    conferir_ordem_dos_ganchos,
    conferir_recebidas,
    entregas_recentes,
    por_entregar,
)
from tests.simulacao.invariantes import conferir_loja, refazendo
from tests.simulacao.loja import Falha, LojaEmMemoria
from tests.simulacao.mundo import Mundo, janela_estreita, uma_mensagem_por_vez
from tests.simulacao.prazos import Prazos
from tests.simulacao.roteiro import EMPRESAS, Roteirista
from tests.simulacao.roteiro_dos_prazos import com_calma
from tests.simulacao.silencios import Silencios
from tests.simulacao.vigia import Vigia

PASSOS = 120
COM_PRAZOS = (2, 3)
"""Of every five seeds, those in whose histories something is promised."""
HORA = 3_600_000
POUCO = (7_000, 61_000)
MUITO = (2 * HORA, 25 * HORA)
LOGO = 120_000
"""So long (ms) nobody waits for something to be due."""
RODADAS = 60
"""In which everything has been sent, though some of it must wait until tomorrow."""
VOLTAS = 2_000
"""In which everything has been told, one after the other."""
_CHAVE = re.compile(rb'vapidChavePublica[\\":]+[\w-]+')
Pedido = tuple[Comando[Any] | None, Reply[Any]]


class Simulacao:
    """Runs a seed. ``registro`` is everything that left the nodes, in order: the same seed gives the same bytes."""

    def __init__(self, semente: int, passos: int = PASSOS) -> None:
        self._r = Random(semente)
        self._passos = passos
        self._estreita = semente % 4 > 0
        self.chances = Chances.de(self._r)
        self._hostil = True
        self.clock = VirtualClock()
        self.loja = LojaEmMemoria(self._falha)
        self.supervisor = Supervisor()
        self.ritmo = replace(Ritmo.de(self._r), prazos=semente % 5 in COM_PRAZOS)
        self._roteirista = Roteirista(self._r, self.ritmo)
        self._elencos = {empresa_id: Elenco(empresa_id) for empresa_id in EMPRESAS}
        sem_falhas = self.chances == Chances()
        self._vigias = {id_: Vigia(self.loja, id_, sem_falhas=sem_falhas) for id_ in EMPRESAS}
        self.prazos = {id_: Prazos(self.loja, id_, sem_falhas=sem_falhas) for id_ in EMPRESAS if self.ritmo.prazos}
        self.silencios = {id_: Silencios(self.loja, id_) for id_ in self.prazos}
        self.avisos = {id_: AvisosDados(self.loja, id_, sem_falhas=sem_falhas) for id_ in self.prazos}
        self._flagrantes = Flagrantes()
        self._devem = {empresa_id: DeveSair() for empresa_id in EMPRESAS}
        self._ganchos = {empresa_id: DevemSerContados() for empresa_id in EMPRESAS}
        self.entradas = Entradas(self._r)
        self.conectores = Conectores(self._r)
        self.antecipados = 0
        """What was told before its answer, where nothing went wrong."""
        self.estados: set[EstadoEnvio] = set()
        """Those that jobs were in after any step."""
        self._feitos: list[tuple[int, TicketRow | MensagemRow]] = []
        self._passo_atual = 0
        self._contam_de_novo = False
        """Slots may be counted anew in this step: until that is done nothing is said that depends on them."""
        self._tardias: list[tuple[Mundo, Reply[Any]]] = []
        self.registro: list[EventoRow] = []
        self.recusas: dict[str, int] = {}
        self.mundo = self._novo_mundo()

    def _novo_mundo(self) -> Mundo:
        return Mundo(self.loja, self.clock, self._r, self.supervisor)

    def _falha(self) -> Falha | None:
        if self._hostil and self._r.random() < self.chances.falha_de_commit:
            return self._r.choice(("fora", "incerto_gravado", "incerto_perdido", "recusado"))
        return None

    def rodar(self) -> None:
        quebra = atores_que_quebram(self._r, lambda: self.chances.quebra if self._hostil else 0.0)
        falha = distribuidor_que_quebra(self._r, lambda: self.chances.distribuidor if self._hostil else 0.0)
        janela = janela_estreita() if self._estreita else nullcontext()
        with self._flagrantes.armados(), quebra, falha, uma_mensagem_por_vez(), janela:
            for numero in range(self._passos):
                self._passo_atual = numero
                self._passo()
                self._conferir_flagrantes()
            self._serenar()
            self._conferir_flagrantes()

    def _conferir_flagrantes(self) -> None:
        assert not self._flagrantes.vistos, self._flagrantes.vistos[0]

    def _passo(self) -> None:
        self._azar()
        for id_, vigia in self._vigias.items():
            vigia.antes(self.mundo.vivas.get(id_))
        respostas = [self._pedir() for _ in range(self._r.randint(1, 4))] + self._pelos_canais()
        if self._r.random() < self.chances.matar:  # whoever has not been answered never will be
            self._matar()
            respostas = [feito for feito in respostas if feito[1].is_set]
        self.mundo.assentar()
        novos = self._acompanhar()
        for id_, viva in self.mundo.vivas.items():
            if not self.mundo.journal.pending:
                dela = [evento for evento in novos if evento.empresa_id == id_]
                self._vigias[id_].depois(viva, dela, self._flagrantes.tomar_prometidas(id_))
                self._conferir_prazos(viva)
        self._contam_de_novo = any(evento.tipo == "empresa_atualizada" for evento in novos)
        for comando, resposta in respostas:
            self._anotar(comando, resposta)
        conferir_loja(self.loja)
        self._conferir_canais()

    def _conferir_prazos(self, viva: EmpresaViva) -> None:
        if self.ritmo.prazos:
            self.prazos[viva.name].conferir(viva)
            self.silencios[viva.name].conferir(viva)
            self.avisos[viva.name].conferir(viva)

    def _pelos_canais(self) -> list[Pedido]:
        """What comes in, and what connectors do."""
        pedidos: list[Pedido] = []
        for _ in range(self._r.randint(0, 1 if self.ritmo.so else 7)):
            empresa_id = self._r.choice(EMPRESAS)
            canais = self._canais_de(empresa_id)
            if canais and self._r.random() < 0.4:
                chegada = self.entradas.chegar(self.mundo, empresa_id, canais)
                pedidos += [] if chegada is None else [(None, chegada)]
            elif canais:
                que_fazem = canais[-4:] + [*self._ganchos[empresa_id].todos][-2:]
                feito = self.conectores.mexer(self.mundo, empresa_id, self._r.choice(que_fazem))
                pedidos += [] if feito is None else [feito]
            self.mundo.andar(self._r.choice((0, 0, 1, 2, 5)))
        return pedidos

    def _canais_de(self, empresa_id: str) -> list[str]:
        """Mostly those that there are and that send; now and then some that are gone."""
        tipos, sorte = self._devem[empresa_id].tipos, self._r.random()
        if sorte < 0.05:
            return self._elencos[empresa_id].canais
        return [id_ for id_, tipo in tipos.items() if sorte < 0.3 or tipo in TRABALHOS]

    def _conferir_canais(self) -> None:
        for empresa_id in EMPRESAS:
            conferir_envios(self.loja, empresa_id, self._devem[empresa_id])
            conferir_ganchos(self.loja, empresa_id, self._ganchos[empresa_id])
            self._rever(self._elencos[empresa_id])
            self.estados |= {row.estado for row in self.loja.de(EnvioRow, empresa_id)}
        conferir_entradas(self.loja, self.entradas.aceitas)
        falhas, self.conectores.falhas = self.conectores.falhas, []
        for conector, falha in falhas:
            ha = (self._devem[conector.empresa_id].tipos, self._ganchos[conector.empresa_id].todos)
            if any(conector.canal_id in uns for uns in ha):  # else it waits for a canal that is gone
                self._anotar_recusa("TomarTrabalhos", falha)

    def _rever(self, elenco: Elenco) -> None:
        """What the script is to know of what there is now."""
        empresa_id, loja = elenco.empresa_id, self.loja
        elenco.agora = self.clock.now()
        elenco.ganchos = [*self._ganchos[empresa_id].todos]
        elenco.entregas = entregas_recentes(loja, empresa_id)
        tickets = list(loja.de(TicketRow, empresa_id))
        elenco.seus = [(um.id, quem) for um in tickets if (quem := dono(um)) is not None]
        elenco.versoes = list(loja.de(PoliticaVersaoRow, empresa_id))
        elenco.vinculos = [(um.equipe_id, um.fila_id) for um in loja.de(EquipeFilaRow, empresa_id) if um.ativo]
        elenco.documentos = [um for um in loja.de(DocumentoRow, empresa_id) if um.excluido_em is None]
        elenco.adiados = [um.id for um in tickets if um.adiamento is not None]

    def _pedir(self) -> tuple[Comando[Any], Reply[Any]]:
        """One more command, while the last is still on its way."""
        comando = self._roteirista.comando(self._elencos[self._r.choice(EMPRESAS)])
        resposta = self.mundo.pedir(comando)
        self.mundo.andar(self._r.choice((0, 0, 1, 2, 3, 5, 8)))
        return comando, resposta

    def _azar(self) -> None:
        """What the world does to us between commands."""
        r, chances = self._r, self.chances
        if r.random() < 0.3:
            self.mundo.avancar(self._quanto())
        if r.random() < chances.matar:
            self._matar()
        if r.random() < chances.tomar:
            self._tomar(r.choice(EMPRESAS))
        if r.random() < chances.queda_do_banco:
            self.loja.fora = not self.loja.fora
        elif self.loja.fora and r.random() < 0.3:
            self.loja.fora = False
        self.mundo.assentar()
        self._acompanhar()

    def _quanto(self) -> int:
        """How long nobody asks for anything: often until something is due, or nearly."""
        r, prazo = self._r, self.mundo.proximo_prazo()
        if (self.ritmo.politicas or self.ritmo.prazos) and prazo is not None and r.random() < 0.5:
            return max(1, min(prazo - self.clock.now(), LOGO) + r.choice((-1, 0, 0, 1)))
        return r.choice((10, 1_000, 3_000, 3_000, 31_000, *(POUCO if self.ritmo.curto else MUITO)))

    def _matar(self) -> None:
        self.mundo.fechar()
        self.entradas.esquecer()
        self.conectores.esquecer()
        self.supervisor = Supervisor()
        self.mundo = self._novo_mundo()

    def _tomar(self, empresa_id: str) -> None:
        """Another node takes the lease, and gives it back at once: this one must notice, also where a failover has lost
        its own taking in between, so that the other has the same epoch.
        """
        if empresa_id in self.loja.leases:
            self.loja.leases[empresa_id].tomar(epoch_perdido=self._r.random() < 0.5)

    def _serenar(self) -> None:
        """No more faults: everything accepted gets written, quarantines end, and nothing may be amiss."""
        self._hostil = False
        self.loja.fora = False
        self.mundo.assentar()
        for empresa_id in EMPRESAS:
            self._ativar_ate_valer(empresa_id)
        if self.ritmo.prazos:  # whoever keeps the documents may be in quarantine
            self.mundo.avancar(LOGO)
        self._acalmar()
        self.mundo.avancar(3 * HORA)
        self._acompanhar()
        assert not self.mundo.journal.pending
        assert all(resposta.is_set for mundo, resposta in self._tardias if mundo is self.mundo), "never answered"
        for viva in self.mundo.vivas.values():
            assert all(ref.state == 0 for ref in viva.diretorio.refs()), "still quarantined"
            assert not viva.diretorio.saindo, "a deletion without end"
            assert not refazendo(viva), "the distribution does not come back"
            self._vigias[viva.name].conferir(viva, self._flagrantes.tomar_prometidas(viva.name))
            self._conferir_prazos(viva)
        conferir_loja(self.loja)
        self._despachar_tudo()
        self._contar_tudo()
        self._conferir_canais()
        self._conferir_livro()
        for empresa_id in EMPRESAS:
            conferir_decisoes(self.loja, empresa_id)
            conferir_versoes(self.loja, empresa_id)
            conferir_estados(self.loja, empresa_id)
        for empresa_id, prazos in self.prazos.items():
            prazos.quem_promete.documentos.conferir(self.loja, empresa_id)

    def _acalmar(self) -> None:
        """From now on nothing goes round: days pass until all is written and sent."""
        for empresa_id in EMPRESAS if self.ritmo.politicas else ():
            admin = Quem(empresa_id, None, "admin")
            for fila in [fila for fila in self.loja.de(FilaRow, empresa_id) if fila.excluida_em is None]:
                calma = replace(politica_de(fila), modo="direto", silencio_segundos=0)
                self.mundo.pedir(GravarPolitica(quem=admin, fila_id=fila.id, documento=calma))
        for empresa_id in self.prazos:
            for row in list(self.loja.de(DocumentoRow, empresa_id)):
                if row.tipo == REGRA_DE_SILENCIO.tipo and row.excluido_em is None:
                    self.mundo.pedir(com_calma(row))
        self.mundo.assentar()

    def _despachar_tudo(self) -> None:
        """Connectors that do what they are given, until nothing is left to be sent."""
        for empresa_id, devem in self._devem.items():
            admin = Quem(empresa_id, None, "admin")
            for canal_id in devem.tipos:
                self._pedir_e_anotar(AtualizarCanal(quem=admin, canal_id=canal_id, ativo=True))
                self._pedir_e_anotar(RetomarCanal(quem=admin, canal_id=canal_id))
        for _ in range(RODADAS):
            if not any(sobram(self.loja, empresa_id, devem) for empresa_id, devem in self._devem.items()):
                break
            feitos = [
                feito
                for empresa_id, devem in self._devem.items()
                for canal_id in devem.tipos
                for feito in self.conectores.trabalhar(self.mundo, empresa_id, canal_id)
            ]
            self.mundo.avancar(HORA)
            self._acompanhar()
            for comando, resposta in feitos:
                self._anotar(comando, resposta)
        for empresa_id, devem in self._devem.items():
            assert not sobram(self.loja, empresa_id, devem), "7: something is never sent"
            conferir_ordem(self.loja, empresa_id, self.conectores.entregues, devem)
            conferir_livro_dos_provedores(self.loja, empresa_id, self.conectores.provedores, devem.reenviados)
        if self.chances == Chances():
            self.antecipados = self.conectores.conferir_antecipados(self.loja)

    def _contar_tudo(self) -> None:
        """Webhooks that are active again, and receivers that take what they are told."""
        for empresa_id, devem in self._ganchos.items():
            for canal_id in devem.todos:
                self._pedir_e_anotar(
                    AtualizarGancho(quem=Quem(empresa_id, None, "admin"), canal_id=canal_id, ativo=True)
                )
        for _ in range(VOLTAS):
            if not any(por_entregar(self.loja, empresa_id, devem) for empresa_id, devem in self._ganchos.items()):
                break
            feitos = [
                feito
                for empresa_id, devem in self._ganchos.items()
                for canal_id in devem.todos
                for feito in self.conectores.trabalhar(self.mundo, empresa_id, canal_id)
            ]
            self.mundo.assentar() if feitos else self.mundo.avancar(HORA)
            self._acompanhar()
            for comando, resposta in feitos:
                self._anotar(comando, resposta)
        for empresa_id, devem in self._ganchos.items():
            assert not por_entregar(self.loja, empresa_id, devem), "7: something is never told"
            conferir_ordem_dos_ganchos(self.loja, empresa_id, self.conectores.entregues)
            conferir_recebidas(self.loja, empresa_id, self.conectores.provedores.enviados)

    def _pedir_e_anotar(self, comando: Comando[Any]) -> None:
        """Twice: a node that lost its lease finds out at its first write."""
        for _ in range(2):
            resposta = self.mundo.pedir(comando)
            self.mundo.assentar()
            self._acompanhar()
            self._anotar(comando, resposta)

    def _ativar_ate_valer(self, empresa_id: str) -> None:
        """A node that lost its lease finds out at its first write."""
        self.mundo.ativar(empresa_id)
        self.mundo.assentar()

    # -- what was promised -----------------------------------------------------------------------------------------

    def _acompanhar(self) -> list[EventoRow]:
        """Take what left the node: it must be the log, and each empresa's events must make sense by themselves."""
        self.conectores.recolher()
        novos, self.mundo.publicados[:] = list(self.mundo.publicados), []
        gravados = {(e.empresa_id, e.seq): e for e in self.loja.eventos}
        for evento in novos:
            assert gravados[evento.empresa_id, evento.seq] == evento, "7: published before it was durable"
        self.registro.extend(novos)
        vistos = {id_: vigia.contador.seq for id_, vigia in self._vigias.items()}
        for vigia in self._vigias.values():
            vigia.contador.comecar()
        for id_, prazos in self.prazos.items():
            dela = [um for um in self.loja.eventos if um.empresa_id == id_ and um.seq > vistos[id_]]
            prazos.seguir(dela)
            self.silencios[id_].seguir(dela)
            self.avisos[id_].seguir(dela)
        for evento in self.loja.eventos:
            if evento.seq > vistos[evento.empresa_id]:
                self._vigias[evento.empresa_id].seguir(evento)
                self._devem[evento.empresa_id].seguir(evento)
                self._ganchos[evento.empresa_id].seguir(evento)
                for gancho in self._escalados(evento):
                    self._ganchos[evento.empresa_id].tambem(gancho, evento)
                self._elencos[evento.empresa_id].conhecer(evento)
        return novos

    def _escalados(self, evento: EventoRow) -> list[str]:
        """The webhooks that an SLA policy has told of it."""
        prazos = self.prazos.get(evento.empresa_id)
        return [] if prazos is None else prazos.escalonamentos.ganchos.pop(evento.seq, [])

    def _anotar(self, comando: Comando[Any] | None, resposta: Reply[Any]) -> None:
        """The ledger of acknowledged writes. ``comando`` None: something came in."""
        if not resposta.is_set:
            # a deletion waits for claims on what is quarantined, but not for ever
            tardia = isinstance(comando, ExcluirAtendente | ExcluirCanal | ExcluirFila) and self.chances != Chances()
            assert tardia or self.mundo.journal.pending, f"{type(comando).__name__} was never answered"
            self._tardias.append((self.mundo, resposta))
            return
        try:
            valor = resposta.get()
        except BalcaoError as erro:
            self._anotar_recusa(type(comando).__name__, erro)
            return
        if comando is None and valor is not None:
            self.entradas.aceita(valor.empresa_id, valor)
        if isinstance(comando, CriarTicket | EnviarMensagem) or (comando is None and valor is not None):
            self._feitos.append((self._passo_atual, valor))

    def _anotar_recusa(self, comando: str, erro: BalcaoError) -> None:
        self.recusas[erro.codigo] = self.recusas.get(erro.codigo, 0) + 1
        contando = erro.codigo == "ator_parado" and self._contam_de_novo
        sem_culpa = contando or not isinstance(erro, InternalFailure | Unavailable)
        assert sem_culpa or self.chances != Chances(), f"{comando}: {erro.codigo} without any fault"

    def _conferir_livro(self) -> None:
        """7: every acknowledged ticket and message is durable; 6: messages keep the order in which they were sent.

        (Those of one step are sent at the same moment: between them there is no order to keep.)
        """
        ultimas: dict[str, tuple[int, int]] = {}
        for passo, row in self._feitos:
            gravada = self.loja.tabelas[type(row)].get((row.empresa_id, row.id))
            assert gravada is not None, f"7: {row.id} was acknowledged and lost"
            if isinstance(row, MensagemRow):
                self._conferir_mensagem(row, gravada)
                antes, seq = ultimas.get(row.ticket_id, (-1, 0))
                assert antes == passo or seq < row.seq, "6: order of messages"
                ultimas[row.ticket_id] = (passo, max(seq, row.seq))

    def _conferir_mensagem(self, row: MensagemRow, gravada: Row) -> None:
        """It is as it was acknowledged, but for what has happened to it since."""
        assert isinstance(gravada, MensagemRow)
        ticket = self.loja.um(TicketRow, row.empresa_id, row.ticket_id)
        assert ticket is not None
        if gravada.excluida_em is not None or ticket.excluido_em is not None:
            row = replace(row, conteudo="", arquivo=None, metadados=None, excluida_em=gravada.excluida_em)
        if self.loja.um(EnvioRow, row.empresa_id, row.id) is not None:  # how far that has got: see conferir_envios
            campos = {"status_entrega": gravada.status_entrega, "erro_entrega": gravada.erro_entrega}
            row = replace(row, **campos, id_externo=gravada.id_externo)
        assert gravada == replace(row, lida=gravada.lida)

    def bytes(self) -> bytes:
        """All that left the nodes, but for keys that are drawn elsewhere: nobody is to guess those."""
        return _CHAVE.sub(b"", b"\n".join(msgspec.json.encode(evento) for evento in self.registro))


def rodar(semente: int, passos: int = PASSOS) -> Simulacao:
    simulacao = Simulacao(semente, passos)
    simulacao.rodar()
    return simulacao
