"""The rows: what is saved, one frozen Struct per table.

A row is at once the durable state of its actor, the message that carries that state and the unit the journal writes.
Changing state is making a new row (``msgspec.structs.replace``), so the row before is still there if the turn fails.

Times are integers: milliseconds since the Unix epoch, UTC. Ids are UUID strings in lower case.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct

from engine.pesquisa.estado import Perguntada
from engine.silencio.estado import Adiamento, Silencio
from engine.sla.estado import Sla

Status = Literal["ABERTO", "EM_ANDAMENTO", "PENDENTE", "RESOLVIDO", "FECHADO"]
Prioridade = Literal["BAIXA", "NORMAL", "ALTA", "URGENTE"]
Estrategia = Literal[
    "MENOS_OCUPADO",
    "MAIOR_TEMPO_OCIOSO",
    "ROUND_ROBIN",
    "MENOS_ATENDIDOS",
    "HABILIDADES",
    "PONDERADO",
    "HIBRIDO",
    "MANUAL",
]
"""How a fila chooses among those who may have a ticket; MANUAL: they take what they want themselves."""
AoFicarOffline = Literal["devolver", "manter"]
TipoMensagem = Literal["texto", "imagem", "audio", "video", "documento"]
Direcao = Literal["enviada", "recebida"]
TipoComContatos = Literal["whatsapp", "email", "sms", "webchat", "push", "api"]
"""What people are reached by."""
TipoCanal = Literal[TipoComContatos, "webhook"]
"""``webhook`` is what no contact writes by: another system that is told of events (:mod:`engine.envios.entregas`)."""
Ordem = Literal["recentes", "antigas", "atualizados", "prioridade"]
"""How tickets are sorted: newest first, oldest first, latest changed first, most urgent (then oldest) first."""
StatusEntrega = Literal["pendente", "enviado", "entregue", "lido", "falhou"]
EstadoEnvio = Literal["pendente", "enviando", "enviado", "entregue", "lido", "falhou", "desconhecido", "cancelado"]
"""Where a job of the outbox stands. ``desconhecido``: the provider may have it, for it did not answer. ``falhou`` is a
dead letter: nothing more happens to it unless somebody says so.
"""
Linha = Literal["entrada", "saida"]
"""A canal has two lines of jobs: of what came in and is to be read, and of what is to be sent."""
NomeDoTrabalho = Literal[
    "enviar_mensagem", "enviar_arquivo", "processar_webhook", "enviar_email", "enviar_push", "enviar_sms", "sinalizar",
    "entregar_webhook",
]  # fmt: skip
"""The mission's jobs by their names; ``sinalizar`` is what is worth something only now: a read receipt, "is typing";
``entregar_webhook`` tells another system of an event.
"""
MeioDeAviso = Literal["app", "push", "email", "sms"]
"""By what people of the empresa are told; ``app``: it is listed, and whoever is connected sees it at once."""
Papel = Literal["admin", "supervisor", "atendente", "conector", "sistema"]
ContatosVisiveis = Literal["dosTickets", "todos"]
"""Which contacts an atendente sees: those of the tickets that it may see, or all."""

DISPONIVEL: Final = "disponivel"
"""The only ``estado`` in which an online atendente is given work."""
AUSENTE: Final = "offline"
"""The ``estado`` of an atendente who left without saying why."""


class EmpresaRow(Struct, frozen=True, gc=False):
    """A tenant. ``numero`` is the last ticket number given; it is the only field that this row saves (see
    :class:`EmpresaConfigRow`).
    """

    id: str
    nome: str
    numero: int
    criada_em: int
    atualizada_em: int = 0
    janela_reabertura: int | None = None
    capacidade_padrao: int = 5
    pais_padrao: str = "BR"
    estados: tuple[str, ...] = ()
    contatos_visiveis: ContatosVisiveis = "dosTickets"
    capacidade: str = "{}"


class EmpresaConfigRow(Struct, frozen=True, gc=False):
    """What an empresa can set of itself. ``janela_reabertura`` (ms) None: that of the installation.
    ``capacidade_padrao`` is that of an atendente who is provisioned; ``pais_padrao`` (ISO 3166 alpha-2) the country of
    phones that come without one. ``estados`` are those of its own in which an atendente can be (see
    :mod:`engine.presenca`). ``capacidade`` is how its agents' slots are counted, a JSON object
    (:class:`engine.politica.capacidade.Capacidade`).
    """

    empresa_id: str
    nome: str
    janela_reabertura: int | None
    capacidade_padrao: int
    atualizada_em: int
    pais_padrao: str = "BR"
    estados: tuple[str, ...] = ()
    contatos_visiveis: ContatosVisiveis = "dosTickets"
    capacidade: str = "{}"


class Pedida(Struct, frozen=True, gc=False, omit_defaults=True):
    """A skill that a ticket asks for, with at least that proficiency (1 to 5); ``preferida``: it is only liked."""

    nome: str
    nivel: int = 1
    preferida: bool = False


class Ofertado(Struct, frozen=True, gc=False, omit_defaults=True):
    """A ticket is offered to these agents, each with a slot kept for it, until ``ate`` (ms)."""

    atendentes: tuple[str, ...]
    ate: int


class MensagemPendente(Struct, frozen=True, gc=False, omit_defaults=True):
    """``em``: when the contact is told next where it stands in line (ms); ``ditas``: how often that was due already."""

    em: int
    ditas: int = 0


class Rota(Struct, frozen=True, gc=False, omit_defaults=True):
    """What the distribution knows of a ticket beside its fila and its age; most tickets have none of it.

    ``etiquetas`` and ``idioma`` are what rules of skills look at; ``habilidades`` are those that a person has set, in
    place of the rules'. ``na_fila_desde``: since when it waits in its present fila, where that is not its age.
    ``origem`` is its own fila when it has overflowed to another, ``passou_por`` those that it has left so. ``afim``:
    the agent who served the contact last, and is asked first. ``recusado_por`` are who refused it or let it pass;
    ``oferta``, to whom it is offered now. ``responder_ate``: its owner, who is silent, loses it then (ms).
    ``mensagem_de_espera``: the contact is to be told where it stands. ``intocado``: somebody has answered the contact
    already, but nobody since it was given to its present owner; ``balanceado``: it has moved to spread the load, and
    does not again; nor does it go to those in ``evita`` for that, who refused it or gave it back before its owner took
    it. ``etiquetas_do_contato`` are the tags of its contact, as they are now.
    """

    etiquetas: tuple[str, ...] = ()
    idioma: str | None = None
    habilidades: tuple[Pedida, ...] | None = None
    na_fila_desde: int | None = None
    origem: str | None = None
    passou_por: tuple[str, ...] = ()
    afim: str | None = None
    recusado_por: tuple[str, ...] = ()
    oferta: Ofertado | None = None
    responder_ate: int | None = None
    mensagem_de_espera: MensagemPendente | None = None
    intocado: bool = False
    balanceado: bool = False
    evita: tuple[str, ...] = ()
    etiquetas_do_contato: tuple[str, ...] = ()


class TicketRow(Struct, frozen=True, gc=False):
    """A ticket. It holds a slot of ``atendente_id`` while its status is EM_ANDAMENTO or PENDENTE.

    ``aguardando_desde`` is when a person was asked last, and its age in the waiting line: when it was opened, or
    reopened. ``forcado`` marks an assignment that a supervisor forced beyond the agent's capacity or presence.
    ``devolvido_por`` is the agent from whom it came back to the line: another is to have it, if another has room.
    ``excluido_em``: it was deleted, and is FECHADO since then at the latest. ``endereco`` is where the contact wrote
    from last, and is answered (see :mod:`engine.contatos`); ``do_canal`` marks the canal's own conversation with the
    contact, of which there is one open at most. ``janela_ate``: until then it can be written to freely, where the
    channel has such a window. ``ultima_externa`` is what the provider calls the contact's last message.
    ``sla`` is by when somebody is to answer, and to resolve it; None: nothing is promised.
    ``silencio``: the contact owes an answer, and something comes of it if there is none. ``adiamento``: it is put off.
    ``perguntar_em``: it is RESOLVIDO, and its contact is asked then what it thinks of that; ``pesquisa``: it was asked.
    """

    empresa_id: str
    id: str
    numero: int
    status: Status
    prioridade: Prioridade
    contato_nome: str
    contato_telefone: str | None
    contato_email: str | None
    assunto: str | None
    fila_id: str
    atendente_id: str | None
    canal_id: str | None
    forcado: bool
    criado_em: int
    atualizado_em: int
    aguardando_desde: int
    data_primeira_resposta: int | None
    data_resolucao: int | None
    data_fechamento: int | None
    contato_id: str | None = None
    excluido_em: int | None = None
    devolvido_por: str | None = None
    endereco: str | None = None
    do_canal: bool = False
    janela_ate: int | None = None
    ultima_externa: str | None = None
    rota: Rota | None = None
    sla: Sla | None = None
    perguntar_em: int | None = None
    pesquisa: Perguntada | None = None
    silencio: Silencio | None = None
    adiamento: Adiamento | None = None


class TicketBuscaRow(Struct, frozen=True, gc=False):
    """What a ticket is found by: name and addresses of its contact, its subject, its number, its tags (see
    :mod:`engine.busca`).
    """

    empresa_id: str
    ticket_id: str
    numero: int
    nome: str
    assunto: str | None
    telefone: str | None
    email: str | None = None
    etiquetas: tuple[str, ...] = ()


class Arquivo(Struct, frozen=True, gc=False):
    """A stored file. ``tipo`` is its MIME type, found in its content; ``tamanho`` is in bytes, ``largura`` and
    ``altura`` in pixels, of images that can be shown, the way up that they are shown; ``charset`` is that of a text.
    """

    id: str
    nome: str
    tipo: str
    tamanho: int
    sha256: str
    largura: int | None = None
    altura: int | None = None
    charset: str | None = None


class ArquivoRow(Struct, frozen=True, gc=False):
    """The fact that a file belongs to a message: until this is committed, a sweep may remove the file."""

    empresa_id: str
    id: str
    ticket_id: str
    mensagem_id: str
    arquivo: Arquivo
    criado_em: int


class MensagemRow(Struct, frozen=True, gc=False):
    """A message of a ticket. ``seq`` is that of its ``nova_mensagem`` event. ``metadados`` is what its kind carries
    beside text and file, a JSON object; ``id_externo`` what the provider of its canal calls it.
    """

    empresa_id: str
    id: str
    ticket_id: str
    seq: int
    conteudo: str
    tipo: TipoMensagem
    direcao: Direcao
    remetente_id: str | None
    arquivo: Arquivo | None
    lida: bool
    status_entrega: StatusEntrega
    criada_em: int
    erro_entrega: str | None = None
    excluida_em: int | None = None
    metadados: str | None = None
    id_externo: str | None = None


class EntregaRow(Struct, frozen=True, gc=False):
    """The fact that a message that we sent has got so far: sets ``status_entrega`` on a saved mensagem."""

    empresa_id: str
    mensagem_id: str
    status_entrega: StatusEntrega
    erro_entrega: str | None
    id_externo: str | None


class EnvioRow(Struct, frozen=True, gc=False):
    """A job of the outbox. Those of one ``raia`` (a contact's) are done one after the other, by ``ordem``: the
    ``seq`` that the log had come to when it was made. ``linha`` says in which of the canal's two lines it stands.

    ``tentativas`` counts how often it was handed out, and is part of every answer; ``falhas`` those that failed;
    ``duvidas`` those of which nobody knows. ``proxima_em``: not before then. ``prazo``: by then a job that is
    ``enviando`` is answered, and one that is ``desconhecido`` has heard from the provider. ``conector`` has it, or had
    it last. ``dados``: what is to be done, a JSON object; of a message without its content, which stands in the
    mensagem of the same id.
    """

    empresa_id: str
    id: str
    canal_id: str
    linha: Linha
    trabalho: NomeDoTrabalho
    estado: EstadoEnvio
    raia: str
    ordem: int
    dados: str
    criado_em: int
    atualizado_em: int
    tentativas: int = 0
    falhas: int = 0
    duvidas: int = 0
    proxima_em: int | None = None
    prazo: int | None = None
    conector: str | None = None
    ticket_id: str | None = None
    mensagem_id: str | None = None
    id_externo: str | None = None
    codigo: str | None = None
    erro: str | None = None


class LeituraRow(Struct, frozen=True, gc=False):
    """The fact that a message was read: sets ``lida`` on a saved mensagem."""

    empresa_id: str
    mensagem_id: str


class LeituraTicketRow(Struct, frozen=True, gc=False):
    """The fact that all that the contact had written in a ticket, up to ``ate_seq``, was read."""

    empresa_id: str
    ticket_id: str
    ate_seq: int


class NotaRow(Struct, frozen=True, gc=False):
    """An internal note of a ticket: what its people say among themselves. No message, and in no table of messages, so
    nothing that sends or shows messages ever has it. ``seq`` is that of its ``nota_interna`` event; ``mencoes`` are the
    atendentes that it names, who are told of it.
    """

    empresa_id: str
    id: str
    ticket_id: str
    seq: int
    conteudo: str
    autor_id: str | None
    mencoes: tuple[str, ...]
    criada_em: int
    editada_em: int | None = None
    excluida_em: int | None = None


class EdicaoNotaRow(Struct, frozen=True, gc=False):
    """The fact that a note says this now. One that was deleted says nothing any more, whichever came first."""

    empresa_id: str
    nota_id: str
    conteudo: str
    mencoes: tuple[str, ...]
    em: int


class ExclusaoNotaRow(Struct, frozen=True, gc=False):
    """The fact that a note was deleted: sets ``excluida_em`` on a saved nota."""

    empresa_id: str
    nota_id: str
    em: int


class ExclusaoMensagemRow(Struct, frozen=True, gc=False):
    """The fact that a message was deleted: sets ``excluida_em`` on a saved mensagem."""

    empresa_id: str
    mensagem_id: str
    em: int


class FilaRow(Struct, frozen=True, gc=False):
    """A queue and its distribution policy. ``padrao`` marks the fila of tickets that name none. ``politica`` is what
    its policy says beside the fields that stand here, a JSON object (see :mod:`engine.politica`), and
    ``versao_politica`` the number of its present version.
    """

    empresa_id: str
    id: str
    nome: str
    descricao: str | None
    estrategia: Estrategia
    distribuicao_automatica: bool
    ao_ficar_offline: AoFicarOffline
    prioridade: int
    padrao: bool
    criada_em: int
    atualizada_em: int
    excluida_em: int | None
    politica: str = "{}"
    versao_politica: int = 1


class AtendenteRow(Struct, frozen=True):
    """An agent. ``por_conexao``: its presence is held by a live connection, so losing it counts as leaving;
    ``offline_em`` is the deadline of that grace period, armed again on recovery. ``ocioso_desde`` is when it last
    took or finished work, or came online. ``estado_ao_voltar`` is the ``estado`` in which its connection was lost: who
    comes back from that is as it was. ``niveis`` is the proficiency, 1 to 5, in those of ``habilidades`` that it is
    known of; ``turno``, when it works: a JSON object (:class:`engine.politica.modelo.Horario`), None for always.
    ``sem_resposta`` is how many offers in a row it has let pass.
    """

    empresa_id: str
    id: str
    nome: str
    email: str
    capacidade: int
    habilidades: tuple[str, ...]
    online: bool
    estado: str
    motivo: str | None
    por_conexao: bool
    offline_em: int | None
    ocioso_desde: int
    criado_em: int
    atualizado_em: int
    excluido_em: int | None
    estado_ao_voltar: str | None = None
    niveis: Mapping[str, int] = {}
    turno: str | None = None
    sem_resposta: int = 0


class EscalaRow(Struct, frozen=True, gc=False):
    """What is remembered of an agent in the roster of a fila, so that the rotation goes on where it was: ``vez`` is its
    place in it, ``dada_em`` when it was given something of the fila last (ms), ``passo`` its virtual time in a weighted
    rotation. ``contas`` is how many it was given in each window that is counted: when that is over (ms), and how many;
    and, as ``conta_desde``, since when shares are counted as they are (ms), 0 being since ever.
    """

    empresa_id: str
    fila_id: str
    atendente_id: str
    vez: int
    dada_em: int
    passo: float = 0.0
    contas: Mapping[str, tuple[int, int]] = {}


class ArremateRow(Struct, frozen=True, gc=False):
    """Wrap-up: an agent has resolved a ticket, and ``custo`` (hundredths of a slot) of it stay taken until ``ate``."""

    empresa_id: str
    ticket_id: str
    atendente_id: str
    ate: int
    custo: int


class EstadoAtendenteRow(Struct, frozen=True, gc=False):
    """From ``desde`` (ms) on an agent was so, until the next one; ``ator_id`` None: the system saw it."""

    empresa_id: str
    atendente_id: str
    desde: int
    online: bool
    estado: str
    motivo: str | None
    ator_id: str | None


class PoliticaVersaoRow(Struct, frozen=True, gc=False):
    """A version of a fila's policy: the whole document, a JSON object, and who set it. ``restaurada_de``: it is an
    earlier one over again.
    """

    empresa_id: str
    fila_id: str
    versao: int
    documento: str
    autor_id: str | None
    em: int
    motivo: str | None = None
    restaurada_de: int | None = None


TipoDecisao = Literal["atribuicao", "oferta", "recusa", "sem_resposta", "retirada", "devolucao", "transbordo"]
"""What the distribution, or somebody, decided of a ticket."""


class DecisaoRow(Struct, frozen=True, gc=False):
    """Why a ticket went where it went. ``atendente_id`` is whom it concerns; ``versao_politica`` that of the fila at
    the moment; ``dados`` who was considered, and what kept each from it, a JSON object.
    """

    empresa_id: str
    id: str
    ticket_id: str
    fila_id: str
    tipo: TipoDecisao
    em: int
    atendente_id: str | None
    versao_politica: int
    dados: str


class AcessoRow(Struct, frozen=True, gc=False):
    """From when on a user's tokens are good: those issued up to ``vale_desde`` are not taken. Never goes back."""

    empresa_id: str
    usuario_id: str
    vale_desde: int


class InscricaoRow(Struct, frozen=True, gc=False):
    """A browser by which an atendente wants to be told, by a canal of push: what its ``PushSubscription`` says.
    ``ativa`` False: it is deleted.
    """

    empresa_id: str
    id: str
    atendente_id: str
    canal_id: str
    endpoint: str
    p256dh: str
    auth: str
    criada_em: int
    ativa: bool = True


class DocumentoRow(Struct, frozen=True, gc=False):
    """Something that an empresa configures by a document of that ``tipo``: a calendar, a policy, a template (see
    :mod:`engine.documentos`). ``dados`` is a JSON object, ``versao`` counts its changes from 1.
    """

    empresa_id: str
    tipo: str
    id: str
    nome: str
    dados: str
    versao: int
    criado_em: int
    atualizado_em: int
    excluido_em: int | None = None


class PreferenciaAvisosRow(Struct, frozen=True, gc=False):
    """What is known of somebody who may be told of things: the role and the e-mail of the token that was shown last
    (None: not known), and what is preferred, a JSON object (:class:`engine.avisos.modelo.Preferencias`).
    """

    empresa_id: str
    usuario_id: str
    papel: Papel | None
    email: str | None
    dados: str
    atualizada_em: int


class AvisoRetidoRow(Struct, frozen=True, gc=False):
    """A notice that waits until ``em`` (ms), to be told together with others. It says nothing of whom the ticket is
    with: that is looked up when it is told. ``ativo`` False: it was told, or is not to be any more, and is deleted.
    """

    empresa_id: str
    id: str
    usuario_id: str
    meio: MeioDeAviso
    tipo: str
    ticket_id: str | None
    numero: int | None
    canal_id: str | None
    em: int
    criado_em: int
    ativo: bool = True


class AvisoDadoRow(Struct, frozen=True, gc=False):
    """The fact that somebody was told what ``chave`` names, and is not to be again until ``ate`` (ms)."""

    empresa_id: str
    chave: str
    usuario_id: str
    ate: int


class NotificacaoRow(Struct, frozen=True, gc=False):
    """A notice as its person finds it in the list of its own. ``lida_em``: it was read (ms)."""

    empresa_id: str
    id: str
    usuario_id: str
    tipo: str
    ticket_id: str | None
    titulo: str
    texto: str
    urgente: bool
    criada_em: int
    lida_em: int | None = None


class MembroRow(Struct, frozen=True, gc=False):
    """Membership of an atendente in a fila; ``ativo`` False takes it out."""

    empresa_id: str
    fila_id: str
    atendente_id: str
    ativo: bool


class CanalRow(Struct, frozen=True, gc=False):
    """A channel. ``config`` is a JSON object without what is secret. ``fila_id``: where its tickets wait.
    ``pausado_em``: nothing is sent by it since then, because of ``pausa_motivo``. ``situacao``: what the provider says
    of it, a JSON object.
    """

    empresa_id: str
    id: str
    nome: str
    tipo: TipoCanal
    fila_id: str | None
    ativo: bool
    config: str
    criado_em: int
    atualizado_em: int
    excluido_em: int | None = None
    pausado_em: int | None = None
    pausa_motivo: str | None = None
    situacao: str | None = None


class CanalSegredosRow(Struct, frozen=True, gc=False):
    """The secret part of a channel's ``config``: a JSON object, in a table that the read role cannot read."""

    empresa_id: str
    canal_id: str
    segredos: str

    def __repr__(self) -> str:
        """Without the secrets."""
        return f"CanalSegredosRow(canal_id={self.canal_id!r}, …)"


class ModelosRow(Struct, frozen=True, gc=False):
    """The message templates of a channel, as its provider has them: a JSON list of
    :class:`~engine.conector.entradas.Modelo`. ``aprovados`` are the names of those that may be sent.
    """

    empresa_id: str
    canal_id: str
    modelos: str
    aprovados: tuple[str, ...]
    atualizado_em: int


class EquipeRow(Struct, frozen=True, gc=False):
    """A team: its members serve the filas it is linked to."""

    empresa_id: str
    id: str
    nome: str
    descricao: str | None
    criada_em: int
    atualizada_em: int
    excluida_em: int | None = None


class EquipeMembroRow(Struct, frozen=True, gc=False):
    """Membership of an atendente in an equipe; ``ativo`` False takes it out."""

    empresa_id: str
    equipe_id: str
    atendente_id: str
    ativo: bool


class EquipeFilaRow(Struct, frozen=True, gc=False):
    """The link of an equipe to a fila; ``ativo`` False takes it away."""

    empresa_id: str
    equipe_id: str
    fila_id: str
    ativo: bool


class ContatoRow(Struct, frozen=True, gc=False):
    """A person who writes to us. ``unido_a``: it was merged into that contact, which stands for it since.
    ``criado_por``: the atendente who wrote it down, and sees it as long as it has no ticket. ``outros`` are the keys of
    addresses that are neither phone nor e-mail (see :mod:`engine.contatos`). ``atendido_por`` is the agent who served
    it last, until ``atendido_em``, where filas go by that. ``etiquetas`` are its tags, which its tickets know.
    ``pesquisado_em``: when a survey asked it last.
    """

    empresa_id: str
    id: str
    nome: str
    telefone: str | None
    email: str | None
    observacao: str | None
    unido_a: str | None
    criado_em: int
    atualizado_em: int
    excluido_em: int | None = None
    criado_por: str | None = None
    outros: tuple[str, ...] = ()
    atendido_por: str | None = None
    atendido_em: int | None = None
    etiquetas: tuple[str, ...] = ()
    pesquisado_em: int | None = None


class ContatoChaveRow(Struct, frozen=True, gc=False):
    """An address and the contact it belongs to (see :mod:`engine.contatos`). None: nobody any more."""

    empresa_id: str
    chave: str
    contato_id: str | None


class ContatoNosTicketsRow(Struct, frozen=True, gc=False):
    """The fact that the tickets of a contact show this of it from now on, also those that are closed. ``trocas``: where
    it is answered (``TicketRow.endereco``) in place of addresses that are not its own any more.
    """

    empresa_id: str
    contato_id: str
    nome: str
    telefone: str | None
    email: str | None
    trocas: dict[str, str | None] = {}
    etiquetas: tuple[str, ...] = ()


class IdempotenciaRow(Struct, frozen=True, gc=False):
    """The result of a request that carried an Idempotency-Key. ``resumo`` is the digest of what was asked,
    ``resultado`` the value that answered it, JSON text. ``alvo`` is the id of the ticket, message, note or contact that
    it shows: when that is deleted, its content goes from here too.
    """

    empresa_id: str
    usuario_id: str
    chave: str
    resumo: str
    resultado: str
    criada_em: int
    alvo: str | None = None


class EventoRow(Struct, frozen=True, gc=False, omit_defaults=True):
    """One entry of the event log. ``dados`` is the wire payload and ``mudancas`` the before/after, both JSON text.

    The four ids beside ``ticket_id`` say who may see it: the fila and the owner it concerns, and the ones it leaves.
    What is about a contact says in ``lugares`` which filas and owners its tickets have: their ids, between spaces; what
    is for one atendente alone (``mencao``), which that is.
    ``versao`` is that of the shape of ``dados`` (see :mod:`engine.eventos.versoes`).
    """

    empresa_id: str
    seq: int
    tipo: str
    em: int
    ticket_id: str | None
    fila_id: str | None
    atendente_id: str | None
    fila_anterior_id: str | None
    atendente_anterior_id: str | None
    ator_id: str | None
    ator_papel: Papel
    dados: str
    mudancas: str | None
    lugares: str | None = None
    versao: int = 1


Row = (
    EmpresaRow
    | EmpresaConfigRow
    | TicketRow
    | TicketBuscaRow
    | MensagemRow
    | ArquivoRow
    | EntregaRow
    | EnvioRow
    | LeituraRow
    | LeituraTicketRow
    | ExclusaoMensagemRow
    | NotaRow
    | EdicaoNotaRow
    | ExclusaoNotaRow
    | FilaRow
    | AtendenteRow
    | AcessoRow
    | MembroRow
    | CanalRow
    | CanalSegredosRow
    | ModelosRow
    | EquipeRow
    | EquipeMembroRow
    | EquipeFilaRow
    | ContatoRow
    | ContatoChaveRow
    | ContatoNosTicketsRow
    | IdempotenciaRow
    | InscricaoRow
    | PreferenciaAvisosRow
    | AvisoRetidoRow
    | AvisoDadoRow
    | NotificacaoRow
    | PoliticaVersaoRow
    | EscalaRow
    | ArremateRow
    | EstadoAtendenteRow
    | DecisaoRow
    | DocumentoRow
    | EventoRow
)
"""Anything the journal saves."""


class Quem(Struct, frozen=True, gc=False):
    """Who asks: the authenticated user (or the engine itself), inside one empresa. ``emitido_em``: when the token it
    shows was issued (ms); 0 where that does not say, which is before everything.
    """

    empresa_id: str
    id: str | None
    papel: Papel
    email: str | None = None
    emitido_em: int = 0


class EmpresaImage(Struct, frozen=True):
    """What recovery loads: an empresa as it was at the last commit. ``seq``, ``epoch`` and ``token`` are of the lease
    row.

    ``tickets`` are only those that are open (ABERTO, EM_ANDAMENTO, PENDENTE); ``a_perguntar`` those that are RESOLVIDO
    and whose contacts are to be asked what they think of it. ``excluidos`` are the atendentes
    that were deleted, each with when. ``membros`` are those of filas; who serves a fila through an equipe is not among
    them. ``canais_com_envios`` are the canais that have jobs to do; ``modelos`` the names of the templates that each
    canal may send. ``avisos_dados`` are those that still keep somebody from being told again.
    """

    empresa: EmpresaRow
    seq: int
    epoch: int
    token: str
    filas: list[FilaRow]
    atendentes: list[AtendenteRow]
    membros: list[MembroRow]
    tickets: list[TicketRow]
    excluidos: Mapping[str, int] = {}
    canais: list[CanalRow] = []
    segredos: list[CanalSegredosRow] = []
    equipes: list[EquipeRow] = []
    equipe_membros: list[EquipeMembroRow] = []
    equipe_filas: list[EquipeFilaRow] = []
    canais_com_envios: frozenset[str] = frozenset()
    modelos: Mapping[str, tuple[str, ...]] = {}
    inscricoes: list[InscricaoRow] = []
    escala: list[EscalaRow] = []
    arremates: list[ArremateRow] = []
    documentos: list[DocumentoRow] = []
    preferencias: list[PreferenciaAvisosRow] = []
    avisos_retidos: list[AvisoRetidoRow] = []
    avisos_dados: list[AvisoDadoRow] = []
    a_perguntar: list[TicketRow] = []
