"""All that a Fila takes."""

from __future__ import annotations

from actors.exclusao.mensagens import ExclusaoVencida, TrocarEquipe, TrocarFila, Trocou
from actors.fila.comandos import AtualizarFila, ExcluirFila, IncluirMembro, PuxarTicket, RemoverMembro, VerFila
from actors.fila.comandos_politica import GravarPolitica, PrepararSimulacao, VerificarPolitica, VerPolitica

CorreioDaFila = (
    VerFila
    | AtualizarFila
    | ExcluirFila
    | Trocou
    | ExclusaoVencida
    | IncluirMembro
    | PuxarTicket
    | RemoverMembro
    | VerPolitica
    | GravarPolitica
    | VerificarPolitica
    | TrocarFila
    | TrocarEquipe
    | PrepararSimulacao
)
