"""The rows in one table: of each, the table of the database that it changes, its key, and how it is written.

The journal takes what is in here and nothing else, coalesces by these keys and hands a batch over in this order; the
storage sends it in this order, the parameters of ``storage/sql/gravar_tudo.sql``; the tests' store in memory keeps rows
by these keys. A new type of row is a line here, a Struct in :mod:`engine.modelo` and its SQL.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Final, Literal

from engine.modelo import (
    AcessoRow,
    ArquivoRow,
    ArremateRow,
    AtendenteRow,
    AvisoDadoRow,
    AvisoRetidoRow,
    CanalRow,
    CanalSegredosRow,
    ContatoChaveRow,
    ContatoNosTicketsRow,
    ContatoRow,
    DecisaoRow,
    DocumentoRow,
    EdicaoNotaRow,
    EmpresaConfigRow,
    EmpresaRow,
    EntregaRow,
    EnvioRow,
    EquipeFilaRow,
    EquipeMembroRow,
    EquipeRow,
    EscalaRow,
    EstadoAtendenteRow,
    EventoRow,
    ExclusaoMensagemRow,
    ExclusaoNotaRow,
    FilaRow,
    IdempotenciaRow,
    InscricaoRow,
    LeituraRow,
    LeituraTicketRow,
    MembroRow,
    MensagemRow,
    ModelosRow,
    NotaRow,
    NotificacaoRow,
    PoliticaVersaoRow,
    PreferenciaAvisosRow,
    Row,
    TicketBuscaRow,
    TicketRow,
)

ModoDeEscrita = Literal["insere", "substitui", "muda", "registra", "conta"]
"""How a row is written.

``insere``: once, and never again under its key. ``substitui``: in the place of what has its key; of several versions in
one batch only the last is written. ``muda``: a fact that changes rows of another type, the last of its key too.
``registra``: an event, in the order it was published; it is not saved but published. ``conta``: its number travels in
the fence.
"""

Chave = tuple[str, ...]


class Tabela:
    """How rows of one type are kept. ``nome`` is the table of the database; ``chave`` are fields of the row."""

    __slots__ = ("chave", "chave_de", "escrita", "nome")

    def __init__(self, nome: str, escrita: ModoDeEscrita, *chave: str) -> None:
        self.nome = nome
        self.escrita = escrita
        self.chave = chave
        self.chave_de: Callable[[Row], Chave] = _leitor(chave)


def _leitor(chave: Chave) -> Callable[[Row], Chave]:
    if len(chave) > 1:
        return attrgetter(*chave)
    so_um: Callable[[Row], str] = attrgetter(chave[0])
    return lambda row: (so_um(row),)


TABELAS: Final[dict[type[Row], Tabela]] = {
    EmpresaRow: Tabela("atendimento_leases", "conta", "id"),
    MensagemRow: Tabela("atendimento_mensagens", "insere", "empresa_id", "id"),
    EventoRow: Tabela("atendimento_eventos", "registra", "empresa_id", "seq"),
    TicketRow: Tabela("atendimento_tickets", "substitui", "empresa_id", "id"),
    TicketBuscaRow: Tabela("atendimento_tickets_busca", "substitui", "empresa_id", "ticket_id"),
    AtendenteRow: Tabela("atendimento_atendentes", "substitui", "empresa_id", "id"),
    ContatoRow: Tabela("atendimento_contatos", "substitui", "empresa_id", "id"),
    ContatoChaveRow: Tabela("atendimento_contato_chaves", "substitui", "empresa_id", "chave"),
    DecisaoRow: Tabela("atendimento_decisoes", "insere", "empresa_id", "id"),
    EscalaRow: Tabela("atendimento_escala", "substitui", "empresa_id", "fila_id", "atendente_id"),
    ArremateRow: Tabela("atendimento_arremates", "substitui", "empresa_id", "ticket_id"),
    EstadoAtendenteRow: Tabela("atendimento_atendente_estados", "substitui", "empresa_id", "atendente_id", "desde"),
    LeituraRow: Tabela("atendimento_mensagens", "muda", "empresa_id", "mensagem_id"),
    ExclusaoMensagemRow: Tabela("atendimento_mensagens", "muda", "empresa_id", "mensagem_id"),
    LeituraTicketRow: Tabela("atendimento_mensagens", "muda", "empresa_id", "ticket_id"),
    EntregaRow: Tabela("atendimento_mensagens", "muda", "empresa_id", "mensagem_id"),
    EmpresaConfigRow: Tabela("atendimento_empresas", "muda", "empresa_id"),
    FilaRow: Tabela("atendimento_filas", "substitui", "empresa_id", "id"),
    MembroRow: Tabela("atendimento_fila_membros", "substitui", "empresa_id", "fila_id", "atendente_id"),
    CanalRow: Tabela("atendimento_canais", "substitui", "empresa_id", "id"),
    CanalSegredosRow: Tabela("atendimento_canal_segredos", "substitui", "empresa_id", "canal_id"),
    EquipeRow: Tabela("atendimento_equipes", "substitui", "empresa_id", "id"),
    EquipeMembroRow: Tabela("atendimento_equipe_membros", "substitui", "empresa_id", "equipe_id", "atendente_id"),
    EquipeFilaRow: Tabela("atendimento_equipe_filas", "substitui", "empresa_id", "equipe_id", "fila_id"),
    ArquivoRow: Tabela("atendimento_arquivos", "insere", "empresa_id", "id"),
    IdempotenciaRow: Tabela("atendimento_idempotencia", "substitui", "empresa_id", "usuario_id", "chave"),
    AcessoRow: Tabela("atendimento_acessos", "substitui", "empresa_id", "usuario_id"),
    ContatoNosTicketsRow: Tabela("atendimento_tickets", "muda", "empresa_id", "contato_id"),
    EnvioRow: Tabela("atendimento_envios", "substitui", "empresa_id", "id"),
    ModelosRow: Tabela("atendimento_canal_modelos", "substitui", "empresa_id", "canal_id"),
    InscricaoRow: Tabela("atendimento_inscricoes", "substitui", "empresa_id", "id"),
    PoliticaVersaoRow: Tabela("atendimento_politica_versoes", "insere", "empresa_id", "fila_id", "versao"),
    DocumentoRow: Tabela("atendimento_documentos", "substitui", "empresa_id", "tipo", "id"),
    NotaRow: Tabela("atendimento_notas", "insere", "empresa_id", "id"),
    EdicaoNotaRow: Tabela("atendimento_notas", "muda", "empresa_id", "nota_id"),
    ExclusaoNotaRow: Tabela("atendimento_notas", "muda", "empresa_id", "nota_id"),
    PreferenciaAvisosRow: Tabela("atendimento_aviso_preferencias", "substitui", "empresa_id", "usuario_id"),
    AvisoRetidoRow: Tabela("atendimento_avisos_retidos", "substitui", "empresa_id", "id"),
    AvisoDadoRow: Tabela("atendimento_avisos_dados", "substitui", "empresa_id", "chave"),
    NotificacaoRow: Tabela("atendimento_notificacoes", "substitui", "empresa_id", "id"),
}
"""Every type of row, in the order of a batch."""


def de_escrita(*escritas: ModoDeEscrita) -> list[type[Row]]:
    """The types of rows that are written in one of these ways, in the order of a batch."""
    return [tipo for tipo, tabela in TABELAS.items() if tabela.escrita in escritas]


SALVAVEIS: Final = frozenset(de_escrita("insere", "substitui", "muda", "conta"))
"""What an actor may save. An event is published instead."""
