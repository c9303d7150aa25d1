"""The directory of a contact's tickets, against the plain rule on the rows themselves."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from actors.diretorio import por_contato
from actors.diretorio.por_contato import PorContato
from engine.estados import aberto
from engine.modelo import Status, TicketRow

CONTATOS = ("c1", "c2")
CANAIS = (None, "k1")


def linha(id_: str, contato_id: str | None, canal_id: str | None, status: Status = "ABERTO") -> TicketRow:
    return TicketRow(
        "e", id_, 1, status, "NORMAL", "Ana", None, None, None, "f", None, canal_id, False, 1, 1, 1, None, None, None,
        contato_id,
    )  # fmt: skip


mudancas = st.lists(
    st.tuples(
        st.sampled_from(["t1", "t2", "t3", "t4"]),
        st.sampled_from(CANAIS),
        st.sampled_from(["ABERTO", "PENDENTE", "RESOLVIDO", "FECHADO"]),
    ),
    max_size=30,
)


@given(st.dictionaries(st.sampled_from(["t1", "t2", "t3", "t4"]), st.sampled_from(CONTATOS), min_size=4), mudancas)
def test_after_any_changes_it_finds_what_the_rows_say(
    de_quem: dict[str, str], historia: list[tuple[str, str | None, Status]]
) -> None:
    diretorio, rows = PorContato(), dict[str, TicketRow]()
    for id_, canal_id, status in historia:
        antes = rows.get(id_)
        rows[id_] = linha(id_, de_quem[id_], canal_id, status)
        diretorio.mudou(antes, rows[id_])
    for contato in CONTATOS:
        dele = [row for row in rows.values() if row.contato_id == contato]
        assert diretorio.tem_abertos([contato]) == any(aberto(row.status) for row in dele)
        for canal in CANAIS:
            abertos = {row.id for row in dele if aberto(row.status) and row.canal_id == canal}
            achado = diretorio.aberto([contato], canal)
            assert achado in abertos if abertos else achado is None
            resolvido = diretorio.resolvido([contato], canal)
            assert resolvido is None or (rows[resolvido].status, rows[resolvido].canal_id) == ("RESOLVIDO", canal)


def test_of_several_the_last_to_be_opened_is_found_and_others_contacts_do_not_count() -> None:
    diretorio = PorContato()
    for id_ in ("t1", "t2", "t3"):
        diretorio.mudou(None, linha(id_, "c1", None))
    diretorio.mudou(None, linha("t4", "c1", "k1"))
    diretorio.mudou(None, linha("t5", None, None))
    assert diretorio.aberto(["c2"], None) is None
    assert diretorio.aberto(["c2", "c1"], None) == "t3"
    assert diretorio.aberto(["c1"], "k1") == "t4"
    diretorio.mudou(linha("t3", "c1", None), linha("t3", "c1", None, "RESOLVIDO"))
    assert (diretorio.aberto(["c1"], None), diretorio.resolvido(["c1"], None)) == ("t2", "t3")


def test_only_so_many_resolved_tickets_are_remembered() -> None:
    diretorio = PorContato()
    for n in range(por_contato.RESOLVIDOS_LEMBRADOS + 5):
        row = linha(f"t{n}", f"c{n}", None)
        diretorio.mudou(None, row)
        diretorio.mudou(row, replace(row, status="RESOLVIDO"))
    assert [diretorio.resolvido([f"c{n}"], None) for n in (4, 5)] == [None, "t5"]
