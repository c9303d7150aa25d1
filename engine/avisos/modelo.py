"""The documents of notices: an empresa's rules and templates, and what each of its people prefers.

A rule says of which events somebody is told, who that is, and by what. Durations are whole seconds and say so in their
names.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, get_args

from msgspec import Meta, field

from engine.caracteres import VISIVEL
from engine.modelo import MeioDeAviso, Prioridade
from engine.politica.modelo import UM_DIA, DiaDaSemana, Id, Nome, Parte

TipoDeAviso = Literal[
    "ticket_criado",
    "ticket_atribuido",
    "ticket_transferido",
    "ticket_encerrado",
    "nova_mensagem",
    "oferta",
    "sla_alerta",
    "sla_violado",
    "ticket_lembrete",
    "mencao",
    "pesquisa_respondida",
]
"""Of what somebody can be told: by the names of the events. ``nova_mensagem`` is what the contact writes."""
TIPOS: Final[tuple[TipoDeAviso, ...]] = get_args(TipoDeAviso)
MEIOS: Final[tuple[MeioDeAviso, ...]] = get_args(MeioDeAviso)
DE_FORA: Final[tuple[Literal["push", "email", "sms"], ...]] = ("push", "email", "sms")
"""What reaches somebody who is not looking: it keeps quiet hours, and can be gathered into a digest."""
PapelAvisado = Literal["admin", "supervisor"]
HORA: Final = "^([01][0-9]|2[0-3]):[0-5][0-9]$"
Hora = Annotated[str, Meta(pattern=HORA)]
"""On a clock on the wall: ``08:00``."""
ASSUNTO_MAXIMO: Final = 200
TEXTO_MAXIMO: Final = 2_000
_LINHAS: Final = rf"^[^\u0000]*{VISIVEL}[^\u0000]*$"
Assunto = Annotated[str, Meta(min_length=1, max_length=ASSUNTO_MAXIMO, pattern=_LINHAS)]
Texto = Annotated[str, Meta(min_length=1, max_length=TEXTO_MAXIMO, pattern=_LINHAS)]


class Destinatarios(Parte, frozen=True):
    """Who is told: those whom it is about (``dono``: the ticket's owner; of an offer who is asked, of a mention who is
    mentioned), everybody of these ``papeis``, who serves the ticket's fila (``da_fila``) or these ``filas``, the
    members of these ``equipes``, and these ``usuarios``.
    """

    dono: bool = False
    papeis: Annotated[tuple[PapelAvisado, ...], Meta(max_length=2)] = ()
    da_fila: bool = False
    filas: Annotated[tuple[Id, ...], Meta(max_length=50)] = ()
    equipes: Annotated[tuple[Id, ...], Meta(max_length=50)] = ()
    usuarios: Annotated[tuple[Id, ...], Meta(max_length=100)] = ()


class CanaisDoAviso(Parte, frozen=True):
    """By which canal of the empresa it goes out; None: the first of its kind that is active."""

    email: Id | None = None
    sms: Id | None = None


class RegraDeAviso(Parte, frozen=True):
    """Of ``eventos``, of tickets of these ``filas`` and ``prioridades`` (none: any), tell ``para`` by each of ``por``.

    ``modelo``: in the words of that template, not in those of the house. ``janela_segundos``: somebody who was told by
    this rule of the same event of the same ticket is not told again for so long. ``urgente``: neither quiet hours nor a
    digest hold it back. Nothing in ``por``: nobody is told, nor by the rule of the house.
    """

    eventos: Annotated[tuple[TipoDeAviso, ...], Meta(min_length=1, max_length=20)]
    para: Destinatarios = Destinatarios(dono=True)
    por: Annotated[tuple[MeioDeAviso, ...], Meta(max_length=4)] = ("app",)
    filas: Annotated[tuple[Id, ...], Meta(max_length=100)] = ()
    prioridades: Annotated[tuple[Prioridade, ...], Meta(max_length=4)] = ()
    canais: CanaisDoAviso = CanaisDoAviso()
    modelo: Id | None = None
    janela_segundos: Annotated[int, Meta(ge=0, le=30 * UM_DIA)] = 0
    urgente: bool = False
    ativa: bool = True


class ModeloDeAviso(Parte, frozen=True):
    """The words of a notice, with variables (:data:`engine.avisos.palavras.VARIAVEIS`). ``assunto`` is the subject of a
    mail and the title of what is shown; an SMS has ``texto`` alone.
    """

    assunto: Assunto
    texto: Texto


class Silencio(Parte, frozen=True):
    """Quiet hours, each day from ``de`` to ``ate``, over midnight if that is earlier; and all of these ``dias``."""

    de: Hora = "22:00"
    ate: Hora = "07:00"
    dias: Annotated[tuple[DiaDaSemana, ...], Meta(max_length=6)] = ()


class Resumo(Parte, frozen=True):
    """What comes by these means is gathered, and told together: at each full hour, or each day at ``hora``."""

    cada: Literal["hora", "dia"] = "dia"
    hora: Hora = "08:00"
    por: Annotated[tuple[MeioDeAviso, ...], Meta(min_length=1, max_length=4)] = ("email",)


class Preferencias(Parte, frozen=True):
    """What somebody wants to be told, and when, by the clock of ``fuso``. ``desligados``: of these events not by these
    means. ``telefone``: where an SMS goes.
    """

    fuso: Nome = "America/Sao_Paulo"
    silencio: Silencio | None = None
    resumo: Resumo | None = None
    telefone: str | None = None
    desligados: dict[TipoDeAviso, tuple[MeioDeAviso, ...]] = field(default_factory=dict)


def aceita(preferencias: Preferencias, tipo: TipoDeAviso, meio: MeioDeAviso) -> bool:
    """Whether somebody wants to be told of that by that."""
    return meio not in preferencias.desligados.get(tipo, ())
