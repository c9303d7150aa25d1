"""What channels have promised: 6, 7 and 9, on what is durable and on what was handed out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from engine.conector.entradas import MensagemRecebida
from engine.conector.trabalhos import Trabalho
from engine.envios.cargas import TRABALHOS
from engine.envios.estados import ABERTOS, DA_MENSAGEM
from engine.estados import aberto
from engine.modelo import EnvioRow, EventoRow, MensagemRow, TicketRow
from tests.simulacao.loja import LojaEmMemoria
from tests.simulacao.provedores import Provedores

DE_OUTRA_ORDEM = {"sinalizar", "entregar_webhook"}
"""What says nothing and holds up nothing, and what :mod:`tests.simulacao.ganchos` looks at."""


class DeveSair:
    """Follows one empresa by its events alone: which messages must have a job, and of which canal. ``tipos`` are the
    canais that there are.
    """

    def __init__(self) -> None:
        self.tipos: dict[str, str] = {}
        self._canal_de: dict[str, str | None] = {}
        self.mensagens: dict[str, str] = {}
        self.reenviados: Counter[str] = Counter()

    def seguir(self, evento: EventoRow) -> None:
        dados: dict[str, Any] = json.loads(evento.dados)
        match evento.tipo:
            case "canal_criado":
                self.tipos[dados["canal"]["id"]] = dados["canal"]["tipo"]
            case "canal_excluido":
                del self.tipos[dados["id"]]
            case "envios_reenviados":
                self.reenviados.update(dados["ids"])
            case "mensagem_status":
                _conferir_que_nao_volta(evento)
            case "nova_mensagem" if dados["direcao"] == "enviada" and dados["statusEntrega"] != "falhou":
                canal_id = self._canal_de.get(dados["ticketId"])
                if canal_id is not None and self.tipos.get(canal_id) in TRABALHOS:
                    self.mensagens[dados["id"]] = canal_id
        if "ticket" in dados:
            self._canal_de[dados["ticket"]["id"]] = dados["ticket"]["canalId"]


def _conferir_que_nao_volta(evento: EventoRow) -> None:
    """What has arrived has: nothing that is told later takes that back."""
    mudancas: dict[str, list[str]] = json.loads(evento.mudancas or "{}")
    de, para = mudancas.get("statusEntrega", (None, None))
    assert de not in {"entregue", "lido"} or (de, para) == ("entregue", "lido"), f"{evento.dados} was {de}"


def conferir_envios(loja: LojaEmMemoria, empresa_id: str, devem: DeveSair) -> None:
    """7 and 9, after every step; and of 6 that no lane has two under way."""
    for mensagem_id, canal_id in devem.mensagens.items():
        envio = loja.um(EnvioRow, empresa_id, mensagem_id)
        assert envio is not None, f"7: {mensagem_id} is not to be sent"
        seu = envio.canal_id == canal_id or envio.estado != "pendente" or mensagem_id in devem.reenviados
        assert seu, f"7: {mensagem_id} goes by another canal, though nobody has said so"
    de_fora: Counter[tuple[str, str, str]] = Counter()
    for envio in loja.de(EnvioRow, empresa_id):
        _conferir_estado(envio)
        de_fora[envio.canal_id, envio.linha, envio.raia] += envio.estado in {"enviando", "desconhecido"}
        mensagem = loja.um(MensagemRow, empresa_id, envio.mensagem_id or "")
        if mensagem is not None:
            assert mensagem.status_entrega == DA_MENSAGEM[envio.estado], f"7: what {envio.id} shows"
            assert mensagem.id_externo == envio.id_externo
    assert all(quantos <= 1 for quantos in de_fora.values()), "6: two of one contact are under way"
    _conferir_conversas(loja, empresa_id)


def _conferir_estado(envio: EnvioRow) -> None:
    em_maos = envio.estado in {"enviando", "desconhecido"}
    assert (envio.prazo is not None) == em_maos, f"the deadline of {envio}"
    assert envio.proxima_em is None or envio.estado == "pendente", f"{envio} waits for nothing"
    assert envio.estado != "enviando" or (envio.conector and envio.tentativas), f"{envio} is with nobody"
    assert envio.estado not in {"falhou", "desconhecido"} or envio.codigo or envio.erro, f"why {envio}"


def _conferir_conversas(loja: LojaEmMemoria, empresa_id: str) -> None:
    conversas = Counter(
        (row.canal_id, row.contato_id)
        for row in loja.de(TicketRow, empresa_id)
        if row.do_canal and aberto(row.status)
    )  # fmt: skip
    assert all(quantas == 1 for quantas in conversas.values()), "9: two open conversations of a canal with a contact"


def conferir_ordem(loja: LojaEmMemoria, empresa_id: str, entregues: Iterable[Trabalho], devem: DeveSair) -> None:
    """6: what goes to one contact is handed out first in the order in which it was said."""
    ultimo: dict[tuple[str, str], tuple[int, str]] = {}
    for trabalho in entregues:
        row = loja.um(EnvioRow, empresa_id, trabalho.id)
        if row is not None and row.trabalho not in DE_OUTRA_ORDEM and row.mensagem_id is not None:
            if devem.mensagens.get(row.mensagem_id) != row.canal_id:  # sent again by what took its canal's place
                continue
            mensagem = loja.um(MensagemRow, empresa_id, row.mensagem_id)
            assert mensagem is not None
            raia = (row.canal_id, row.raia.partition("#")[0])
            lugar = (mensagem.seq, mensagem.id)
            assert ultimo.get(raia, (0, "")) < lugar, f"6: {trabalho.id} was handed out late"
            ultimo[raia] = lugar


def conferir_entradas(loja: LojaEmMemoria, aceitas: Mapping[tuple[str, str], MensagemRecebida]) -> None:
    """7 and 6: what was acknowledged is in a ticket, and stands there by when its provider says it was written."""
    por_ticket: dict[tuple[str, str], list[tuple[MensagemRow, int]]] = {}
    for (empresa_id, id_), mensagem in aceitas.items():
        row = loja.um(MensagemRow, empresa_id, id_)
        assert row is not None, f"7: {id_} was acknowledged and lost"
        assert loja.um(TicketRow, empresa_id, row.ticket_id) is not None
        por_ticket.setdefault((empresa_id, row.ticket_id), []).append((row, mensagem.em))
    for rows in por_ticket.values():
        ditas = [em for _, em in sorted(rows, key=lambda par: (par[0].criada_em, par[0].seq))]
        assert ditas == sorted(ditas), "6: messages of a contact, by when they were written"


def conferir_livro_dos_provedores(
    loja: LojaEmMemoria, empresa_id: str, provedores: Provedores, reenviados: Mapping[str, int]
) -> None:
    """Every message at most once, but where it is said that nobody knows, or that it failed, or somebody wanted it
    again.
    """
    for envio in loja.de(EnvioRow, empresa_id):
        if envio.trabalho == "entregar_webhook":
            continue  # whoever receives knows a repetition by its id
        vezes = 1 + envio.duvidas + reenviados.get(envio.id, 0) + provedores.vezes(envio.id)
        enviado = provedores.enviados[envio.id]
        assert enviado <= vezes, f"{envio.id} was sent {enviado} times"


def sobram(loja: LojaEmMemoria, empresa_id: str, devem: DeveSair) -> list[EnvioRow]:
    """What is still to be sent, but by canais that are gone: nothing, once connectors work and no canal is paused."""
    envios = loja.de(EnvioRow, empresa_id)
    return [envio for envio in envios if envio.canal_id in devem.tipos and envio.estado in ABERTOS]
