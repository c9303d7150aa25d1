"""Events: each has a name of its own, a shape that clients know, and a version."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import asdict

from engine import eventos
from engine.eventos import Alcance, Evento, _evento, do_ticket, publicar, versoes
from engine.modelo import EventoRow, MensagemRow, Quem, TicketRow
from engine.vistas import mensagem_vista
from tests.evento_inventado import inventado

FORMAS = {
    "ticket_criado": ["ticket"],
    "ticket_atualizado": ["ticket"],
    "ticket_atribuido": ["ticketId", "atendente"],
    "ticket_transferido": [
        "ticketId", "status", "filaId", "filaAnteriorId", "atendenteId", "atendenteAnteriorId", "motivo", "nota",
    ],
    "ticket_encerrado": ["ticketId", "status", "motivo", "ticket"],
    "ticket_lembrete": ["ticketId", "filaId", "atendenteId", "ate", "por", "motivo"],
    "ticket_excluido": ["id"],
    "pesquisa_respondida": ["ticketId", "pesquisaId", "tipoDePesquisa", "nota", "perguntadaEm"],
    "sla_alerta": ["ticketId", "alvo", "porcento", "prazo", "devidoEm", "politicaId", "atrasado"],
    "sla_violado": ["ticketId", "alvo", "prazo", "politicaId", "atrasado"],
    "configuracao_atualizada": ["tipoDoDocumento", "id", "nome", "versaoDoDocumento", "acao"],
    "oferta": ["ticketId", "filaId", "atendentes", "ate", "ticket"],
    "oferta_expirada": ["ticketId", "filaId", "atendentes", "motivo"],
    "mensagem_status": ["id", "ticketId", "lida", "statusEntrega", "erroEntrega"],
    "mensagens_lidas": ["ticketId", "ate"],
    "mensagem_excluida": ["id", "ticketId"],
    "nota_interna": ["id", "ticketId", "contatoId", "conteudo", "autorId", "mencoes", "createdAt", "editadaEm"],
    "nota_atualizada": ["id", "ticketId", "contatoId", "conteudo", "autorId", "mencoes", "createdAt", "editadaEm"],
    "nota_excluida": ["id", "ticketId"],
    "mencao": ["atendenteId", "notaId", "ticketId", "ticketNumero", "autorId"],
    "atendente_criado": ["atendente"],
    "atendente_atualizado": ["atendente"],
    "atendente_status": ["id", "nome", "online", "estado", "motivo"],
    "arremate_encerrado": ["id", "ticketIds"],
    "atendente_excluido": ["id"],
    "acesso_revogado": ["usuarioId", "valeDesde"],
    "contato_criado": ["contato"],
    "contato_atualizado": ["contato"],
    "contato_unido": ["id", "unidoId", "contato"],
    "contato_excluido": ["id", "unidos"],
    "empresa_atualizada": ["empresa"],
    "fila_criada": ["fila"],
    "fila_atualizada": ["fila"],
    "fila_excluida": ["id"],
    "fila_membro_incluido": ["filaId", "atendenteId"],
    "fila_membro_removido": ["filaId", "atendenteId"],
    "politica_atualizada": ["filaId", "versaoPolitica", "motivo", "restauradaDe"],
    "canal_criado": ["canal"],
    "canal_atualizado": ["canal"],
    "canal_excluido": ["id"],
    "canal_novidade": ["canalId", "tipoDaNovidade", "dados"],
    "webhook_criado": ["webhook"],
    "webhook_atualizado": ["webhook"],
    "webhook_desativado": ["webhook"],
    "webhook_excluido": ["id"],
    "envios_reenviados": ["canalId", "ids"],
    "envios_descartados": ["canalId", "ids"],
    "equipe_criada": ["equipe"],
    "equipe_atualizada": ["equipe"],
    "equipe_excluida": ["id"],
    "equipe_membro_incluido": ["equipeId", "atendenteId"],
    "equipe_membro_removido": ["equipeId", "atendenteId"],
    "equipe_fila_vinculada": ["equipeId", "filaId"],
    "equipe_fila_desvinculada": ["equipeId", "filaId"],
    "notificacao": ["id", "aviso", "ticketId", "urgente", "createdAt"],
    "notificacoes_lidas": ["ids"],
}  # fmt: skip
"""What clients find in each; in ``nova_mensagem`` they find the message."""

TICKET = TicketRow(
    "e", "t", 1, "ABERTO", "NORMAL", "Ana", None, None, None, "f", "a", None, False, 1, 1, 1, None, None, None
)  # fmt: skip
ANA = Quem("e", "ana", "atendente")


class Gravador:
    """An actor that only notes what it publishes."""

    def __init__(self) -> None:
        self.publicados: list[EventoRow] = []

    def next_seq(self) -> int:
        return 8 + len(self.publicados)

    def now(self) -> int:
        return 99

    def publish(self, event: EventoRow) -> None:
        self.publicados.append(event)


@pytest.fixture
def outro_registro(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is made up here is not known elsewhere."""
    monkeypatch.setattr(_evento, "_por_tipo", dict(_evento._por_tipo))


def test_every_event_has_the_shape_that_clients_know() -> None:
    formas = {tipo: list(classe.__struct_encode_fields__) for tipo, classe in eventos.POR_TIPO.items()}
    del formas["nova_mensagem"]
    assert formas == FORMAS


def test_a_new_message_is_told_as_rest_tells_it() -> None:
    row = MensagemRow("e", "m", "t", 1, "Olá", "texto", "recebida", None, None, False, "entregue", 1)
    vista = mensagem_vista(row, lambda empresa_id, id_: "")
    dita = json.loads(eventos.NovaMensagem(vista).texto())
    assert list(dita) == list(vista.__struct_encode_fields__)
    assert (dita["id"], dita["ticketId"], dita["conteudo"]) == ("m", "t", "Olá")


@pytest.mark.usefixtures("outro_registro")
def test_an_event_without_a_name_cannot_be_written() -> None:
    with pytest.raises(TypeError, match="Calado does not say its tipo"):
        type("Calado", (Evento,), {})


@pytest.mark.usefixtures("outro_registro")
def test_an_event_with_the_name_of_another_cannot_be_written() -> None:
    with pytest.raises(TypeError, match="ticket_criado is the name of TicketCriado already"):
        type("Outro", (Evento,), {"tipo": "ticket_criado"})


@pytest.mark.usefixtures("outro_registro")
def test_the_name_is_not_inherited() -> None:
    with pytest.raises(TypeError, match="Filho does not say its tipo"):
        type("Filho", (eventos.FilaExcluida,), {})


def test_what_is_published_says_who_did_it_what_it_is_and_whom_it_reaches() -> None:
    ator = Gravador()
    publicar(ator, ANA, eventos.FilaExcluida("f"), Alcance(fila_id="f"), {"nome": ("a", "b")})
    publicar(ator, ANA, eventos.ContatoExcluido("c", ()), Alcance(lugares=""))
    assert ator.publicados == [
        EventoRow(
            "e", 8, "fila_excluida", 99, None, "f", None, None, None, "ana", "atendente", '{"id":"f"}',
            '{"nome":["a","b"]}',
        ),
        EventoRow(
            "e", 9, "contato_excluido", 99, None, None, None, None, None, "ana", "atendente",
            '{"id":"c","unidos":[]}', None, "",
        ),
    ]  # fmt: skip


def test_a_ticket_reaches_whom_it_has_and_whom_it_leaves() -> None:
    def alcance(antes: TicketRow | None) -> dict[str, Any]:
        return {campo: valor for campo, valor in asdict(do_ticket(TICKET, antes)).items() if valor is not None}

    tem = {"ticket_id": "t", "fila_id": "f", "atendente_id": "a"}
    assert alcance(None) == alcance(TICKET) == tem
    outra = TicketRow(**asdict(TICKET) | {"fila_id": "g", "atendente_id": "b"})
    assert alcance(outra) == tem | {"fila_anterior_id": "g", "atendente_anterior_id": "b"}
    assert alcance(TicketRow(**asdict(TICKET) | {"atendente_id": None})) == tem


def test_whatever_was_written_once_can_be_read() -> None:
    assert not versoes.que_faltam()


def test_a_shape_that_changed_without_a_step_from_the_one_before_is_found() -> None:
    with inventado() as remendo:
        assert not versoes.que_faltam()
        remendo.delitem(versoes.SUBIDAS, ("inventado", 2))
        assert versoes.que_faltam() == {("inventado", 2)}


def test_the_status_of_a_message_told_before_there_was_an_outbox_is_that_of_one_that_came_in() -> None:
    dados = '{"id":"m","ticketId":"t","lida":true}'
    row = EventoRow("e", 1, "mensagem_status", 0, "t", None, None, None, None, None, "admin", dados, None)
    agora = versoes.atual(row)
    assert agora.versao == eventos.MensagemStatus.versao == 2
    assert agora.dados == eventos.MensagemStatus("m", "t", True, "entregue").texto()


def test_an_event_of_now_and_one_that_nobody_knows_are_left_as_they_are() -> None:
    for tipo, versao in (("fila_excluida", 1), ("fila_excluida", 2), ("desconhecido", 1)):
        row = EventoRow("e", 1, tipo, 0, None, None, None, None, None, None, "admin", "{ }", None, None, versao)
        assert versoes.atual(row) is row
