"""What may be asked of an empresa about itself."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from actors.comandos import Comando
from engine import permissoes
from engine.modelo import ContatosVisiveis, EmpresaRow


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
