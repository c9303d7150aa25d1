"""All that a Fila takes."""

from __future__ import annotations

from actors.exclusao.mensagens import ExclusaoVencida, TrocarFila, Trocou
from actors.fila.comandos import AtualizarFila, ExcluirFila, IncluirMembro, RemoverMembro, VerFila
from actors.fila.comandos_politica import GravarPolitica, PrepararSimulacao, VerificarPolitica, VerPolitica

CorreioDaFila = (
    VerFila
    | AtualizarFila
    | ExcluirFila
    | Trocou
    | ExclusaoVencida
    | IncluirMembro
    | RemoverMembro
    | VerPolitica
    | GravarPolitica
    | VerificarPolitica
    | TrocarFila
    | PrepararSimulacao
)
