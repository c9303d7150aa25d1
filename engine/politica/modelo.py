"""The document that is a fila's policy. It is sent, kept, versioned and compared as it stands here.

Durations are whole seconds and say so in their names. What is left out has the default, and a fila without a document
has all defaults: those do what a fila did before there were policies. Terms are those of automatic call distributors:
rings are Genesys' bullseye, delay and priority of an equipe are Amazon Connect's routing profile, ageing is points per
minute of waiting, as Genesys ranks.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct, field

from engine.caracteres import CONTROLES, VISIVEL
from engine.modelo import Estrategia, Prioridade, TipoComContatos

UM_DIA: Final = 86_400
Segundos = Annotated[int, Meta(ge=0, le=30 * UM_DIA)]
Duracao = Annotated[int, Meta(ge=1, le=30 * UM_DIA)]
"""Seconds, at least one."""
Nivel = Annotated[int, Meta(ge=1, le=5)]
"""Proficiency: 1 (knows of it) to 5 (expert)."""
Pontos = Annotated[int, Meta(ge=0, le=100)]
"""What is added to a ticket's effective priority, which is 1 to 40 by itself (see :mod:`engine.distribuicao.linha`)."""
Peso = Annotated[float, Meta(ge=0, le=1000)]
NOME_MAXIMO: Final = 60
Nome = Annotated[str, Meta(min_length=1, max_length=NOME_MAXIMO, pattern=f"^[^{CONTROLES}]*{VISIVEL}[^{CONTROLES}]*$")]
"""One line, of which something can be seen."""
TEXTO_MAXIMO: Final = 1_000
Texto = Annotated[str, Meta(min_length=1, max_length=TEXTO_MAXIMO, pattern=rf"^[^\u0000]*{VISIVEL}[^\u0000]*$")]
"""What somebody is to read: of which something can be seen."""
Id = Annotated[str, Meta(pattern="^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]
Quantos = Annotated[int, Meta(ge=1, le=1_000_000)]

OrdemDaLinha = Literal["prioridade", "idade", "prazo"]
"""How the line is ordered: effective priority and then age; age alone; the time by which a first answer is due."""
Modo = Literal["direto", "oferta"]
"""Whether a ticket is given, or offered: then who is offered it accepts, refuses, or lets the time pass."""
Escolha = Literal["melhor", "menorSuficiente"]
"""Of those who are good enough: the best, or the least good, so that experts stay free for what only they can do."""
Acao = Literal["transbordar", "encerrar", "priorizar"]
DiaDaSemana = Literal["seg", "ter", "qua", "qui", "sex", "sab", "dom"]


class Parte(Struct, frozen=True, rename="camel", omit_defaults=True, forbid_unknown_fields=True, kw_only=True):
    """A part of the document."""


class HabilidadeExigida(Parte, frozen=True):
    """A skill that a ticket asks for, with at least that proficiency; one that is only ``preferida`` keeps nobody out,
    and counts in the strategies HABILIDADES and HIBRIDO.
    """

    nome: Nome
    nivel: Nivel = 1
    preferida: bool = False


class RegraDeHabilidades(Parte, frozen=True):
    """Which skills a ticket asks for that is so: by a canal (its type, or this one), with a tag, in a language, of a
    priority. What is not said is not asked. All rules that fit count together; of one skill the highest level does.
    """

    exige: Annotated[tuple[HabilidadeExigida, ...], Meta(min_length=1, max_length=20)]
    canal: TipoComContatos | None = None
    canal_id: Id | None = None
    etiqueta: Nome | None = None
    idioma: Nome | None = None
    prioridade: Prioridade | None = None


class Anel(Parte, frozen=True):
    """What becomes easier for a ticket that has waited in the fila for ``apos_segundos``: skills of ``dispensa`` are
    not asked any more, levels of all others fall by ``reduz_nivel`` (to 1 at the least), agents of ``equipes`` may have
    it from now on, and its priority is raised by ``pontos``. Rings add up.
    """

    apos_segundos: Duracao
    dispensa: Annotated[tuple[Nome, ...], Meta(max_length=50)] = ()
    reduz_nivel: Annotated[int, Meta(ge=0, le=4)] = 0
    equipes: Annotated[tuple[Id, ...], Meta(max_length=100)] = ()
    pontos: Pontos = 0


class Afinidade(Parte, frozen=True):
    """A contact's ticket waits up to ``segundos`` for the agent who served it last, within ``validade_dias``: only
    while that agent is available and serves the fila. 0 seconds: it is only asked first.
    """

    segundos: Segundos = 0
    validade_dias: Annotated[int, Meta(ge=1, le=3650)] = 30


class Transbordo(Parte, frozen=True):
    """To the fila ``para`` goes what has waited ``apos_segundos``; what comes while ``tamanho`` wait already; and, if
    ``sem_atendentes``, what waits while nobody who serves this one is available. The first that applies does; a ticket
    never comes to a fila where it was before.
    """

    para: Id
    apos_segundos: Duracao | None = None
    tamanho: Quantos | None = None
    sem_atendentes: bool = False


class Limite(Parte, frozen=True):
    """At most ``quantidade`` tickets of the fila are given to one agent in ``janela_segundos``."""

    quantidade: Quantos
    janela_segundos: Duracao


class Aquecimento(Parte, frozen=True):
    """For ``segundos`` after the fila has opened an agent is given at most ``maximo`` tickets of it, so that those who
    come first are not buried under what came overnight.
    """

    segundos: Duracao
    maximo: Quantos


class EsperaMaxima(Parte, frozen=True):
    """What becomes of a ticket that has waited ``segundos``, and of one that comes while ``tamanho`` wait already:
    it goes to the fila ``para``, is closed, or (after ``segundos`` only) has its priority raised by ``pontos``.
    """

    acao: Acao
    segundos: Duracao | None = None
    tamanho: Quantos | None = None
    para: Id | None = None
    pontos: Pontos = 0


class ViaEquipe(Parte, frozen=True):
    """Agents who serve the fila through this equipe may have what has waited ``atraso_segundos``, and it comes for them
    in the order of ``prioridade`` (1 first) among all the filas that they serve.
    """

    equipe_id: Id
    atraso_segundos: Segundos = 0
    prioridade: Annotated[int, Meta(ge=1, le=99)] = 50


class Oferta(Parte, frozen=True):
    """``segundos`` to accept; to how many at once (``paralelas``); after how many in a row that an agent let pass
    (``sem_resposta``) it is put into ``estado_sem_resposta``: 0 for never.
    """

    segundos: Annotated[int, Meta(ge=5, le=3600)] = 30
    paralelas: Annotated[int, Meta(ge=1, le=20)] = 1
    sem_resposta: Annotated[int, Meta(ge=0, le=100)] = 3
    estado_sem_resposta: Nome = "pausa"


class Horario(Parte, frozen=True):
    """When the fila is open, by the clock of ``fuso`` (an IANA name). ``dias``: for each day of the week (seg, ter,
    qua, qui, sex, sab, dom) from when to when, as ``["08:00", "12:00"]``; a day that is left out is closed, and
    ``24:00`` is the end of a day. ``fechado_em`` are dates (``2026-12-25``) on which it is closed.
    """

    fuso: Annotated[str, Meta(min_length=1, max_length=60)] = "America/Sao_Paulo"
    dias: dict[DiaDaSemana, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    fechado_em: Annotated[tuple[str, ...], Meta(max_length=1000)] = ()


class Pesos(Parte, frozen=True):
    """What counts how much in HIBRIDO, where the lowest sum is first: ``ocupacao`` is occupancy (1: no room);
    ``ociosidade``, for how long the agent has not been idle (an hour of it counts 1 less); ``proficiencia``, how far it
    is from the best at what the ticket asks (0: an expert in all of it); ``atendidos``, what it was given in the
    window, by slots that it has.
    """

    ocupacao: Peso = 1
    ociosidade: Peso = 1
    proficiencia: Peso = 1
    atendidos: Peso = 0


class MensagemDeEspera(Parte, frozen=True):
    """What a contact is told by its channel that has waited in the fila for ``apos_segundos``, and again every
    ``repetir_segundos`` (0: not again), ``maximo`` times at the most. ``texto`` may hold variables (see
    :mod:`engine.politica.mensagem_de_espera`); while nobody can say how long it takes, ``texto_sem_estimativa`` is said
    instead of a text that tells it.
    """

    texto: Texto
    texto_sem_estimativa: Texto | None = None
    apos_segundos: Segundos = 30
    repetir_segundos: Segundos = 0
    maximo: Annotated[int, Meta(ge=1, le=10)] = 1


class Politica(Parte, frozen=True):
    """The whole document. ``estrategia``, ``distribuicao_automatica``, ``ao_ficar_offline`` and ``prioridade`` are the
    fila's own fields of the same names, and change with them.

    ``pontos_por_minuto``: ageing, how much the effective priority of what waits grows. ``prazos_segundos``: by when a
    first answer is due, by priority, for the order ``prazo`` (what is not named: 24 hours). ``pesos_dos_atendentes``:
    each one's share in PONDERADO, 1 if it is not named. ``janela_segundos``: over which MENOS_ATENDIDOS counts.
    ``evitar_quem_devolveu``: what came back from an agent goes to another while another has room.
    ``silencio_segundos``: an owner who lets a contact wait so long for an answer loses the ticket to the line; 0 never.
    ``ao_fechar``: whether tickets that nobody has answered yet stay with their owners when the fila closes.
    ``mensagem_de_espera``: what who waits is told of its place in line.
    """

    estrategia: Estrategia = "MENOS_OCUPADO"
    distribuicao_automatica: bool = True
    ao_ficar_offline: Literal["devolver", "manter"] = "devolver"
    prioridade: Annotated[int, Meta(ge=1, le=10)] = 5
    modo: Modo = "direto"
    oferta: Oferta = Oferta()
    ordem: OrdemDaLinha = "prioridade"
    pontos_por_minuto: Annotated[float, Meta(ge=0, le=100)] = 0
    prazos_segundos: dict[Prioridade, Duracao] = field(default_factory=dict)
    escolha: Escolha = "melhor"
    pesos: Pesos = Pesos()
    pesos_dos_atendentes: Annotated[dict[Id, Annotated[float, Meta(gt=0, le=1000)]], Meta(max_length=1000)] = field(
        default_factory=dict
    )
    janela_segundos: Duracao = 3600
    evitar_quem_devolveu: bool = True
    habilidades: Annotated[tuple[RegraDeHabilidades, ...], Meta(max_length=100)] = ()
    aneis: Annotated[tuple[Anel, ...], Meta(max_length=10)] = ()
    afinidade: Afinidade | None = None
    transbordos: Annotated[tuple[Transbordo, ...], Meta(max_length=10)] = ()
    maximo: EsperaMaxima | None = None
    equipes: Annotated[tuple[ViaEquipe, ...], Meta(max_length=100)] = ()
    limite: Limite | None = None
    horario: Horario | None = None
    aquecimento: Aquecimento | None = None
    silencio_segundos: Segundos = 0
    ao_fechar: Literal["manter", "devolver"] = "manter"
    mensagem_de_espera: MensagemDeEspera | None = None


PADRAO: Final = Politica()
