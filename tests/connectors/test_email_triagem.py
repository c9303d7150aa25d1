"""What a mail is: a person's, a machine's, a report, our own; and which message it answers."""

from __future__ import annotations

from itertools import count
from uuid import uuid4

import pytest

from connectors.email import carta as cartas
from connectors.email.automatico import motivo
from connectors.email.marcas import Marcas
from connectors.email.ritmo import CORRESPONDENTES, Ritmo
from connectors.email.triagem import Escrita, Nada, Relatos, triar
from engine.balde import SEGUNDO
from engine.conector.entradas import StatusRecebido
from tests.connectors.email_apoio import SUPORTE, crua, lida, marcas

EM = 1_795_784_400_000
TRABALHO = str(uuid4())
NOSSO = marcas().message_id(TRABALHO)


def escrita(**campos: str | None) -> Escrita:
    decisao = triar(lida(**campos), marcas(), SUPORTE, EM)
    assert isinstance(decisao, Escrita)
    return decisao


def status(bruto: bytes) -> StatusRecebido:
    decisao = triar(cartas.ler(bruto), marcas(), SUPORTE, EM)
    assert isinstance(decisao, Relatos)
    [um] = decisao.status
    return um


# -- machines ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "campos",
    [
        {"Auto-Submitted": "auto-replied"},
        {"Auto-Submitted": "auto-generated; x=y"},
        {"Auto-Submitted": "auto-notified"},
        {"X-Autoreply": "yes"},
        {"X-Auto-Response-Suppress": "DR, OOF, AutoReply"},
        {"X-Auto-Response-Suppress": "All"},
        {"Precedence": "bulk"},
        {"Precedence": "auto_reply"},
        {"Precedence": "junk"},
        {"Precedence": "list", "List-Id": "Lista <lista.exemplo.com>"},
        {"List-Unsubscribe": "<mailto:sair@exemplo.com>"},
        {"Subject": "Resposta automática: Pedido"},
        {"Subject": "Automatic reply: Pedido"},
        {"Subject": "Out of Office: Pedido"},
        {"Subject": "=?utf-8?q?Fora_do_escrit=C3=B3rio?="},
        {"Subject": "Re: Resposta automática", "In-Reply-To": "<a@b>"},
        {"From": "postmaster@exemplo.com"},
    ],
)
def test_no_person_wrote_it(campos: dict[str, str]) -> None:
    assert escrita(**campos).automatica is not None


@pytest.mark.parametrize(
    "campos",
    [
        {},
        {"Auto-Submitted": "no"},
        {"X-Auto-Response-Suppress": "DR, RN"},
        {"Precedence": "normal"},
        {"Subject": "Minha resposta automática não funciona"},
        {"Subject": "Re: Out of stock"},
        {"List-Id": "<suporte.empresa.com.br>", "Precedence": "list", "List-Post": f"<mailto:{SUPORTE}>"},
        {"From": "noreply@loja.com"},
    ],
)
def test_a_person_wrote_it(campos: dict[str, str]) -> None:
    assert escrita(**campos).automatica is None


def test_a_mail_that_goes_round_and_round_is_a_machine_s() -> None:
    voltas = b"Received: by alguem\r\n" * 70
    assert motivo(cartas.ler(voltas + crua()), SUPORTE) == "voltas"


# -- our own -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "campos",
    [
        {"Message-ID": NOSSO},
        {"Message-ID": NOSSO.upper().replace("BALCAO", "balcao").replace("EMPRESA.COM.BR", "empresa.com.br")},
        {"From": SUPORTE},
        {"From": f"Suporte <{SUPORTE.upper()}>"},
        {"From": marcas().responder_para(TRABALHO)},
        {"From": SUPORTE, "Reply-To": marcas().responder_para(TRABALHO)},
    ],
)
def test_what_is_ours_is_nobody_s_message(campos: dict[str, str]) -> None:
    assert isinstance(triar(lida(**campos), marcas(), SUPORTE, EM), Nada)


@pytest.mark.parametrize("campo", ["Reply-To", "X-Original-From", "X-Original-Sender"])
def test_a_form_or_a_group_that_writes_as_us_says_who_it_is(campo: str) -> None:
    de = escrita(**{"From": f"Ana via Suporte <{SUPORTE}>", campo: "Ana <ana@exemplo.com>"}).de
    assert de is not None
    assert de.email == "ana@exemplo.com"


# -- threads -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("campos", "responde_a"),
    [
        ({}, None),
        ({"In-Reply-To": "<outra@x>"}, "<outra@x>"),
        ({"References": "<a@x> <b@x>"}, "<b@x>"),
        ({"In-Reply-To": "<outra@x>", "References": f"<a@x> {NOSSO} <c@x>"}, NOSSO),
        ({"In-Reply-To": NOSSO, "References": "<a@x>"}, NOSSO),
        ({"To": marcas().responder_para(TRABALHO)}, NOSSO),
        ({"To": f"Suporte <{marcas().responder_para(TRABALHO).upper()}>"}, NOSSO),
        ({"Delivered-To": marcas().responder_para(TRABALHO), "In-Reply-To": "<perdida@x>"}, NOSSO),
    ],
    ids=count(),  # ours are signed with a key of this run
)
def test_which_message_it_answers(campos: dict[str, str], responde_a: str | None) -> None:
    assert escrita(**campos).responde_a == responde_a


def test_a_tag_that_was_made_up_says_nothing() -> None:
    outra = Marcas(b"x" * 32, SUPORTE)
    assert escrita(To=outra.responder_para(TRABALHO)).responde_a is None
    verdadeira = marcas().responder_para(TRABALHO)
    onde = verdadeira.index("+t.") + 10
    trocada = verdadeira[:onde] + ("a" if verdadeira[onde] != "a" else "b") + verdadeira[onde + 1 :]
    assert escrita(To=trocada).responde_a is None
    assert escrita(To="suporte+t.curta@empresa.com.br").responde_a is None


def test_a_job_of_any_name_has_its_marks() -> None:
    estranha = marcas().message_id("trabalho/42 é")
    assert marcas().message_id("trabalho/42 é") == estranha
    nosso = marcas().do_id(estranha)
    assert nosso is not None
    assert nosso.trabalho_id is None
    assert escrita(To=marcas().responder_para("trabalho/42 é")).responde_a == estranha


def test_an_address_without_room_for_a_tag_has_none() -> None:
    longa = Marcas(b"k", "um-endereco-muito-comprido-mesmo@empresa.com.br")
    assert longa.responder_para(TRABALHO) == "um-endereco-muito-comprido-mesmo@empresa.com.br"
    assert Marcas(b"k", SUPORTE, com_etiqueta=False).responder_para(TRABALHO) == SUPORTE


# -- reports -----------------------------------------------------------------------------------------------------------


def relatorio(
    acao: str = "failed", codigo: str = "5.1.1", diagnostico: str = "smtp; 550 no", devolvido: str = ""
) -> bytes:
    devolvido = devolvido or f"Message-ID: {NOSSO}\nTo: x@y.z"
    corpo = (
        "--b\nContent-Type: text/plain\n\nNão foi entregue\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n"
        f"Final-Recipient: rfc822; x@y.z\nAction: {acao}\nStatus: {codigo}\nDiagnostic-Code: {diagnostico}\n"
        f"\n--b\nContent-Type: text/rfc822-headers\n\n{devolvido}\n--b--"
    )
    return crua(
        corpo, From="MAILER-DAEMON@mx", Content_Type='multipart/report; report-type=delivery-status; boundary="b"'
    )


@pytest.mark.parametrize(
    ("codigo", "classe", "palavras"),
    [
        ("5.1.1", "final", "o endereço não existe"),
        ("5.1.2", "final", "o domínio do endereço não existe"),
        ("5.2.2", "tentar", "a caixa postal está cheia"),
        ("4.2.2", "tentar", "a caixa postal está cheia"),
        ("5.2.3", "final", "grande demais"),
        ("4.4.1", "tentar", "não pôde ser alcançado"),
        ("5.7.1", "final", "recusou a mensagem por suas regras"),
        ("5.9.9", "final", "o servidor de destino não o aceitou"),
    ],
)
def test_a_bounce_says_why_in_words(codigo: str, classe: str, palavras: str) -> None:
    lido = status(relatorio(codigo=codigo))
    assert (lido.estado, lido.classe, lido.codigo) == ("falhou", classe, codigo)
    assert (lido.trabalho_id, lido.id_externo, lido.em) == (TRABALHO, NOSSO, EM)
    assert palavras in (lido.erro or "")
    assert "550 no" in (lido.erro or "")


def test_a_bounce_of_a_mail_that_bears_no_mark_names_it_by_its_id() -> None:
    lido = status(relatorio(devolvido="Message-ID: <reescrito@ses>"))
    assert (lido.trabalho_id, lido.id_externo) == (None, "<reescrito@ses>")


def test_a_bounce_finds_our_mark_where_the_id_was_rewritten() -> None:
    devolvido = f"Message-ID: <reescrito@ses>\nReply-To: {marcas().responder_para(TRABALHO)}"
    assert status(relatorio(devolvido=devolvido)).trabalho_id == TRABALHO


def test_a_report_of_delivery_is_no_failure() -> None:
    assert status(relatorio("delivered", "2.0.0")).estado == "entregue"


def test_a_delay_changes_nothing() -> None:
    assert triar(cartas.ler(relatorio("delayed", "4.4.1")), marcas(), SUPORTE, EM) == Relatos(())


def test_a_read_receipt_says_that_it_was_read() -> None:
    corpo = f"--b\n\nlida\n--b\nContent-Type: message/disposition-notification\n\nOriginal-Message-ID: {NOSSO}\n"
    tipo = 'multipart/report; report-type=disposition-notification; boundary="b"'
    lida_ = crua(corpo + "Disposition: manual-action/MDN-sent-manually; displayed\n--b--", Content_Type=tipo)
    assert (status(lida_).estado, status(lida_).trabalho_id) == ("lido", TRABALHO)


NAO_PADRAO = {
    "qmail": ("failure notice", "MAILER-DAEMON@mx",
              f"<x@y.z>:\n550 5.1.1 no such user\n\n--- Below\n\nMessage-ID: {NOSSO}"),
    "exim": ("Mail delivery failed: returning message to sender", "Mailer-Daemon@mx",
             f"  x@y.z\n    host mx: 550 User unknown\n\nMessage-ID: {NOSSO}"),
    "exchange": ("Não entregue: Pedido", "postmaster@exemplo.com", f"#550 5.7.1 recusado##\n\nMessage-ID: {NOSSO}"),
    "english": ("Undeliverable: Pedido", "MicrosoftExchange329e@exemplo.com", f"550 5.1.10 x\n\n{NOSSO}"),
    "gmail": ("Delivery Status Notification (Failure)", "mailer-daemon@googlemail.com",
              f"The response was: 550 5.1.1 no\n\nReply-To: {marcas().responder_para(TRABALHO)}"),
}  # fmt: skip


@pytest.mark.parametrize("qual", NAO_PADRAO)
def test_a_bounce_that_keeps_to_no_standard(qual: str) -> None:
    assunto, de, corpo = NAO_PADRAO[qual]
    lido = status(crua(corpo, Subject=assunto, From=de))
    assert (lido.estado, lido.classe, lido.trabalho_id) == ("falhou", "final", TRABALHO)


def test_a_bounce_that_does_not_say_of_what_is_no_message() -> None:
    carta = lida("nada", Subject="Undelivered Mail Returned to Sender", From="mailer-daemon@mx")
    assert isinstance(triar(carta, marcas(), SUPORTE, EM), Nada)


@pytest.mark.parametrize("assunto", ["Undeliverable: meu pedido", "Falha na entrega do pedido 42", "Delivery failure"])
def test_a_person_who_writes_about_a_failed_delivery_is_a_person(assunto: str) -> None:
    assert escrita(Subject=assunto).automatica is None


def test_a_forged_bounce_reaches_only_who_knows_the_id() -> None:
    falso = Marcas(b"x", SUPORTE).message_id(TRABALHO)
    assert status(relatorio(devolvido=f"Message-ID: {falso}")).trabalho_id is None


# -- the rate of one correspondent -------------------------------------------------------------------------------------


def test_who_writes_too_fast_is_a_machine_for_a_while() -> None:
    ritmo = Ritmo(rajada=3, intervalo_s=10)
    assert [ritmo.demais("a@b", 0) for _ in range(5)] == [False, False, False, True, True]
    assert not ritmo.demais("c@d", 0)
    assert not ritmo.demais("a@b", 60 * SEGUNDO)


def test_the_memory_of_correspondents_is_bounded() -> None:
    ritmo = Ritmo()
    for numero in range(CORRESPONDENTES + 500):
        ritmo.demais(f"{numero}@x", 0)
    assert len(ritmo) == CORRESPONDENTES
