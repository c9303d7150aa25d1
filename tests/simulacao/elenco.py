"""What the script of a simulation knows of an empresa, and how it draws from that."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import msgspec

from actors.comandos import Comando
from engine.modelo import DocumentoRow, EventoRow, PoliticaVersaoRow

Opcao = tuple[int, Callable[[], Comando[Any]]]
"""A command that may come next, and how likely beside the others."""


class Elenco:
    """What the script knows of one empresa: ids it was given, and some that do not exist. ``ofertas`` are who was
    offered which ticket, ``seus`` who has which, ``vinculos`` which equipe serves which fila, ``documentos`` those that
    there are, ``adiados`` the tickets that are put off, ``agora`` what time it is (ms).
    """

    def __init__(self, empresa_id: str) -> None:
        self.empresa_id = empresa_id
        self.tickets: list[str] = []
        self.filas: list[str] = []
        self.atendentes: list[str] = []
        self.canais: list[str] = []
        self.equipes: list[str] = []
        self.contatos: list[str] = []
        self.mensagens: list[tuple[str, str]] = []
        self.com_canal: list[str] = []
        self.enviadas: list[str] = []
        self._criados = {
            "ticket_criado": ("ticket", self.tickets),
            "fila_criada": ("fila", self.filas),
            "atendente_criado": ("atendente", self.atendentes),
            "canal_criado": ("canal", self.canais),
            "equipe_criada": ("equipe", self.equipes),
            "contato_criado": ("contato", self.contatos),
        }
        self.ganchos: list[str] = []
        self.entregas: list[tuple[str, str]] = []
        self.ofertas: list[tuple[str, str]] = []
        self.seus: list[tuple[str, str]] = []
        self.vinculos: list[tuple[str, str]] = []
        self.versoes: list[PoliticaVersaoRow] = []
        self.documentos: list[DocumentoRow] = []
        self.adiados: list[str] = []
        self.agora = 0

    def conhecer(self, evento: EventoRow) -> None:
        dados: dict[str, Any] = msgspec.json.decode(evento.dados)
        criado = self._criados.get(evento.tipo)
        if criado is not None:
            qual, ids = criado
            ids.append(dados[qual]["id"])
        if evento.tipo == "ticket_criado" and dados["ticket"]["canalId"] is not None:
            self.com_canal.append(dados["ticket"]["id"])
        elif evento.tipo == "oferta":
            self.ofertas += [(dados["ticketId"], um) for um in dados["atendentes"]]
        elif evento.tipo == "nova_mensagem":
            self.mensagens.append((dados["ticketId"], dados["id"]))
            if dados["direcao"] == "enviada":
                self.enviadas.append(dados["id"])


class Sorteio:
    """Draws from a cast."""

    def __init__(self, r: Random) -> None:
        self.r = r

    def algum(self, ids: list[str]) -> str:
        """Mostly one of the last; now and then one that does not exist."""
        if not ids or self.r.random() < 0.02:
            return "ffffffff-0000-7000-8000-000000000000"
        recentes = ids[-12:]
        return self.r.choice(recentes if self.r.random() < 0.7 else ids)
