"""Contacts: who a ticket is of, what people change about them, and that no moment makes two of one."""

from __future__ import annotations

import json

import pytest

from actors.contatos import contatos, registro
from actors.contatos.comandos import AtualizarContato, ExcluirContato, UnirContatos
from actors.ticket.comandos import CriarTicket, EncerrarTicket, ReabrirTicket
from engine.errors import BalcaoError, Conflict
from engine.modelo import ContatoRow, TicketBuscaRow, TicketRow
from tests.actors.cena import ADMIN, EMPRESA
from tests.actors.cena_contatos import ANA, JOAO, CenaComContatos, novo_contato, novo_ticket


@pytest.fixture
def cena() -> CenaComContatos:
    return CenaComContatos()


@pytest.fixture(params=["at hand", "after a restart"])
def lembrar(request: pytest.FixtureRequest, cena: CenaComContatos) -> None:
    """Whether :func:`esquecer` forgets everything, or nothing: what is at hand and what is stored must say the same."""
    cena.esquece = request.param == "after a restart"


def esquecer(cena: CenaComContatos) -> None:
    if cena.esquece:
        cena.mundo.avancar(1)  # the ids of a new node begin with the time
        cena.reiniciar()


def unir(cena: CenaComContatos, fica: str, sai: str) -> ContatoRow:
    return cena.pedir(UnirContatos(quem=ADMIN, contato_id=fica, outro_id=sai))


def excluir(cena: CenaComContatos, contato_id: str) -> None:
    cena.pedir(ExcluirContato(quem=ADMIN, contato_id=contato_id))


# -- the contact of a ticket


def test_a_new_person_becomes_a_contact_in_the_commit_of_its_ticket(cena: CenaComContatos) -> None:
    ticket = cena.abrir(ANA, "ana@x.com", "Ana")
    (contato,) = cena.contatos()
    assert (ticket.contato_id, contato.nome, contato.telefone, contato.email) == (contato.id, "Ana", ANA, "ana@x.com")
    assert [evento.tipo for evento in cena.eventos()][-2:] == ["contato_criado", "ticket_criado"]
    dados = json.loads(cena.eventos("ticket_criado")[-1].dados)
    assert dados["ticket"]["contatoId"] == contato.id


@pytest.mark.usefixtures("lembrar")
@pytest.mark.parametrize(
    ("telefone", "email"),
    [(ANA, None), ("551199998888", None), (None, "ANA@x.com"), (ANA, "ana@X.com")],
    ids=["phone", "the other form of the phone", "e-mail", "both"],
)
def test_a_contact_is_found_by_both_forms_of_its_phone_and_by_its_email(
    cena: CenaComContatos, telefone: str | None, email: str | None
) -> None:
    primeiro = cena.abrir(ANA, "ana@x.com", "Ana")
    esquecer(cena)
    outro = cena.abrir(telefone, email, "Outro nome")
    assert outro.contato_id == primeiro.contato_id
    assert [(contato.nome, contato.telefone, contato.email) for contato in cena.contatos()] == [
        ("Ana", ANA, "ana@x.com")
    ]
    assert outro.contato_nome == "Outro nome", "the ticket keeps what it was told"
    assert len(cena.eventos("contato_atualizado")) == 0


@pytest.mark.usefixtures("lembrar")
def test_a_found_contact_gains_the_address_it_lacked(cena: CenaComContatos) -> None:
    primeiro = cena.abrir(ANA)
    esquecer(cena)
    cena.abrir(ANA, "ana@x.com")
    (contato,) = cena.contatos()
    assert (contato.telefone, contato.email) == (ANA, "ana@x.com")
    mudancas = json.loads(cena.eventos("contato_atualizado")[-1].mudancas or "")
    assert mudancas == {"email": [None, "ana@x.com"]}
    esquecer(cena)
    assert cena.abrir(None, "ana@x.com").contato_id == primeiro.contato_id


@pytest.mark.usefixtures("lembrar")
def test_an_email_of_somebody_else_stays_theirs_and_the_phone_decides(cena: CenaComContatos) -> None:
    ana, joao = cena.abrir(ANA), cena.abrir(JOAO, "joao@x.com")
    esquecer(cena)
    ticket = cena.abrir(ANA, "joao@x.com")
    assert ticket.contato_id == ana.contato_id != joao.contato_id
    assert [contato.email for contato in cena.contatos()] == [None, "joao@x.com"]


@pytest.mark.usefixtures("lembrar")
def test_a_second_email_leads_to_the_contact_too_and_the_first_one_is_kept(cena: CenaComContatos) -> None:
    primeiro = cena.abrir(ANA, "ana@x.com")
    esquecer(cena)
    cena.abrir(ANA, "ana@trabalho.com")
    esquecer(cena)
    assert cena.abrir(None, "ana@trabalho.com").contato_id == primeiro.contato_id
    assert [contato.email for contato in cena.contatos()] == ["ana@x.com"]
    assert len(cena.eventos("contato_atualizado")) == 1


def test_many_at_once_with_one_new_phone_make_one_contact_by_one_reading(cena: CenaComContatos) -> None:
    pedidos = [cena.enviar(novo_ticket(ANA)) for _ in range(20)] + [cena.enviar(novo_ticket(JOAO)) for _ in range(20)]
    cena.mundo.assentar()
    tickets = [pedido.get() for pedido in pedidos]
    assert len(cena.contatos()) == 2
    assert [ticket.numero for ticket in tickets] == list(range(1, 41))
    assert len(cena.mundo.lidos) == 1


def test_who_comes_while_a_reading_is_under_way_shares_the_next_one(cena: CenaComContatos) -> None:
    cena.mundo.ativar(ADMIN.empresa_id)
    cena.mundo.segurar = True
    pedidos = [cena.enviar(novo_ticket(ANA))]
    cena.mundo.assentar()
    pedidos += [cena.enviar(novo_ticket(f"55119{n:08}")) for n in range(50)]
    cena.mundo.assentar()
    assert len(cena.mundo.lidos) == 1
    cena.mundo.segurar = False
    cena.mundo.assentar()
    assert len(cena.mundo.lidos) == 2
    assert len({pedido.get().contato_id for pedido in pedidos}) == 51


def test_a_known_contact_is_read_once(cena: CenaComContatos) -> None:
    cena.abrir(ANA)
    for _ in range(5):
        cena.abrir(ANA)
    assert len(cena.mundo.lidos) == 1


def test_a_refused_ticket_makes_no_contact(cena: CenaComContatos) -> None:
    comando = CriarTicket(quem=ADMIN, contato_nome="Ana", contato_telefone=ANA, fila_id=cena.geral[:-1] + "0")
    assert cena.recusa(comando) == "fila_nao_encontrada"
    assert cena.contatos() == []


def test_a_reading_that_fails_refuses_who_waits_changes_nothing_and_the_next_one_works(cena: CenaComContatos) -> None:
    cena.mundo.ativar(ADMIN.empresa_id)
    cena.loja.fora = True
    do_ticket, do_contato = cena.enviar(novo_ticket(ANA)), cena.enviar(novo_contato(JOAO))
    cena.mundo.assentar()
    for pedir in (do_ticket.get, do_contato.get):
        with pytest.raises(BalcaoError):
            pedir()
    cena.loja.fora = False
    assert cena.contatos() == []
    assert cena.abrir(ANA).numero == 1


# -- what people change


def test_a_contact_may_have_neither_phone_nor_email(cena: CenaComContatos) -> None:
    um, outro = cena.contato(nome="A"), cena.contato(nome="B")
    assert um.id != outro.id
    assert [json.loads(evento.dados)["contato"]["nome"] for evento in cena.eventos("contato_criado")] == ["A", "B"]


@pytest.mark.usefixtures("lembrar")
def test_an_address_of_another_contact_is_a_conflict_that_names_it(cena: CenaComContatos) -> None:
    ana = cena.contato(ANA, "ana@x.com")
    esquecer(cena)
    with pytest.raises(Conflict) as recusa:
        cena.pedir(novo_contato("551199998888", "ANA@x.com"))
    assert recusa.value.codigo == "contato_existe"
    assert [detalhe.campo for detalhe in recusa.value.detalhes] == ["telefone", "email"]
    assert all(ana.id in detalhe.problema for detalhe in recusa.value.detalhes)
    joao = cena.contato(JOAO)
    esquecer(cena)
    assert cena.recusa(AtualizarContato(quem=ADMIN, contato_id=joao.id, telefone=ANA)) == "contato_existe"
    assert cena.gravado(joao.id).telefone == JOAO


@pytest.mark.usefixtures("lembrar")
def test_a_changed_address_is_found_and_the_one_before_it_is_nobodys(cena: CenaComContatos) -> None:
    ana = cena.contato(ANA, nome="Ana")
    esquecer(cena)
    mudada = cena.pedir(AtualizarContato(quem=ADMIN, contato_id=ana.id, telefone=JOAO, nome="Ana Maria"))
    assert (mudada.telefone, mudada.nome) == (JOAO, "Ana Maria")
    esquecer(cena)
    assert cena.abrir(JOAO).contato_id == ana.id
    estranho = cena.abrir(ANA).contato_id
    assert estranho != ana.id
    assert cena.gravado(ana.id).telefone == JOAO
    assert cena.recusa(AtualizarContato(quem=ADMIN, contato_id=ana.id, telefone=ANA)) == "contato_existe"
    sem = cena.pedir(AtualizarContato(quem=ADMIN, contato_id=ana.id, telefone=None, observacao="vip"))
    assert (sem.telefone, sem.observacao) == (None, "vip")
    esquecer(cena)
    assert cena.contato(JOAO).id not in {ana.id, estranho}


def test_a_change_that_changes_nothing_publishes_nothing(cena: CenaComContatos) -> None:
    ana = cena.contato(ANA, nome="Ana")
    antes = len(cena.eventos())
    assert cena.pedir(AtualizarContato(quem=ADMIN, contato_id=ana.id, nome="Ana", telefone=ANA)) == ana
    assert len(cena.eventos()) == antes


def test_what_never_existed_is_not_found(cena: CenaComContatos) -> None:
    ana = cena.contato(ANA)
    nada = "ffffffff-0000-7000-8000-000000000000"
    for comando in (
        AtualizarContato(quem=ADMIN, contato_id=nada, nome="x"),
        ExcluirContato(quem=ADMIN, contato_id=nada),
        UnirContatos(quem=ADMIN, contato_id=ana.id, outro_id=nada),
        UnirContatos(quem=ADMIN, contato_id=nada, outro_id=ana.id),
    ):
        assert cena.recusa(comando) == "contato_nao_encontrado"
        assert cena.recusa(comando) == "contato_nao_encontrado"


# -- merging


@pytest.mark.usefixtures("lembrar")
def test_a_merged_contact_answers_as_the_one_that_stands_for_it(cena: CenaComContatos) -> None:
    ana, joao = cena.contato(ANA, nome="Ana"), cena.contato(JOAO, "joao@x.com", "João")
    esquecer(cena)
    unida = unir(cena, ana.id, joao.id)
    assert (unida.id, unida.nome, unida.telefone, unida.email) == (ana.id, "Ana", ANA, "joao@x.com")
    assert json.loads(cena.eventos("contato_unido")[-1].dados)["unidoId"] == joao.id
    esquecer(cena)
    assert cena.abrir(JOAO).contato_id == ana.id
    assert cena.abrir(None, "joao@x.com").contato_id == ana.id
    assert cena.dono_de("tel:552188887777") == ana.id
    mudada = cena.pedir(AtualizarContato(quem=ADMIN, contato_id=joao.id, nome="Ana e João"))
    assert (mudada.id, mudada.nome) == (ana.id, "Ana e João")
    assert cena.gravado(joao.id).unido_a == ana.id


@pytest.mark.usefixtures("lembrar")
def test_merges_of_merges_are_flat(cena: CenaComContatos) -> None:
    ids = [cena.contato(f"552198888777{n}", nome=f"C{n}").id for n in range(5)]
    unir(cena, ids[1], ids[0])
    esquecer(cena)
    unir(cena, ids[2], ids[1])
    esquecer(cena)
    unir(cena, ids[3], ids[4])
    esquecer(cena)
    unir(cena, ids[0], ids[4])  # each a merged one: those that stand for them are meant
    assert [cena.gravado(id_).unido_a for id_ in ids] == [ids[2], ids[2], None, ids[2], ids[2]]
    esquecer(cena)
    assert {cena.abrir(f"552198888777{n}").contato_id for n in range(5)} == {ids[2]}


def test_merging_twice_changes_nothing_and_a_contact_is_not_merged_with_itself(cena: CenaComContatos) -> None:
    ana, joao = cena.contato(ANA), cena.contato(JOAO)
    unir(cena, ana.id, joao.id)
    antes = len(cena.eventos())
    assert unir(cena, ana.id, joao.id).id == unir(cena, joao.id, ana.id).id == ana.id
    assert len(cena.eventos()) == antes
    assert cena.recusa(UnirContatos(quem=ADMIN, contato_id=ana.id, outro_id=ana.id)) == "mesmo_contato"


def test_a_contact_reunites_only_so_many(cena: CenaComContatos, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contatos, "UNIDOS_NO_MAXIMO", 2)
    ids = [cena.contato(nome=f"C{n}").id for n in range(4)]
    unir(cena, ids[0], ids[1])
    unir(cena, ids[0], ids[2])
    assert cena.recusa(UnirContatos(quem=ADMIN, contato_id=ids[0], outro_id=ids[3])) == "contato_cheio"
    assert cena.recusa(UnirContatos(quem=ADMIN, contato_id=ids[3], outro_id=ids[0])) == "contato_cheio"
    assert unir(cena, ids[0], ids[1]).id == ids[0], "it is one already"


@pytest.mark.usefixtures("lembrar")
def test_an_address_that_was_replaced_before_a_merge_is_nobodys_after_it(cena: CenaComContatos) -> None:
    ana, joao = cena.contato(ANA), cena.contato(JOAO)
    cena.pedir(AtualizarContato(quem=ADMIN, contato_id=joao.id, telefone="14155550100"))
    esquecer(cena)
    unir(cena, ana.id, joao.id)
    esquecer(cena)
    assert cena.abrir(JOAO).contato_id not in {ana.id, joao.id}
    assert cena.abrir("14155550100").contato_id == ana.id


@pytest.mark.usefixtures("lembrar")
def test_an_address_gained_by_a_merge_and_replaced_since_is_nobodys_whatever_merged_contacts_show(
    cena: CenaComContatos,
) -> None:
    ana, joao = cena.contato(None, "ana@x.com"), cena.contato(JOAO)
    assert unir(cena, ana.id, joao.id).telefone == JOAO
    esquecer(cena)
    cena.pedir(AtualizarContato(quem=ADMIN, contato_id=ana.id, telefone=ANA))
    esquecer(cena)
    novo = cena.contato(JOAO, nome="Novo dono")
    esquecer(cena)
    eva = cena.contato(nome="Eva")
    assert unir(cena, eva.id, ana.id).telefone == ANA
    esquecer(cena)
    assert cena.abrir(JOAO).contato_id == novo.id
    cena.pedir(AtualizarContato(quem=ADMIN, contato_id=eva.id, telefone=None))
    leva = cena.contato(nome="Leva")
    assert unir(cena, leva.id, eva.id).telefone is None, "what it has no more is not gained again"
    excluir(cena, leva.id)
    esquecer(cena)
    assert cena.abrir(JOAO).contato_id == novo.id, "deleting one frees nothing of another"


@pytest.mark.usefixtures("lembrar")
def test_an_address_by_which_a_contact_is_only_found_gives_way_to_who_shows_it(cena: CenaComContatos) -> None:
    ana = cena.abrir(ANA, "ana@x.com").contato_id
    cena.abrir(ANA, "ana@trabalho.com")
    esquecer(cena)
    bia = cena.contato(None, "ana@trabalho.com", "Bia")
    esquecer(cena)
    assert cena.abrir(None, "ana@trabalho.com").contato_id == bia.id != ana


# -- tickets show the contact as it is now


@pytest.mark.usefixtures("lembrar")
def test_open_tickets_and_the_next_one_show_the_contact_as_it_is_now(cena: CenaComContatos) -> None:
    antigo = fechado(cena)
    um, dois = cena.abrir(ANA, nome="Ana"), cena.abrir(ANA, nome="Aninha")
    esquecer(cena)
    ana = um.contato_id or ""
    cena.pedir(AtualizarContato(quem=ADMIN, contato_id=ana, nome="Ana Maria", telefone=JOAO, email="ana@x.com"))
    for ticket in (um, dois):
        visto = cena.ver(ticket.id)
        assert (visto.contato_nome, visto.contato_telefone, visto.contato_email) == ("Ana Maria", JOAO, "ana@x.com")
        palavras = cena.loja.um(TicketBuscaRow, EMPRESA, ticket.id)
        assert palavras is not None
        assert (palavras.nome, palavras.telefone) == ("Ana Maria", JOAO)
    atualizados = cena.eventos("ticket_atualizado")[-2:]
    assert {evento.ticket_id for evento in atualizados} == {um.id, dois.id}
    assert json.loads(atualizados[0].mudancas or "")["contato_telefone"] == [ANA, JOAO]
    for ticket in (um, dois):
        cena.mudar(ticket.id, "FECHADO")
    proximo = cena.ver(cena.recebida(antigo.id))
    assert (proximo.contato_nome, proximo.contato_telefone) == ("Ana Maria", JOAO)


@pytest.mark.usefixtures("lembrar")
def test_a_merge_and_a_completion_reach_the_open_tickets(cena: CenaComContatos) -> None:
    dele = cena.abrir(JOAO, nome="João")
    dela = cena.abrir(ANA, nome="Ana")
    esquecer(cena)
    unir(cena, dela.contato_id or "", dele.contato_id or "")
    assert (cena.ver(dele.id).contato_nome, cena.ver(dele.id).contato_telefone) == ("Ana", ANA)
    esquecer(cena)
    cena.abrir(ANA, "ana@x.com")
    assert cena.ver(dele.id).contato_email == cena.ver(dela.id).contato_email == "ana@x.com"


def test_many_open_tickets_are_told_in_parts_and_all_show_the_last_change(
    cena: CenaComContatos, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registro, "TICKETS_POR_TURNO", 2)
    tickets = [cena.abrir(ANA, nome="Ana") for _ in range(7)]
    pedidos = [
        cena.enviar(AtualizarContato(quem=ADMIN, contato_id=tickets[0].contato_id or "", nome=nome))
        for nome in ("Bia", "Eva", "Lia")
    ]
    cena.mundo.assentar()
    assert [pedido.get().nome for pedido in pedidos] == ["Bia", "Eva", "Lia"]
    assert {cena.ver(ticket.id).contato_nome for ticket in tickets} == {"Lia"}


def test_what_is_said_of_a_contact_is_for_whoever_has_its_open_tickets(cena: CenaComContatos) -> None:
    ticket = cena.abrir(ANA)
    (criado,) = cena.eventos("contato_criado")
    assert criado.lugares == ticket.fila_id
    cena.pedir(AtualizarContato(quem=ADMIN, contato_id=ticket.contato_id or "", nome="Ana Maria"))
    assert cena.eventos("contato_atualizado")[-1].lugares == ticket.fila_id
    cena.contato(JOAO)
    assert cena.eventos("contato_criado")[-1].lugares == ""
    cena.mudar(ticket.id, "FECHADO")
    cena.pedir(AtualizarContato(quem=ADMIN, contato_id=ticket.contato_id or "", nome="Ana"))
    assert cena.eventos("contato_atualizado")[-1].lugares == ""


# -- deletion


@pytest.mark.usefixtures("lembrar")
def test_a_deleted_contact_is_gone_and_its_addresses_are_free(cena: CenaComContatos) -> None:
    ana = cena.contato(ANA, "ana@x.com")
    cena.pedir(AtualizarContato(quem=ADMIN, contato_id=ana.id, telefone=JOAO))
    esquecer(cena)
    excluir(cena, ana.id)
    assert cena.gravado(ana.id).excluido_em is not None
    assert cena.dono_de("email:ana@x.com") is None
    esquecer(cena)
    assert cena.recusa(ExcluirContato(quem=ADMIN, contato_id=ana.id)) == "contato_nao_encontrado"
    nova = cena.contato(ANA, "ana@x.com")
    assert nova.id != ana.id
    assert cena.abrir(JOAO).contato_id not in {ana.id, nova.id}


@pytest.mark.usefixtures("lembrar")
def test_whoever_was_merged_into_a_deleted_contact_is_gone_with_it(cena: CenaComContatos) -> None:
    ana, joao = cena.contato(ANA), cena.contato(JOAO)
    unir(cena, ana.id, joao.id)
    esquecer(cena)
    excluir(cena, joao.id)
    esquecer(cena)
    for id_ in (ana.id, joao.id):
        assert cena.recusa(AtualizarContato(quem=ADMIN, contato_id=id_, nome="x")) == "contato_nao_encontrado"
    assert cena.abrir(JOAO).contato_id not in {ana.id, joao.id}


@pytest.mark.usefixtures("lembrar")
def test_a_contact_with_an_open_ticket_is_not_deleted_also_under_the_id_it_was_merged_into(
    cena: CenaComContatos,
) -> None:
    ticket = cena.abrir(JOAO)
    ana = cena.contato(ANA)
    assert cena.recusa(ExcluirContato(quem=ADMIN, contato_id=ticket.contato_id or "")) == "contato_em_uso"
    unir(cena, ana.id, ticket.contato_id or "")
    esquecer(cena)
    assert cena.recusa(ExcluirContato(quem=ADMIN, contato_id=ana.id)) == "contato_em_uso"
    cena.pedir(EncerrarTicket(quem=ADMIN, ticket_id=ticket.id))
    excluir(cena, ana.id)


# -- where a message of a contact goes


def fechado(cena: CenaComContatos, telefone: str = ANA) -> TicketRow:
    ticket = cena.abrir(telefone)
    cena.mudar(ticket.id, "FECHADO")
    return ticket


@pytest.mark.usefixtures("lembrar")
def test_a_message_to_a_closed_ticket_joins_the_open_one_of_its_contact_also_after_a_restart(
    cena: CenaComContatos,
) -> None:
    antigo, outro_antigo = fechado(cena), fechado(cena)
    aberto = cena.recebida(antigo.id)
    esquecer(cena)
    assert cena.recebida(antigo.id) == aberto
    assert cena.recebida(outro_antigo.id) == aberto, "any closed ticket of this contact"
    assert cena.ver(aberto).contato_id == antigo.contato_id


@pytest.mark.usefixtures("lembrar")
def test_a_message_of_a_contact_that_was_merged_joins_the_ticket_of_who_stands_for_it(cena: CenaComContatos) -> None:
    antigo = fechado(cena, JOAO)
    ana = cena.abrir(ANA)
    unir(cena, ana.contato_id or "", antigo.contato_id or "")
    esquecer(cena)
    assert cena.recebida(antigo.id) == ana.id
    do_outro_lado = fechado(cena, ANA)
    cena.mudar(ana.id, "FECHADO")
    reaberto = cena.recebida(antigo.id)
    assert reaberto not in {ana.id, antigo.id}
    esquecer(cena)
    assert cena.recebida(do_outro_lado.id) == reaberto


@pytest.mark.usefixtures("lembrar")
def test_a_message_to_the_closed_ticket_of_a_deleted_contact_is_refused_and_its_address_is_a_new_contact(
    cena: CenaComContatos,
) -> None:
    antigo = fechado(cena)
    excluir(cena, antigo.contato_id or "")
    esquecer(cena)
    with pytest.raises(Conflict, match="o contato deste ticket foi excluído"):
        cena.recebida(antigo.id)
    novo = cena.abrir(ANA)
    assert novo.contato_id not in {None, antigo.contato_id}


def test_a_person_may_open_a_second_ticket_for_a_contact_and_a_message_goes_to_the_latest(
    cena: CenaComContatos,
) -> None:
    antigo = fechado(cena)
    um, dois = cena.abrir(ANA), cena.abrir(ANA)
    assert cena.recebida(antigo.id) == dois.id
    cena.mudar(dois.id, "FECHADO")
    assert cena.recebida(antigo.id) == um.id


def test_a_resolved_ticket_that_was_reopened_and_closed_is_not_sought_again(cena: CenaComContatos) -> None:
    antigo = fechado(cena)
    resolvido = cena.abrir(ANA)
    cena.mudar(resolvido.id, "RESOLVIDO")
    cena.pedir(ReabrirTicket(quem=ADMIN, ticket_id=resolvido.id))
    assert cena.recebida(antigo.id) == resolvido.id
    cena.mudar(resolvido.id, "RESOLVIDO")
    assert cena.recebida(antigo.id) == resolvido.id, "within the window"
    cena.mudar(resolvido.id, "FECHADO")
    assert cena.recebida(antigo.id) not in {antigo.id, resolvido.id}
