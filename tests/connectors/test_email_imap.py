"""Reading a mailbox, against a server on a real socket: nothing lost, nothing doubled, nobody held up."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
import trio
import trio.lowlevel

from connectors.email import ConectorEmail, limites
from connectors.email.caixa import MARCA, EntradaRecusada, PastaRecusada, SessaoCaiu
from connectors.fakes.caixa_postal import CaixaPostal
from connectors.fakes.imap import ImapFalso
from engine.conector.entradas import MensagemRecebida
from tests.connectors.email_apoio import (
    SENHA,
    SUPORTE,
    MotorAnotador,
    ate,
    canal,
    certificados,
    conector,
    crua,
    servidores,
    servindo,
)

USUARIOS = {SUPORTE: SENHA}
BALCAO = MARCA.decode()


def imap_de(caixa: CaixaPostal, **mais: object) -> ImapFalso:
    return ImapFalso(usuarios=USUARIOS, pastas={"INBOX": caixa}, **mais)  # type: ignore[arg-type]


def textos(motor: MotorAnotador) -> list[str]:
    return [mensagem.conteudo for mensagem in motor.mensagens]


async def insistir(feito: ConectorEmail) -> None:
    """Serve as the host does: what raises is started again."""
    while True:
        try:
            await feito.servir()
        except* SessaoCaiu:
            await trio.lowlevel.checkpoint()


@pytest.mark.parametrize("tem_idle", [True, False])
async def test_what_was_there_and_what_comes_is_handed_over_and_marked(*, tem_idle: bool) -> None:
    caixa, motor = CaixaPostal(), MotorAnotador()
    caixa.depositar(crua("antes"))
    imap = imap_de(caixa, tem_idle=tem_idle)
    async with servidores(imap) as (porta,), conector(canal(imap=porta), motor) as feito, servindo(feito):
        await motor.ate(lambda: textos(motor) == ["antes"])
        caixa.depositar(crua("depois"))
        await motor.ate(lambda: textos(motor) == ["antes", "depois"])
        await ate(lambda: caixa.marcadas("\\Seen") == [1, 2])
    assert caixa.marcadas(BALCAO) == [1, 2]
    assert motor.repetidas == 0


async def test_a_mailbox_that_refuses_idle_is_polled() -> None:
    caixa, motor = CaixaPostal(), MotorAnotador()
    imap = imap_de(caixa)
    imap.recusar("IDLE", vezes=1_000)
    async with servidores(imap) as (porta,), conector(canal(imap=porta), motor) as feito, servindo(feito):
        await ate(lambda: imap.comandos["IDLE"] == 1)
        for numero in range(3):
            caixa.depositar(crua(f"a {numero}"))
            await motor.ate(lambda numero=numero: len(motor.mensagens) == numero + 1)  # type: ignore[misc]
    assert imap.ligacoes == 1
    assert imap.comandos["IDLE"] == 1


async def test_what_is_told_before_the_server_idles_is_no_refusal() -> None:
    caixa, motor = CaixaPostal(), MotorAnotador()
    imap = imap_de(caixa, fala_antes_do_idle=True)
    async with servidores(imap) as (porta,), conector(canal(imap=porta), motor) as feito, servindo(feito):
        caixa.depositar(crua("uma"))
        await motor.ate(lambda: len(motor.mensagens) == 1)
        await ate(lambda: imap.comandos["IDLE"] >= 2)
        caixa.depositar(crua("outra"))
        await motor.ate(lambda: len(motor.mensagens) == 2)
    assert imap.ligacoes == 1


async def test_a_mail_that_a_person_has_read_before_is_not_passed_over() -> None:
    caixa, motor = CaixaPostal(), MotorAnotador()
    caixa.depositar(crua("lida no celular"))
    caixa.cartas[0].marcas.add("\\Seen")
    imap = imap_de(caixa)
    async with servidores(imap) as (porta,), conector(canal(imap=porta), motor) as feito, servindo(feito):
        await motor.ate(lambda: textos(motor) == ["lida no celular"])


async def test_where_no_keywords_are_kept_the_unseen_ones_are_new() -> None:
    caixa, motor = CaixaPostal(marcas_livres=False), MotorAnotador()
    caixa.depositar(crua("vista"))
    caixa.cartas[0].marcas.add("\\Seen")
    caixa.depositar(crua("nova"))
    imap = imap_de(caixa)
    async with servidores(imap) as (porta,), conector(canal(imap=porta), motor) as feito, servindo(feito):
        await ate(lambda: caixa.marcadas("\\Seen") == [1, 2])
    assert textos(motor) == ["nova"]


async def test_a_mail_is_marked_only_after_the_engine_has_answered() -> None:
    caixa, motor = CaixaPostal(), MotorAnotador()
    motor.portao = trio.Event()
    vistos: list[Sequence[MensagemRecebida]] = []
    motor.antes = vistos.append
    caixa.depositar(crua("Olá"))
    imap = imap_de(caixa)
    async with servidores(imap) as (porta,), conector(canal(imap=porta), motor) as feito, servindo(feito):
        await ate(lambda: len(vistos) == 1)
        assert caixa.marcadas("\\Seen") == []
        motor.portao.set()
        await ate(lambda: caixa.marcadas("\\Seen") == [1])


async def test_cancelled_before_the_answer_the_mail_is_read_again() -> None:
    caixa, motor = CaixaPostal(), MotorAnotador()
    motor.portao = trio.Event()
    vistos: list[Sequence[MensagemRecebida]] = []
    motor.antes = vistos.append
    caixa.depositar(crua("Olá"))
    imap = imap_de(caixa)
    async with servidores(imap) as (porta,), conector(canal(imap=porta), motor) as feito:
        for vez in range(1, 6):  # more often than a mail may fail
            async with servindo(feito):
                await ate(lambda vez=vez: len(vistos) == vez)  # type: ignore[misc]
        assert caixa.marcadas("\\Seen") == []
        motor.portao.set()
        async with servindo(feito):
            await ate(lambda: caixa.marcadas("\\Seen") == [1])
    assert textos(motor) == ["Olá"]


async def test_cancelled_while_it_waits_it_ends_at_once() -> None:
    imap = imap_de(CaixaPostal())
    async with servidores(imap) as (porta,), conector(canal(imap=porta)) as feito:
        async with servindo(feito):
            await ate(lambda: imap.comandos["IDLE"] == 1)
        await ate(lambda: imap.abertas == 0)


@pytest.mark.parametrize("comando", ["SEARCH", "FETCH", "STORE", "IDLE"])
async def test_a_connection_that_breaks_loses_and_doubles_nothing(comando: str) -> None:
    caixa, motor = CaixaPostal(), MotorAnotador()
    for numero in range(5):
        caixa.depositar(crua(f"carta {numero}"))
    imap = imap_de(caixa)
    imap.cair_em(comando, vezes=2)
    async with (
        servidores(imap) as (porta,),
        conector(canal(imap=porta), motor) as feito,
        trio.open_nursery() as nursery,
    ):
        nursery.start_soon(insistir, feito)
        await ate(lambda: len(caixa.marcadas(BALCAO)) == 5 and imap.comandos["IDLE"] > 0 and imap.ligacoes == 3)
        nursery.cancel_scope.cancel()
    assert sorted(textos(motor)) == [f"carta {numero}" for numero in range(5)]


async def test_a_mail_that_was_handed_over_and_could_not_be_marked_is_not_reported() -> None:
    caixa, motor = CaixaPostal(), MotorAnotador()
    caixa.depositar(crua("Olá"))
    imap = imap_de(caixa)
    imap.cair_em("STORE", vezes=6)
    async with (
        servidores(imap) as (porta,),
        conector(canal(imap=porta), motor) as feito,
        trio.open_nursery() as nursery,
    ):
        nursery.start_soon(insistir, feito)
        await ate(lambda: caixa.marcadas(BALCAO) == [1])
        nursery.cancel_scope.cancel()
    assert textos(motor) == ["Olá"]
    assert (motor.repetidas, caixa.marcadas("\\Flagged")) == (0, [])


@pytest.mark.parametrize("semente", range(3))
async def test_the_ledger_agrees_whatever_breaks(semente: int) -> None:
    """Mails come while connections break, the reader is stopped and begun again, and the folder is renumbered."""
    acaso = random.Random(semente)
    caixa, motor = CaixaPostal(marcas_livres=bool(semente % 2)), MotorAnotador()
    imap = imap_de(caixa, tem_idle=bool(acaso.getrandbits(1)))
    escritas = [f"carta {numero}" for numero in range(60)]
    async with servidores(imap) as (porta,), conector(canal(imap=porta), motor) as feito:
        for inicio in range(0, len(escritas), 10):
            async with trio.open_nursery() as nursery:
                nursery.start_soon(insistir, feito)
                for escrita in escritas[inicio : inicio + 10]:
                    imap.cair_em(acaso.choice(["SEARCH", "FETCH", "STORE", "IDLE", "NOOP", "SELECT"]))
                    caixa.depositar(crua(escrita))
                    await trio.sleep(acaso.random() / 100)
                nursery.cancel_scope.cancel()
            if acaso.random() < 0.3:
                caixa.renumerar()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(insistir, feito)
            await ate(lambda: len(caixa.marcadas("\\Seen")) == len(escritas))
            nursery.cancel_scope.cancel()
    avisos = [texto for texto in textos(motor) if "não pôde ser lido" in texto]
    lidas = [texto for texto in textos(motor) if texto not in avisos]
    assert len(lidas) == len(set(lidas))
    assert set(lidas) <= set(escritas)
    assert len(lidas) + len(avisos) >= len(escritas), "each was read, or is told of (after a renumbering perhaps both)"


async def test_a_new_uidvalidity_means_that_all_is_read_again_and_known_by_its_id() -> None:
    caixa, motor = CaixaPostal(), MotorAnotador()
    caixa.depositar(crua("primeira"))
    caixa.depositar(crua("segunda"))
    imap = imap_de(caixa)
    async with servidores(imap) as (porta,), conector(canal(imap=porta), motor) as feito:
        async with servindo(feito):
            await ate(lambda: caixa.marcadas(BALCAO) == [1, 2])
        caixa.apagar(1)
        caixa.renumerar()
        async with servindo(feito):
            await ate(lambda: caixa.marcadas(BALCAO) == [1])
    assert textos(motor) == ["primeira", "segunda"]
    assert motor.repetidas == 1


async def test_a_mail_that_the_server_will_not_give_is_reported_and_blocks_nobody() -> None:
    caixa, motor = CaixaPostal(), MotorAnotador()
    caixa.depositar(crua("ruim", Subject="Fatura"))
    caixa.depositar(crua("boa"))
    imap = imap_de(caixa, tem_idle=False)
    imap.recusar("FETCH", uid=1, vezes=3)
    async with servidores(imap) as (porta,), conector(canal(imap=porta), motor) as feito, servindo(feito):
        await ate(lambda: caixa.marcadas("\\Flagged") == [1])
    assert motor.mensagens[0].conteudo == "boa"
    [aviso] = motor.mensagens[1:]
    assert aviso.id == f"imap:{caixa.validade}/1"
    assert "ana@exemplo.com (“Fatura”) não pôde ser lido" in aviso.conteudo
    assert caixa.marcadas(BALCAO) == [1, 2]


async def test_a_mail_at_which_the_connection_always_breaks_is_reported_too() -> None:
    caixa, motor = CaixaPostal(), MotorAnotador()
    caixa.depositar(crua("ruim"))
    imap = imap_de(caixa)
    imap.cair_em("FETCH", vezes=4)
    async with (
        servidores(imap) as (porta,),
        conector(canal(imap=porta), motor) as feito,
        trio.open_nursery() as nursery,
    ):
        nursery.start_soon(insistir, feito)
        await ate(lambda: caixa.marcadas("\\Flagged") == [1])
        nursery.cancel_scope.cancel()
    assert "não pôde ser lido" in textos(motor)[0]


async def test_a_mail_that_we_fail_at_is_reported(caplog: pytest.LogCaptureFixture) -> None:
    caixa, motor = CaixaPostal(), MotorAnotador()

    def falhar(mensagens: Sequence[MensagemRecebida]) -> None:
        if any(mensagem.conteudo == "ruim" for mensagem in mensagens):
            raise RuntimeError("a mistake of ours")

    motor.antes = falhar
    caixa.depositar(crua("ruim"))
    imap = imap_de(caixa, tem_idle=False)
    with caplog.at_level(logging.CRITICAL + 1, logger="connectors.email.leitor"):
        async with servidores(imap) as (porta,), conector(canal(imap=porta), motor) as feito, servindo(feito):
            await ate(lambda: caixa.marcadas("\\Flagged") == [1])
    assert ["não pôde ser lido" in texto for texto in textos(motor)] == [True]


async def test_what_the_engine_refuses_is_marked_with_a_star() -> None:
    caixa, motor = CaixaPostal(), MotorAnotador()
    motor.recusar = lambda mensagem: "sem espaço" if mensagem.conteudo == "recusada" else None
    caixa.depositar(crua("recusada"))
    caixa.depositar(crua("aceita"))
    imap = imap_de(caixa)
    async with servidores(imap) as (porta,), conector(canal(imap=porta), motor) as feito, servindo(feito):
        await ate(lambda: caixa.marcadas(BALCAO) == [1, 2])
    assert caixa.marcadas("\\Flagged") == [1]


async def test_a_mail_that_cannot_be_marked_is_handed_over_once_in_a_session() -> None:
    caixa, motor = CaixaPostal(), MotorAnotador()
    caixa.depositar(crua("Olá"))
    imap = imap_de(caixa, tem_idle=False)
    imap.recusar("STORE", vezes=1000)
    async with servidores(imap) as (porta,), conector(canal(imap=porta), motor) as feito, servindo(feito):
        await ate(lambda: imap.comandos["NOOP"] > 3)
    assert textos(motor) == ["Olá"]
    assert motor.repetidas == 0


async def test_what_was_there_before_the_canal_is_left_alone() -> None:
    agora = datetime.now(UTC)
    caixa, motor = CaixaPostal(), MotorAnotador()
    caixa.depositar(crua("de um ano atrás"), agora - timedelta(days=365))
    caixa.depositar(crua("de uma hora atrás"), agora - timedelta(hours=1))
    caixa.depositar(crua("de agora"), agora)
    imap = imap_de(caixa)
    async with servidores(imap) as (porta,):
        novo = canal(imap=porta)
        id_ = UUID(int=(time.time_ns() // 1_000_000) << 80 | 0x7 << 76 | 0x2 << 62)
        async with conector(msgspec.structs.replace(novo, id=str(id_)), motor) as feito, servindo(feito):
            await ate(lambda: imap.comandos["IDLE"] == 1)
    assert textos(motor) == ["de agora"]
    assert caixa.marcadas("\\Seen") == [3]


async def test_a_mail_that_is_too_large_is_announced_and_stays_in_the_mailbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limites, "BRUTO", 2_000_000)
    caixa, motor = CaixaPostal(), MotorAnotador()
    grande = crua("x" * 3_000_000).replace(b"xxxx", b"Veja o anexo", 1)
    caixa.depositar(grande)
    imap = imap_de(caixa)
    async with servidores(imap) as (porta,), conector(canal(imap=porta), motor) as feito, servindo(feito):
        await ate(lambda: caixa.marcadas("\\Flagged") == [1])
    [mensagem] = motor.mensagens
    assert mensagem.conteudo.startswith("Veja o anexo")
    assert "continua na caixa postal" in mensagem.conteudo
    assert "bytes" in mensagem.metadados["excessos"]


async def test_the_time_is_the_mailbox_s() -> None:
    caixa, motor = CaixaPostal(), MotorAnotador()
    em = datetime(2026, 11, 28, 12, 0, 5, tzinfo=UTC)
    caixa.depositar(crua("Olá", Date="Thu, 01 Jan 1970 00:00:00 +0000"), em)
    imap = imap_de(caixa)
    async with servidores(imap) as (porta,), conector(canal(imap=porta), motor) as feito, servindo(feito):
        await motor.ate(lambda: len(motor.mensagens) == 1)
    assert motor.mensagens[0].em == int(em.timestamp() * 1000)


async def test_a_wrong_password_raises_without_telling_it() -> None:
    imap, motor = imap_de(CaixaPostal()), MotorAnotador()
    async with servidores(imap) as (porta,), conector(canal(imap=porta, imapSenha="outra senha"), motor) as feito:
        for _ in range(2):
            with pytest.RaisesGroup(EntradaRecusada) as erro:
                await feito.servir()
    assert "outra senha" not in str(erro.value.exceptions)
    [novidade] = motor.novidades
    assert "confira imapUsuario e imapSenha" in (novidade.motivo or "")


@pytest.mark.parametrize("caixa", [CaixaPostal(so_leitura=True), None])
async def test_a_folder_that_cannot_be_used_raises(caixa: CaixaPostal | None) -> None:
    imap = ImapFalso(usuarios=USUARIOS, pastas={"INBOX": caixa} if caixa else {})
    async with servidores(imap) as (porta,), conector(canal(imap=porta)) as feito:
        with pytest.RaisesGroup(PastaRecusada):
            await feito.servir()


@pytest.mark.parametrize("modo", ["starttls", "tls"])
async def test_the_mailbox_is_read_by_a_safe_connection(modo: str, tmp_path: Path) -> None:
    servidor, cliente = certificados(tmp_path)
    caixa, motor = CaixaPostal(), MotorAnotador()
    caixa.depositar(crua("segredo"))
    imap = imap_de(caixa, contexto=servidor, tls_direto=modo == "tls")
    async with servidores(imap) as (porta,), conector(canal(imap=porta, imapTls=modo), motor, cliente) as feito:
        async with servindo(feito):
            await motor.ate(lambda: textos(motor) == ["segredo"])
            caixa.depositar(crua("outro"))
            await motor.ate(lambda: textos(motor) == ["segredo", "outro"])
        await ate(lambda: imap.abertas == 0)


async def test_a_password_with_accents_is_sent_too() -> None:
    imap = ImapFalso(usuarios={SUPORTE: "senhação €"}, pastas={"INBOX": CaixaPostal()})
    async with (
        servidores(imap) as (porta,),
        conector(canal(imap=porta, imapSenha="senhação €")) as feito,
        servindo(feito),
    ):
        await ate(lambda: imap.comandos["IDLE"] == 1)
