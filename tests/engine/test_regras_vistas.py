"""Rows on the wire: the field names of the mission page, every value in its own field."""

from __future__ import annotations

import json
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from engine.modelo import (
    Arquivo,
    AtendenteRow,
    CanalRow,
    ContatoRow,
    EmpresaRow,
    EquipeRow,
    FilaRow,
    MensagemRow,
    Pedida,
    Rota,
    TicketRow,
)
from engine.silencio.estado import Adiamento
from engine.sla.estado import Alvo, Sla
from engine.tempo import iso
from engine.vistas import (
    AtendenteResumo,
    atendente_vista,
    canal_vista,
    contato_vista,
    empresa_vista,
    equipe_vista,
    fila_vista,
    json_text,
    mensagem_vista,
    ticket_vista,
)

TICKET = TicketRow(
    empresa_id="empresa", id="ticket", numero=7, status="EM_ANDAMENTO", prioridade="ALTA", contato_nome="João",
    contato_telefone="fone", contato_email="email", assunto="assunto", fila_id="fila", atendente_id="dono",
    canal_id="canal", forcado=False, criado_em=1_000, atualizado_em=2_000, aguardando_desde=3_000,
    data_primeira_resposta=4_000, data_resolucao=5_000, data_fechamento=6_000, contato_id="contato",
    endereco="telefone:+5511", do_canal=True, janela_ate=7_000,
    rota=Rota(("vip",), "pt-BR", (Pedida("libras", preferida=True),), origem="outra", etiquetas_do_contato=("novo",)),
    adiamento=Adiamento(8_000, "ABERTO"),
    sla=Sla("p", 1, Alvo(0, 1, 9_000, fim=4_000), Alvo(0, 1, 10_000, aviso=80), Alvo(0, 1, 11_000)),
)  # fmt: skip


def wire(value: object) -> Any:
    return json.loads(json_text(value))


def test_a_ticket_on_the_wire_has_the_missions_names_and_each_value_in_its_place() -> None:
    assert wire(ticket_vista(TICKET)) == {
        "id": "ticket", "numero": 7, "status": "EM_ANDAMENTO", "prioridade": "ALTA", "contato_nome": "João",
        "contato_telefone": "fone", "contato_email": "email", "assunto": "assunto", "empresaId": "empresa",
        "atendenteId": "dono", "filaId": "fila", "canalId": "canal", "contatoId": "contato", "createdAt": iso(1_000),
        "updatedAt": iso(2_000), "dataPrimeiraResposta": iso(4_000), "dataResolucao": iso(5_000),
        "dataFechamento": iso(6_000), "janelaAte": iso(7_000), "etiquetas": ["vip"], "idioma": "pt-BR",
        "habilidades": [{"nome": "libras", "nivel": 1, "preferida": True}], "adiadoAte": iso(8_000),
        "contato_etiquetas": ["novo"], "prazoPrimeiraResposta": iso(9_000), "prazoProximaResposta": iso(10_000),
        "prazoResolucao": iso(11_000), "slaEstado": "em_risco",
    }  # fmt: skip


def test_what_a_ticket_does_not_have_is_null_on_the_wire() -> None:
    vazio = replace(
        TICKET, contato_telefone=None, contato_email=None, assunto=None, atendente_id=None, canal_id=None,
        contato_id=None, data_primeira_resposta=None, data_resolucao=None, data_fechamento=None, janela_ate=None,
        rota=None, adiamento=None, sla=None,
    )  # fmt: skip
    vista = wire(ticket_vista(vazio))
    assert vista["etiquetas"] == []
    assert {nome for nome, valor in vista.items() if valor is None} == {
        "contato_telefone", "contato_email", "assunto", "atendenteId", "canalId", "contatoId", "dataPrimeiraResposta",
        "dataResolucao", "dataFechamento", "janelaAte", "idioma", "habilidades", "adiadoAte",
        "prazoPrimeiraResposta", "prazoProximaResposta", "prazoResolucao", "slaEstado",
    }  # fmt: skip


def endereco(empresa_id: str, arquivo_id: str) -> str:
    return f"https://x/{empresa_id}/{arquivo_id}"


def test_a_message_on_the_wire() -> None:
    row = MensagemRow("empresa", "mensagem", "ticket", 9, "Olá", "texto", "enviada", "quem", None, True, "falhou",
                      1_000, "número inválido")  # fmt: skip
    assert wire(mensagem_vista(row, endereco)) == {
        "id": "mensagem", "conteudo": "Olá", "tipo": "texto", "direcao": "enviada", "arquivoUrl": None,
        "arquivoNome": None, "arquivoTipo": None, "arquivoTamanho": None, "largura": None, "altura": None,
        "remetenteId": "quem", "ticketId": "ticket", "lida": True, "statusEntrega": "falhou",
        "erroEntrega": "número inválido", "metadados": None, "createdAt": iso(1_000),
    }  # fmt: skip
    de_lugar = replace(row, metadados='{"tipoOriginal":"location","idExterno":"wamid.1"}', id_externo="wamid.1")
    vista = wire(mensagem_vista(de_lugar, endereco))
    assert vista["metadados"] == {"tipoOriginal": "location", "idExterno": "wamid.1"}


def test_a_message_with_a_file_says_where_it_is_and_what_it_is() -> None:
    foto = Arquivo("arquivo", "foto.png", "image/png", 2048, "sha", 640, 480)
    row = MensagemRow(
        "empresa", "mensagem", "ticket", 9, "", "imagem", "recebida", None, foto, False, "entregue", 1_000
    )
    vista = wire(mensagem_vista(row, endereco))
    assert {nome: vista[nome] for nome in (
        "arquivoUrl", "arquivoNome", "arquivoTipo", "arquivoTamanho", "largura", "altura"
    )} == {
        "arquivoUrl": "https://x/empresa/arquivo", "arquivoNome": "foto.png", "arquivoTipo": "image/png",
        "arquivoTamanho": 2048, "largura": 640, "altura": 480,
    }  # fmt: skip
    assert "sha" not in vista.values()


def test_an_agent_on_the_wire() -> None:
    row = AtendenteRow(
        empresa_id="empresa", id="a1", nome="Ana", email="ana@x", capacidade=5, habilidades=("pt", "en"), online=True,
        estado="pausa", motivo="café", por_conexao=True, offline_em=1, ocioso_desde=2, criado_em=1_000,
        atualizado_em=2_000, excluido_em=None, niveis={"en": 4}, turno='{"dias":{"seg":[["08:00","12:00"]]}}',
    )  # fmt: skip
    assert wire(atendente_vista(replace(row, turno=None), 3))["turno"] is None
    assert wire(atendente_vista(row, 3)) == {
        "id": "a1", "nome": "Ana", "email": "ana@x", "online": True, "estado": "pausa", "motivo": "café",
        "capacidade": 5, "atendimentosAtivos": 3, "habilidades": ["pt", "en"], "niveis": {"en": 4},
        "turno": {"fuso": "America/Sao_Paulo", "dias": {"seg": [["08:00", "12:00"]]}, "fechadoEm": []},
        "createdAt": iso(1_000), "updatedAt": iso(2_000),
    }  # fmt: skip
    assert wire(AtendenteResumo("a1", "Ana")) == {"id": "a1", "nome": "Ana", "email": None}


def test_a_fila_on_the_wire() -> None:
    row = FilaRow("empresa", "f1", "Geral", "desc", "ROUND_ROBIN", True, "manter", 5, True, 1_000, 2_000, None)
    assert wire(fila_vista(row)) == {
        "id": "f1", "nome": "Geral", "descricao": "desc", "estrategia": "ROUND_ROBIN", "distribuicaoAutomatica": True,
        "aoFicarOffline": "manter", "prioridade": 5, "padrao": True, "createdAt": iso(1_000), "updatedAt": iso(2_000),
    }  # fmt: skip


def test_a_contact_on_the_wire() -> None:
    row = ContatoRow(
        "empresa", "c1", "Ana", "fone", "email", "vip", None, 1_000, 2_000, outros=("codigo:28080",)
    )  # fmt: skip
    assert wire(contato_vista(row)) == {
        "id": "c1", "nome": "Ana", "telefone": "fone", "email": "email", "observacao": "vip",
        "enderecos": ["codigo:28080"], "etiquetas": [], "createdAt": iso(1_000), "updatedAt": iso(2_000),
    }  # fmt: skip


def test_a_canal_on_the_wire_tells_the_names_of_its_secrets_and_no_more() -> None:
    row = CanalRow("empresa", "c1", "Zap", "whatsapp", "f1", True, '{"phoneNumberId":"55"}', 1_000, 2_000)
    assert wire(canal_vista(row, ("token",))) == {
        "id": "c1", "nome": "Zap", "tipo": "whatsapp", "filaId": "f1", "ativo": True, "config": {"phoneNumberId": "55"},
        "segredos": ["token"], "pausadoEm": None, "pausaMotivo": None, "situacao": None, "createdAt": iso(1_000),
        "updatedAt": iso(2_000),
    }  # fmt: skip
    parado = replace(row, pausado_em=3_000, pausa_motivo="token", situacao='{"qualidade":{"nota":"RED"}}')
    vista = wire(canal_vista(parado, ()))
    assert (vista["pausadoEm"], vista["pausaMotivo"]) == (iso(3_000), "token")
    assert vista["situacao"] == {"qualidade": {"nota": "RED"}}


def test_an_equipe_and_an_empresa_on_the_wire() -> None:
    assert wire(equipe_vista(EquipeRow("empresa", "e1", "N1", None, 1_000, 2_000))) == {
        "id": "e1", "nome": "N1", "descricao": None, "createdAt": iso(1_000), "updatedAt": iso(2_000),
    }  # fmt: skip
    empresa = EmpresaRow("empresa", "Loja", 9, 1_000)
    assert wire(empresa_vista(empresa)) == {
        "id": "empresa", "nome": "Loja", "janelaReaberturaMinutos": None, "capacidadePadrao": 5, "paisPadrao": "BR",
        "estados": [], "contatosVisiveis": "dosTickets", "createdAt": iso(1_000), "updatedAt": iso(1_000),
        "capacidade": {
            "custos": {}, "custoPendente": None, "maximos": {}, "exclusoes": [], "arremateSegundos": 0,
            "minutosSemNovos": 0, "maximoPendentes": None,
        },
    }  # fmt: skip
    mudada = replace(empresa, atualizada_em=2_000, janela_reabertura=90 * 60_000)
    assert wire(empresa_vista(mudada))["janelaReaberturaMinutos"] == 90
    assert wire(empresa_vista(mudada))["updatedAt"] == iso(2_000)
    com_custos = replace(empresa, capacidade='{"custos":{"email":0.5}}')
    assert wire(empresa_vista(com_custos))["capacidade"]["custos"] == {"email": 0.5}


def test_json_text_is_compact_and_keeps_accents() -> None:
    class Par(Struct):
        a: str
        b: int

    assert json_text(Par("ção", 1)) == '{"a":"ção","b":1}'
