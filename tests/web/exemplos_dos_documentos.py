"""What the scenario does with documents of each kind, and with notes: said as an empresa would say it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tests.web.exemplos import Gravador

SAUDACAO: Final = "{{saudacao}}, {{contato.primeiroNome}}! Aqui é {{atendente.nome}}. Em que posso ajudar?"
DOCUMENTOS: Final[Mapping[str, Mapping[str, object]]] = {
    "calendario": {
        "nome": "Comercial",
        "fuso": "America/Sao_Paulo",
        "dias": {"seg": [["08:00", "12:00"], ["13:00", "18:00"]], "sab": [["09:00", "13:00"]]},
    },
    "feriado": {"nome": "Aniversário da cidade", "data": "2026-01-25"},
    "politica_sla": {"nome": "Urgentes", "primeiraRespostaSegundos": 900, "resolucaoSegundos": 14_400},
    "modelo_de_aviso": {
        "nome": "Ticket novo", "assunto": "Há um ticket para você", "texto": "Um ticket espera por você.",
    },
    "regra_de_aviso": {"nome": "Ao dono", "eventos": ["ticket_atribuido"]},
    "regra_de_silencio": {
        "nome": "Contato calado",
        "avisoAposSegundos": 3_600,
        "avisoTexto": "Ainda está aí?",
        "encerrarAposSegundos": 86_400,
    },
    "pesquisa": {"nome": "Depois de resolvido", "pergunta": "De 1 a 5, como foi o atendimento?"},
    "resposta_rapida": {"nome": "Saudação", "atalho": "/saudacao", "texto": SAUDACAO, "pasta": "Início"},
}  # fmt: skip
"""One of each kind."""


def documentos(g: Gravador) -> None:
    for tipo, corpo in DOCUMENTOS.items():
        feito = g(f"documentos_{tipo}_criar", corpo)
        qual = {f"{tipo}_id": feito["id"]}
        g(f"documentos_{tipo}_ver", **qual)
        g(f"documentos_{tipo}_gravar", {**corpo, "nome": f"{corpo['nome']} (novo)", "versao": 1}, **qual)
        g(f"documentos_{tipo}_listar", consulta={"page": 1, "limit": 20})
        g(f"documentos_{tipo}_excluir", **qual)


def notas(g: Gravador, ticket_id: str, atendente_id: str) -> None:
    corpo = {"conteudo": "Cliente antigo: confirme o endereço antes de enviar.", "mencoes": [atendente_id]}
    nota = g("notas_criar", corpo, ticket_id=ticket_id)
    g("notas_listar", consulta={"page": 1, "limit": 20}, ticket_id=ticket_id)
    g("notas_mencoes", consulta={"page": 1, "limit": 20})
    mudada = {"conteudo": "Cliente antigo: o endereço já foi confirmado."}
    g("notas_atualizar", mudada, ticket_id=ticket_id, nota_id=nota["id"])
    g("notas_excluir", ticket_id=ticket_id, nota_id=nota["id"])
    g("etiquetas_listar", consulta={"page": 1, "limit": 20})
    resposta = g("documentos_resposta_rapida_criar", DOCUMENTOS["resposta_rapida"])["id"]
    g("respostas_rapidas_preencher", {"ticketId": ticket_id}, resposta_rapida_id=resposta)
    g("documentos_resposta_rapida_excluir", resposta_rapida_id=resposta)
