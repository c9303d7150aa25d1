"""Channels: what they show, what they keep to themselves, and where their tickets wait."""

from __future__ import annotations

import json
from typing import Any

import pytest

from actors.canal.canal import Canal
from actors.canal.comandos import (
    AtualizarCanal,
    CanalEstado,
    CriarCanal,
    ExcluirCanal,
    ListarCanais,
    ReceberNovidades,
    VerCanal,
)
from actors.fila.comandos import ExcluirFila
from actors.ticket.comandos import EncerrarTicket, ReabrirTicket
from engine.conector.entradas import NovidadeDoCanal
from engine.modelo import CanalSegredosRow, Quem
from tests.actors.cena import ADMIN, EMPRESA, Cena

NENHUM = "ffffffff-0000-7000-8000-000000000000"
SEGREDO = "EAAG-muito-secreto"


@pytest.fixture
def cena() -> Cena:
    return Cena()


def ver(cena: Cena, canal_id: str) -> CanalEstado:
    return cena.pedir(VerCanal(quem=ADMIN, canal_id=canal_id))


def com_segredo(cena: Cena, **campos: Any) -> str:
    return cena.canal("zap", config=json.dumps({"token": SEGREDO}), **campos)


def guardados(cena: Cena, canal_id: str) -> object:
    row = cena.loja.um(CanalSegredosRow, EMPRESA, canal_id)
    return None if row is None else json.loads(row.segredos)


def test_a_canal_is_created_listed_by_name_and_seen(cena: Cena) -> None:
    suporte = cena.fila("suporte")
    zap = cena.canal("zap", fila_id=suporte, config='{"phoneNumberId":"5511"}')
    chat = cena.canal("chat")
    assert [estado.row.id for estado in cena.pedir(ListarCanais(quem=ADMIN))] == [chat, zap]
    row = ver(cena, zap).row
    assert (row.nome, row.tipo, row.fila_id, row.ativo, row.config) == (
        "zap", "whatsapp", suporte, True, '{"phoneNumberId":"5511"}',
    )  # fmt: skip
    assert json.loads(cena.eventos("canal_criado")[0].dados)["canal"]["config"] == {"phoneNumberId": "5511"}


def test_a_canal_of_a_fila_that_does_not_exist_is_refused(cena: Cena) -> None:
    zap = cena.canal("zap")
    novo = CriarCanal(quem=ADMIN, nome="x", tipo="api", fila_id=NENHUM)
    assert cena.recusa(novo) == "fila_nao_encontrada"
    assert cena.recusa(AtualizarCanal(quem=ADMIN, canal_id=zap, fila_id=NENHUM)) == "fila_nao_encontrada"


def test_a_secret_is_kept_and_never_told(cena: Cena) -> None:
    zap = com_segredo(cena)
    cena.pedir(AtualizarCanal(quem=ADMIN, canal_id=zap, config=json.dumps({"token": SEGREDO + "2", "pin": 1234})))
    cena.pedir(AtualizarCanal(quem=ADMIN, canal_id=zap, nome="whats"))
    assert ver(cena, zap).segredos == ("pin", "token")
    assert guardados(cena, zap) == {"token": SEGREDO + "2", "pin": 1234}
    for evento in cena.eventos():
        assert SEGREDO not in evento.dados + (evento.mudancas or "")
    assert SEGREDO not in repr(ver(cena, zap))
    assert SEGREDO not in repr(cena.loja.um(CanalSegredosRow, EMPRESA, zap))


def test_the_history_says_only_whose_secret_changed(cena: Cena) -> None:
    zap = com_segredo(cena)
    segredos = json.dumps({"token": "outro", "pin": 1})
    cena.pedir(AtualizarCanal(quem=ADMIN, canal_id=zap, config=segredos))
    assert json.loads(cena.eventos("canal_atualizado")[-1].mudancas or "") == {
        "segredos.token": ["definido", "alterado"],
        "segredos.pin": [None, "definido"],
    }
    cena.pedir(AtualizarCanal(quem=ADMIN, canal_id=zap, config='{"pin":null}'))
    assert json.loads(cena.eventos("canal_atualizado")[-1].mudancas or "") == {"segredos.pin": ["definido", None]}
    quantos = len(cena.eventos())
    cena.pedir(AtualizarCanal(quem=ADMIN, canal_id=zap, config='{"token":"outro","pin":null}'))
    assert len(cena.eventos()) == quantos  # nothing differs


def test_secrets_outlive_a_restart_but_not_the_canal(cena: Cena) -> None:
    zap = com_segredo(cena)
    cena.reiniciar()
    assert ver(cena, zap).segredos == ("token",)
    ator = cena.mundo.vivas[EMPRESA].diretorio.canais[zap].actor
    assert isinstance(ator, Canal)
    assert bytes(ator._cadastro._segredos["token"]) == json.dumps(SEGREDO).encode()  # for whoever sends by it
    cena.pedir(ExcluirCanal(quem=ADMIN, canal_id=zap))
    assert guardados(cena, zap) == {}


def test_a_config_is_replaced_and_its_change_is_in_the_history(cena: Cena) -> None:
    zap = cena.canal("zap", config='{"wabaId":1}')
    cena.pedir(AtualizarCanal(quem=ADMIN, canal_id=zap, config='{"versao":2}', ativo=False))
    row = ver(cena, zap).row
    assert (row.config, row.ativo) == ('{"versao":2}', False)
    assert json.loads(cena.eventos("canal_atualizado")[0].mudancas or "") == {
        "ativo": [True, False],
        "config": [{"wabaId": 1}, {"versao": 2}],
    }


def test_a_ticket_waits_in_the_fila_it_names_or_in_that_of_its_canal_or_in_the_default_one(cena: Cena) -> None:
    suporte, vendas = cena.fila("suporte"), cena.fila("vendas")
    zap, chat = cena.canal("zap", fila_id=suporte), cena.canal("chat")
    assert cena.ver(cena.ticket(canal=zap)).fila_id == suporte
    assert cena.ver(cena.ticket(vendas, canal=zap)).fila_id == vendas
    assert cena.ver(cena.ticket(canal=chat)).fila_id == cena.geral


def test_a_ticket_of_a_canal_that_does_not_exist_is_refused(cena: Cena) -> None:
    zap = cena.canal("zap")
    cena.pedir(ExcluirCanal(quem=ADMIN, canal_id=zap))
    for canal_id in (zap, NENHUM):
        with pytest.raises(Exception, match="Canal não encontrado"):
            cena.ticket(canal=canal_id)


def test_a_canal_by_which_open_tickets_came_is_in_use_until_they_close_or_go_on_by_another(cena: Cena) -> None:
    zap, chat = cena.canal("zap"), cena.canal("chat")
    primeiro, segundo = cena.ticket(canal=zap), cena.ticket(canal=zap)
    fechado = cena.ticket(canal=zap)
    cena.mudar(fechado, "FECHADO")
    erro = cena.erro(ExcluirCanal(quem=ADMIN, canal_id=zap))
    assert erro.codigo == "canal_em_uso"
    assert [detalhe.campo for detalhe in erro.detalhes] == ["tickets"]
    assert erro.detalhes[0].problema.startswith("2 ticket(s)")
    cena.pedir(ExcluirCanal(quem=ADMIN, canal_id=zap, realocar=chat))
    assert [cena.ver(ticket).canal_id for ticket in (primeiro, segundo, fechado)] == [chat, chat, zap]
    mudou = cena.eventos("ticket_atualizado")[-1]
    assert json.loads(mudou.mudancas or "") == {"canalId": [zap, chat]}
    assert cena.recusa(VerCanal(quem=ADMIN, canal_id=zap)) == "canal_nao_encontrado"
    assert cena.eventos("canal_excluido")


def test_a_ticket_that_reopens_when_its_canal_and_fila_are_gone_goes_on_without_them(cena: Cena) -> None:
    fila, zap = cena.fila("some"), cena.canal("zap")
    ticket = cena.ticket(fila, canal=zap)
    cena.mudar(ticket, "RESOLVIDO")
    cena.pedir(ExcluirCanal(quem=ADMIN, canal_id=zap))
    cena.pedir(ExcluirFila(quem=ADMIN, fila_id=fila))
    cena.reiniciar()
    aberto = cena.pedir(ReabrirTicket(quem=ADMIN, ticket_id=ticket))
    assert (aberto.canal_id, aberto.fila_id) == (None, cena.geral)


def test_a_contact_who_writes_to_a_closed_ticket_of_a_deleted_canal_is_heard(cena: Cena) -> None:
    zap = cena.canal("zap")
    ticket = cena.ticket(canal=zap)
    cena.pedir(EncerrarTicket(quem=ADMIN, ticket_id=ticket))
    cena.pedir(ExcluirCanal(quem=ADMIN, canal_id=zap))
    novo = cena.recebida(ticket)
    assert novo != ticket
    assert cena.ver(novo).canal_id is None
    assert cena.recebida(ticket) == novo


# -- how it is ---------------------------------------------------------------------------------------------------------

CONECTOR = Quem(EMPRESA, None, "conector")
SEM_CONEXAO = NovidadeDoCanal(tipo="conexao", dados={"imap": "Ninguém atende"})
DE_NOVO = NovidadeDoCanal(tipo="conexao", dados={})
BANIDA = NovidadeDoCanal(tipo="conta", dados={"event": "DISABLED_UPDATE"})


def email(cena: Cena, config: str = "{}") -> str:
    return cena.pedir(CriarCanal(quem=ADMIN, nome="mail", tipo="email", config=config)).row.id


def contar(cena: Cena, canal_id: str, *novidades: NovidadeDoCanal) -> object:
    """What is known of it once a connector has told these."""
    cena.pedir(ReceberNovidades(quem=CONECTOR, canal_id=canal_id, novidades=novidades))
    return situacao(cena, canal_id)


def situacao(cena: Cena, canal_id: str) -> object:
    texto = ver(cena, canal_id).row.situacao
    return None if texto is None else json.loads(texto)


def test_a_connection_that_fails_is_told_until_it_works_again(cena: Cena) -> None:
    mail = email(cena)
    assert contar(cena, mail, DE_NOVO) is None
    assert contar(cena, mail, SEM_CONEXAO) == {"conexao": {"imap": "Ninguém atende"}}
    assert contar(cena, mail, BANIDA) == {"conexao": SEM_CONEXAO.dados, "conta": BANIDA.dados}
    assert contar(cena, mail, DE_NOVO) == {"conta": BANIDA.dados}


def test_what_is_known_of_a_connection_is_no_event_when_it_is_told_again(cena: Cena) -> None:
    mail = email(cena)
    for novidade in (DE_NOVO, SEM_CONEXAO, SEM_CONEXAO, DE_NOVO, DE_NOVO):
        contar(cena, mail, novidade)
    assert [json.loads(um.dados)["dados"] for um in cena.eventos("canal_novidade")] == [SEM_CONEXAO.dados, {}]
    assert len(cena.eventos("canal_atualizado")) == 2


@pytest.mark.parametrize("config", ['{"token": "outro"}', '{"imapHost": "outro.example"}', "{}"])
def test_what_was_said_of_another_config_or_secret_goes_with_it(cena: Cena, config: str) -> None:
    mail = email(cena, config=json.dumps({"token": SEGREDO, "imapHost": "imap.example"}))
    contar(cena, mail, SEM_CONEXAO, BANIDA)
    cena.pedir(AtualizarCanal(quem=ADMIN, canal_id=mail, nome="outro nome"))
    assert situacao(cena, mail) is not None
    igual = json.dumps({"token": SEGREDO, "imapHost": "imap.example"})
    cena.pedir(AtualizarCanal(quem=ADMIN, canal_id=mail, config=igual))
    assert situacao(cena, mail) is not None
    if config == "{}":  # it takes nothing away that is secret
        cena.pedir(AtualizarCanal(quem=ADMIN, canal_id=mail, config=json.dumps({"token": None})))
    cena.pedir(AtualizarCanal(quem=ADMIN, canal_id=mail, config=config))
    assert situacao(cena, mail) is None


def test_what_meta_says_of_an_account_outlives_its_token_and_not_the_account(cena: Cena) -> None:
    zap = cena.canal("zap", config=json.dumps({"token": SEGREDO, "phoneNumberId": "1"}))
    contar(cena, zap, SEM_CONEXAO, BANIDA)
    cena.pedir(AtualizarCanal(quem=ADMIN, canal_id=zap, config='{"token": "outro", "phoneNumberId": "1"}'))
    assert situacao(cena, zap) == {"conta": BANIDA.dados}
    cena.pedir(AtualizarCanal(quem=ADMIN, canal_id=zap, config='{"phoneNumberId": "2"}'))
    assert situacao(cena, zap) is None


def test_of_the_connections_of_a_canal_that_is_switched_off_nothing_is_known(cena: Cena) -> None:
    mail = email(cena)
    contar(cena, mail, SEM_CONEXAO)
    cena.pedir(AtualizarCanal(quem=ADMIN, canal_id=mail, ativo=False))
    assert situacao(cena, mail) is None
