"""How an agent's days went: every change of its presence is a line, whoever made it."""

from __future__ import annotations

from actors.atendente.comandos import AtualizarAtendente, Conectou, Desconectou, ExcluirAtendente, MudarPresenca
from engine.modelo import EstadoAtendenteRow, Quem
from tests.actors.cena import ADMIN, EMPRESA, Cena


def linha(cena: Cena, id_: str) -> list[tuple[bool, str, str | None, str | None]]:
    """Its timeline: online, estado, motivo, and who."""
    rows = sorted((row for row in cena.loja.de(EstadoAtendenteRow, EMPRESA) if row.atendente_id == id_), key=_desde)
    assert len({row.desde for row in rows}) == len(rows)
    return [(row.online, row.estado, row.motivo, row.ator_id) for row in rows]


def _desde(row: EstadoAtendenteRow) -> int:
    return row.desde


def mudar(cena: Cena, comando: MudarPresenca) -> None:
    cena.mundo.avancar(1_000)
    cena.pedir(comando)


def test_each_change_is_a_line_with_who_made_it_and_what_changes_nothing_is_none() -> None:
    cena = Cena()
    ana = cena.atendente("ana", online=False)
    dela = Quem(EMPRESA, ana, "atendente")
    mudar(cena, MudarPresenca(quem=dela, atendente_id=ana, online=True))
    mudar(cena, MudarPresenca(quem=dela, atendente_id=ana, online=True))
    mudar(cena, MudarPresenca(quem=dela, atendente_id=ana, online=True, estado="pausa", motivo="café"))
    mudar(cena, MudarPresenca(quem=ADMIN, atendente_id=ana, online=True, estado="pausa", motivo="dentista"))
    cena.pedir(AtualizarAtendente(quem=ADMIN, atendente_id=ana, nome="Ana Maria", capacidade=7))
    assert linha(cena, ana) == [
        (False, "offline", None, None),
        (True, "disponivel", None, ana),
        (True, "pausa", "café", ana),
        (True, "pausa", "dentista", None),
    ]


def test_what_the_system_sees_is_a_line_too() -> None:
    cena = Cena()
    ana = cena.atendente("ana")
    dela = Quem(EMPRESA, ana, "atendente")
    cena.mundo.avancar(1)
    cena.pedir(Conectou(quem=dela, atendente_id=ana))
    cena.pedir(Desconectou(quem=dela, atendente_id=ana))
    antes = linha(cena, ana)
    cena.mundo.avancar(60_000)
    assert linha(cena, ana) == [*antes, (False, "offline", "conexao_perdida", None)]


def test_of_two_changes_in_one_millisecond_the_last_is_what_it_was() -> None:
    cena = Cena()
    ana = cena.atendente("ana", online=False)
    cena.presenca(ana, online=True)
    cena.presenca(ana, online=True, estado="pausa")
    assert linha(cena, ana) == [(True, "pausa", None, None)]


def test_a_refusal_leaves_no_line_and_neither_does_a_person_who_is_deleted() -> None:
    cena = Cena()
    ana = cena.atendente("ana", online=False)
    antes = linha(cena, ana)
    cena.recusa(MudarPresenca(quem=ADMIN, atendente_id=ana, online=True, estado="passeando"))
    assert linha(cena, ana) == antes
    cena.pedir(ExcluirAtendente(quem=ADMIN, atendente_id=ana))
    assert linha(cena, ana) == []
