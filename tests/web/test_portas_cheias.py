"""Gates that are full: each says what there is too much of and when to come back, does nothing, and is counted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

import pytest

from actors.contatos import adiados
from balcao.servidor import montagem
from engine.journal import Journal, JournalLimits
from tests.web.rest_apoio import Recebida, Servidor, Usuario, com_servidor
from web import app
from web.arquivos._vagas import Vagas
from web.portaria.admissao import Admissao, LimitesDeAdmissao

TICKET = {"contato_nome": "Ana", "contato_telefone": "5511999998888"}


def journal(m: pytest.MonkeyPatch) -> None:
    m.setattr(montagem, "Journal", partial(Journal, limits=JournalLimits(turns=0)))


def contatos(m: pytest.MonkeyPatch) -> None:
    m.setattr(adiados, "ADIADOS_NO_MAXIMO", 0)


def admissao(m: pytest.MonkeyPatch) -> None:
    m.setattr(app, "Admissao", lambda _: Admissao(LimitesDeAdmissao(0, 0, 0)))


def envios_da_empresa(m: pytest.MonkeyPatch) -> None:
    m.setattr(Vagas.__init__, "__defaults__", (0, 1))


def envios_de_todas(m: pytest.MonkeyPatch) -> None:
    m.setattr(Vagas.__init__, "__defaults__", (1, 0))


async def abrir_ticket(quem: Usuario) -> Recebida:
    return await quem("POST", "/tickets", TICKET)


async def enviar_arquivo(quem: Usuario) -> Recebida:
    return await quem("POST", "/mensagens/arquivo", b"", content_type="multipart/form-data; boundary=x")


@pytest.mark.parametrize(
    ("encher", "pedir", "status", "codigo", "de_que", "segundos"),
    [
        (journal, abrir_ticket, 503, "sobrecarga", "gravações", 1),
        (contatos, abrir_ticket, 503, "sobrecarga", "contatos", 1),
        (admissao, abrir_ticket, 429, "muitas_requisicoes", "requisições", 1),
        (envios_da_empresa, enviar_arquivo, 429, "envios_demais", "Esta empresa", 2),
        (envios_de_todas, enviar_arquivo, 503, "envios_demais", "envios de arquivos", 2),
    ],
)
def test_a_full_gate_says_what_there_is_too_much_of_and_is_counted(
    dsn: str,
    monkeypatch: pytest.MonkeyPatch,
    encher: Callable[[pytest.MonkeyPatch], None],
    pedir: Callable[[Usuario], Awaitable[Recebida]],
    status: int,
    codigo: str,
    de_que: str,
    segundos: int,
) -> None:
    encher(monkeypatch)

    async def teste(s: Servidor) -> None:
        recusada = await pedir(s.usuario())
        assert recusada.erro(status, codigo)
        assert de_que in recusada.json["message"]
        assert recusada.headers["retry-after"] == str(segundos)
        metricas = (await s.pedir("GET", "/metrics")).corpo.decode()
        assert f'balcao_refused_total{{codigo="{codigo}",what="request"}} 1.0' in metricas

    com_servidor(dsn, teste)
