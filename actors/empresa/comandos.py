"""What may be asked of an empresa about itself."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from actors.comandos import Comando
from engine import permissoes
from engine.balanceamento.modelo import MUDANCAS
from engine.balanceamento.vista import Balanceamento
from engine.distribuicao.estimativa import Posicao
from engine.modelo import CanalRow, ContatosVisiveis, EmpresaRow, InscricaoRow


class VerEmpresa(Comando[EmpresaRow], frozen=True, kw_only=True):
    ato = permissoes.VER


class AtualizarEmpresa(Comando[EmpresaRow], frozen=True, kw_only=True):
    """``janela_reabertura`` in ms; None: that of the installation. ``pais_padrao``: ISO 3166 alpha-2. ``estados``
    replace those it had of its own.
    """

    ato = permissoes.CONFIGURAR

    nome: str | UnsetType = UNSET
    janela_reabertura: int | UnsetType | None = UNSET
    capacidade_padrao: int | UnsetType = UNSET
    pais_padrao: str | UnsetType = UNSET
    estados: tuple[str, ...] | UnsetType = UNSET
    contatos_visiveis: ContatosVisiveis | UnsetType = UNSET
    capacidade: str | UnsetType = UNSET
    """As :class:`~engine.modelo.EmpresaConfigRow` has it."""


class BalancearCarga(Comando[Balanceamento], frozen=True, kw_only=True):
    """The mission's ``balancearCarga``. What waits in a fila goes where its policy overflows to and there is room, or
    fewer wait; what an agent has not answered yet (``incluir_atribuidos``) goes to those of its fila who are less busy.
    ``fila_id``: only of that fila; ``atendente_id``: only what that agent has. ``simular``: only say what would be
    done. Up to ``limite``.

    NotFound if there is no such fila or atendente; Conflict while another balancing is under way.
    """

    ato = permissoes.BALANCEAR

    fila_id: str | None = None
    atendente_id: str | None = None
    incluir_atribuidos: bool = False
    simular: bool = False
    limite: int = MUDANCAS


class InscricoesDeAlguem(Struct, frozen=True):
    """The browsers by which somebody is told, the oldest first; and the canais of push that there are."""

    inscricoes: tuple[InscricaoRow, ...]
    canais: tuple[CanalRow, ...]


class InscreverPush(Comando[InscricaoRow], frozen=True, kw_only=True):
    """A browser of whoever asks wants to be told of its tickets (a ``PushSubscription``), by this canal or by the one
    that there is. Conflict if there is none.
    """

    ato = permissoes.TER_PRESENCA

    endpoint: str
    p256dh: str
    auth: str
    canal_id: str | None = None

    def __repr__(self) -> str:
        """Without what whoever has it could write to the browser by."""
        return "InscreverPush(…)"


class VerInscricoes(Comando[InscricoesDeAlguem], frozen=True, kw_only=True):
    """Those of whoever asks."""

    ato = permissoes.TER_PRESENCA


class CancelarInscricao(Comando[None], frozen=True, kw_only=True):
    """NotFound if it is not of whoever asks."""

    ato = permissoes.TER_PRESENCA

    inscricao_id: str


class VerPosicoes(Comando[dict[str, Posicao]], frozen=True, kw_only=True):
    """Where these tickets stand in their lines now, and how long each waits yet. What is not in memory, stands in no
    line, or is not seen by whoever asks is not in the answer. Unavailable while the distribution is made anew.
    """

    ato = permissoes.VER

    ticket_ids: tuple[str, ...]
