"""All that an Equipe takes."""

from __future__ import annotations

from actors.equipe.comandos import (
    AtualizarEquipe,
    DesvincularFila,
    ExcluirEquipe,
    IncluirNaEquipe,
    RetirarDaEquipe,
    VerEquipe,
    VincularFila,
)

CorreioDaEquipe = (
    VerEquipe
    | AtualizarEquipe
    | IncluirNaEquipe
    | RetirarDaEquipe
    | VincularFila
    | DesvincularFila
    | ExcluirEquipe
)  # fmt: skip
