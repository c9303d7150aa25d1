"""Contacts at the worst moment: a crash in any handler, a commit that fails, a database that is away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import pytest

from actors.contatos import adiados
from actors.contatos.comandos import AtualizarContato, CriarContato, ExcluirContato, UnirContatos
from actors.contatos.mensagens import ContatosCarregados, LeituraDeContatos
from actors.empresa.empresa import Empresa
from actors.empresa.mensagens import AbrirComMensagem
from actors.ticket.comandos import CriarTicket
from engine.errors import BalcaoError, Conflict
from engine.modelo import ContatoChaveRow, ContatoRow, TicketRow
from engine.runtime import Reply
from tests.actors.cena import ADMIN, EMPRESA
from tests.actors.cena_contatos import ANA, JOAO, CenaComContatos, novo_contato, novo_ticket
from tests.simulacao.mundo import uma_mensagem_por_vez

MENSAGENS = (CriarTicket, CriarContato, AtualizarContato, UnirContatos, ExcluirContato, ContatosCarregados,
             LeituraDeContatos, AbrirComMensagem)  # fmt: skip


@contextmanager
def quebra(mensagem: type, *, depois: bool, vezes: int = 1) -> Iterator[None]:
    """The next handlings of such a message crash: before they did anything, or after they did it all."""
    original = Empresa.handlers[mensagem]
    faltam = iter([True] * vezes)

    def tratar(empresa: Empresa, m: Any) -> Any:
        falha = next(faltam, False)
        if falha and not depois:
            raise RuntimeError("before")
        resultado = original(empresa, m)
        if falha:
            raise RuntimeError("after")
        return resultado

    Empresa.handlers[mensagem] = tratar
    try:
        yield
    finally:
        Empresa.handlers[mensagem] = original


def respondido(resposta: Reply[Any]) -> bool:
    """Whether it was granted; that nobody waits for ever is checked on the way."""
    assert resposta.is_set, "somebody waits for ever"
    try:
        resposta.get()
    except BalcaoError:
        return False
    return True


def conferir(cena: CenaComContatos) -> None:
    """Each address of a contact leads to it or to who stands for it, nothing points to nothing, no merge is a chain."""
    rows = {row.id: row for row in cena.loja.de(ContatoRow, EMPRESA)}
    donos = {row.chave: row.contato_id for row in cena.loja.de(ContatoChaveRow, EMPRESA)}
    assert set(filter(None, donos.values())) <= set(rows)
    for row in rows.values():
        assert row.unido_a is None or rows[row.unido_a].unido_a is None
    for ticket in cena.loja.de(TicketRow, EMPRESA):
        assert ticket.contato_id in rows
    vivos = cena.contatos()
    telefones = [row.telefone for row in vivos if row.telefone is not None]
    assert len(set(telefones)) == len(telefones), "two contacts of one phone"


@pytest.mark.parametrize("depois", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("mensagem", MENSAGENS, ids=lambda tipo: tipo.__name__)
@pytest.mark.parametrize("vezes", [1, 7], ids=["once", "until it is quarantined"])
def test_a_crash_anywhere_leaves_nobody_waiting_and_nothing_half_done(
    mensagem: type, vezes: int, *, depois: bool
) -> None:
    cena = CenaComContatos()
    antigo = cena.abrir(ANA)
    cena.mudar(antigo.id, "FECHADO")
    outro = cena.contato("14155550100")
    cena.mundo.avancar(1)
    cena.reiniciar()
    with quebra(mensagem, depois=depois, vezes=vezes):
        respostas = [
            cena.enviar(comando)
            for _ in range(vezes)
            for comando in (
                novo_ticket(JOAO, "joao@x.com"),
                novo_contato("5531977776666"),
                AtualizarContato(quem=ADMIN, contato_id=outro.id, email="outro@x.com"),
                UnirContatos(quem=ADMIN, contato_id=outro.id, outro_id=antigo.contato_id or ""),
                ExcluirContato(quem=ADMIN, contato_id=outro.id),
            )
        ]
        cena.mundo.assentar()
        cena.mundo.avancar(120_000)
    for resposta in respostas:
        respondido(resposta)
    conferir(cena)
    ticket = cena.abrir(JOAO, "joao@x.com")
    if cena.gravado(antigo.contato_id or "").excluido_em is None:
        assert cena.recebida(antigo.id)
    else:  # it went with the one it was merged into
        with pytest.raises(Conflict, match="o contato deste ticket foi excluído"):
            cena.recebida(antigo.id)
    assert ticket.contato_id in {contato.id for contato in cena.contatos()}
    conferir(cena)
    cena.mundo.avancar(1)
    cena.reiniciar()
    assert cena.abrir(JOAO).contato_id == ticket.contato_id, "what is at hand was what is stored"


def test_a_ticket_that_is_not_written_leaves_no_contact_and_what_was_at_hand_goes_with_it() -> None:
    """The database refuses the commit: the empresa is loaded again, without that contact."""
    cena = CenaComContatos()
    falhas = iter(["recusado"])
    cena.loja.falhar = lambda: next(falhas, None)  # type: ignore[arg-type]  # one of the faults
    resposta = cena.enviar(novo_ticket(ANA))
    cena.mundo.assentar()
    assert not respondido(resposta)
    assert cena.contatos() == []
    assert [cena.abrir(ANA).contato_id, cena.abrir(ANA).contato_id] == [cena.contatos()[0].id] * 2


def test_more_than_can_wait_for_a_reading_are_refused_and_those_who_wait_are_served(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(adiados, "ADIADOS_NO_MAXIMO", 3)
    cena = CenaComContatos()
    cena.mundo.segurar = True
    respostas = [cena.enviar(novo_ticket(f"5511900000{n:03}")) for n in range(5)]
    cena.mundo.assentar()
    cena.mundo.segurar = False
    cena.mundo.assentar()
    assert [respondido(resposta) for resposta in respostas] == [True, True, True, False, False]
    assert len(cena.contatos()) == 3


def test_a_reading_serves_so_many_and_the_next_one_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adiados, "PEDIDOS_POR_LEITURA", 4)
    cena = CenaComContatos()
    respostas = [cena.enviar(novo_ticket(f"5511900000{n:03}")) for n in range(10)]
    cena.mundo.assentar()
    assert all(respondido(resposta) for resposta in respostas)
    assert [len(pedido.chaves) for pedido in cena.mundo.lidos] == [4, 4, 2]
    assert [resposta.get().numero for resposta in respostas] == list(range(1, 11))


def test_who_waits_for_a_reading_when_the_empresa_leaves_the_node_is_told() -> None:
    cena = CenaComContatos()
    cena.mundo.segurar = True
    resposta = cena.enviar(novo_ticket(ANA))
    cena.mundo.loop.run_until_idle()
    assert len(cena.viva.diretorio.empresa.actor._adiados) == 1  # type: ignore[union-attr]
    cena.mundo.loop.dispatcher.stop(cena.viva.diretorio.empresa)
    assert not respondido(resposta)


@pytest.mark.parametrize("semente", range(40))
def test_messages_to_a_closed_ticket_keep_their_order_while_its_contact_is_read(semente: int) -> None:
    """The reading is answered while the ticket still hands the messages on, one after the other."""
    r = Random(semente)
    with uma_mensagem_por_vez():
        cena = CenaComContatos()
        antigo = cena.abrir(ANA)
        cena.mudar(antigo.id, "FECHADO")
        cena.mundo.avancar(1)
        cena.reiniciar()
        cena.mundo.segurar = True
        envios = [cena.enviar(cena.escrever(antigo.id, str(n))) for n in range(12)]
        cena.mundo.andar(24)
        cena.mundo._carregar()  # the closed ticket, not its contact
        for _ in range(60):
            cena.mundo.andar(r.randrange(3))
            if r.random() < 0.4:
                cena.mundo.responder()
        cena.mundo.segurar = False
        cena.mundo.assentar()
    mensagens = [envio.get() for envio in envios]
    assert len({mensagem.ticket_id for mensagem in mensagens}) == 1
    assert [m.conteudo for m in sorted(mensagens, key=lambda m: m.seq)] == [str(n) for n in range(12)]
