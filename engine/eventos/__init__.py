"""Events: what happened, in the words of the wire. One class for each event, which knows its name and its version.

===============  =================================================================================================
``tickets``      what happens to a ticket
``mensagens``    what is said in it
``pessoas``      atendentes, contacts, and who may come in
``cadastros``    the empresa, its filas, canais and equipes
``mudancas``     what differs between two rows
``publicacao``   the entry of the log, and whom it reaches
``versoes``      what was written in an older shape, in the one of now
``leitura``      an entry of the log, as it is told now
===============  =================================================================================================
"""

from engine.eventos._evento import (
    POR_TIPO,
    Evento,
    tipos,
)
from engine.eventos.cadastros import (
    CanalAtualizado,
    CanalCriado,
    CanalExcluido,
    CanalNovidade,
    EmpresaAtualizada,
    EnviosDescartados,
    EnviosReenviados,
    EquipeAtualizada,
    EquipeCriada,
    EquipeExcluida,
    EquipeFilaDesvinculada,
    EquipeFilaVinculada,
    EquipeMembroIncluido,
    EquipeMembroRemovido,
    FilaAtualizada,
    FilaCriada,
    FilaExcluida,
    FilaMembroIncluido,
    FilaMembroRemovido,
    PoliticaAtualizada,
    WebhookAtualizado,
    WebhookCriado,
    WebhookDesativado,
    WebhookExcluido,
)
from engine.eventos.leitura import lido
from engine.eventos.mensagens import (
    MensagemExcluida,
    MensagemStatus,
    MensagensLidas,
    NovaMensagem,
)
from engine.eventos.mudancas import (
    Mudancas,
    mudancas_da_empresa,
    mudancas_da_equipe,
    mudancas_da_fila,
    mudancas_do_atendente,
    mudancas_do_canal,
    mudancas_do_contato,
    mudancas_do_contato_no_ticket,
    mudancas_do_ticket,
)
from engine.eventos.pessoas import (
    AcessoRevogado,
    AtendenteAtualizado,
    AtendenteCriado,
    AtendenteExcluido,
    AtendenteStatus,
    ContatoAtualizado,
    ContatoCriado,
    ContatoExcluido,
    ContatoUnido,
)
from engine.eventos.publicacao import (
    DA_EMPRESA,
    Alcance,
    Publisher,
    do_ticket,
    envelope,
    publicar,
)
from engine.eventos.tickets import (
    Dono,
    FimDaOferta,
    Oferta,
    OfertaExpirada,
    TicketAtribuido,
    TicketAtualizado,
    TicketCriado,
    TicketEncerrado,
    TicketExcluido,
    TicketTransferido,
)

__all__ = [
    "DA_EMPRESA",
    "POR_TIPO",
    "AcessoRevogado",
    "Alcance",
    "AtendenteAtualizado",
    "AtendenteCriado",
    "AtendenteExcluido",
    "AtendenteStatus",
    "CanalAtualizado",
    "CanalCriado",
    "CanalExcluido",
    "CanalNovidade",
    "ContatoAtualizado",
    "ContatoCriado",
    "ContatoExcluido",
    "ContatoUnido",
    "Dono",
    "EmpresaAtualizada",
    "EnviosDescartados",
    "EnviosReenviados",
    "EquipeAtualizada",
    "EquipeCriada",
    "EquipeExcluida",
    "EquipeFilaDesvinculada",
    "EquipeFilaVinculada",
    "EquipeMembroIncluido",
    "EquipeMembroRemovido",
    "Evento",
    "FilaAtualizada",
    "FilaCriada",
    "FilaExcluida",
    "FilaMembroIncluido",
    "FilaMembroRemovido",
    "FimDaOferta",
    "MensagemExcluida",
    "MensagemStatus",
    "MensagensLidas",
    "Mudancas",
    "NovaMensagem",
    "Oferta",
    "OfertaExpirada",
    "PoliticaAtualizada",
    "Publisher",
    "TicketAtribuido",
    "TicketAtualizado",
    "TicketCriado",
    "TicketEncerrado",
    "TicketExcluido",
    "TicketTransferido",
    "WebhookAtualizado",
    "WebhookCriado",
    "WebhookDesativado",
    "WebhookExcluido",
    "do_ticket",
    "envelope",
    "lido",
    "mudancas_da_empresa",
    "mudancas_da_equipe",
    "mudancas_da_fila",
    "mudancas_do_atendente",
    "mudancas_do_canal",
    "mudancas_do_contato",
    "mudancas_do_contato_no_ticket",
    "mudancas_do_ticket",
    "publicar",
    "tipos",
]
