"""What is sent: read again by the standard library, and never more lines than were meant."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.email.enderecos import valido
from connectors.email.montar import Pronta, Remetente, montar
from engine.conector.enderecos import Endereco
from engine.conector.trabalhos import ArquivoParaEnviar, Envio
from tests.connectors.email_apoio import ANA, SUPORTE, marcas

CAMPOS = {"Date", "From", "To", "Subject", "Message-ID", "Reply-To", "In-Reply-To", "References", "MIME-Version",
          "Content-Type", "Auto-Submitted", "X-Auto-Response-Suppress", "X-Balcao",
          "Content-Transfer-Encoding"}  # fmt: skip


def pronta(nome: str = "Suporte", arquivo: bytes | None = None, **campos: Any) -> Pronta:
    padrao: dict[str, Any] = {"para": Endereco("email", ANA), "conteudo": "Olá", "assunto": "Pedido"}
    envio = Envio(**padrao | campos)
    return montar("t1", envio, Remetente(nome, SUPORTE), marcas(), 1_795_784_400, arquivo)


def carta(**campos: Any) -> EmailMessage:
    return message_from_bytes(pronta(**campos).bruto, policy=policy.default)


def texto(mensagem: EmailMessage, qual: str = "plain") -> str:
    corpo = mensagem.get_body((qual,))
    assert corpo is not None
    return cast("str", corpo.get_content())


def test_what_a_mail_says_of_itself() -> None:
    c = carta(conteudo="Olá, mundo", responde_a="<b@x>", referencias=("<a@x>", "<b@x>"))
    assert (c["From"], c["To"], c["Subject"]) == (f"Suporte <{SUPORTE}>", ANA, "Re: Pedido")
    assert c["Date"] == "Fri, 27 Nov 2026 13:00:00 -0000"
    assert (c["Message-ID"], c["In-Reply-To"]) == (marcas().message_id("t1"), "<b@x>")
    assert c["References"].split() == ["<a@x>", "<b@x>"]
    assert c["Reply-To"].addresses[0].addr_spec == marcas().responder_para("t1")
    assert (c["Auto-Submitted"], texto(c)) == (None, "Olá, mundo\r\n")
    assert c["X-Balcao"] == marcas().da_empresa


def test_what_no_person_wrote_says_so() -> None:
    assert carta(automatica=True)["Auto-Submitted"] == "auto-generated"
    assert carta(automatica=True, responde_a="<b@x>")["Auto-Submitted"] == "auto-replied"


def test_the_same_job_makes_the_same_mail() -> None:
    assert pronta() == pronta()


def test_the_page_says_the_same_and_nothing_acts_in_it() -> None:
    html = texto(carta(conteudo="<script>a & b</script>\nhttps://x.y/?a=1&b=2."), "html")
    assert "&lt;script&gt;a &amp; b&lt;/script&gt;<br>" in html
    assert '<a href="https://x.y/?a=1&amp;b=2">https://x.y/?a=1&amp;b=2</a>.' in html


@pytest.mark.parametrize(
    ("assunto", "responde_a", "esperado"),
    [
        ("Pedido", None, "Pedido"),
        ("Re: RES: Pedido", "<a@b>", "Re: Pedido"),
        (None, "<a@b>", "Sua mensagem"),
        ("Não chegou: " + "é" * 300, None, "Não chegou: " + "é" * 300),
        ("=?utf-8?q?nao_decodificar?=", None, "=?utf-8?q?nao_decodificar?="),
    ],
)
def test_the_subject(assunto: str | None, responde_a: str | None, esperado: str) -> None:
    assert carta(assunto=assunto, responde_a=responde_a)["Subject"] == esperado


def test_an_answer_to_a_file_answers_its_mail() -> None:
    assert carta(responde_a="<a@b.c>#3")["In-Reply-To"] == "<a@b.c>"


@pytest.mark.parametrize("responde_a", ["sha256:abc", "imap:1/2", "<a b>", "<a@b>\r\nBcc: x@y", ""])
def test_what_is_no_message_id_is_not_written(responde_a: str) -> None:
    c = carta(responde_a=responde_a)
    assert (c["In-Reply-To"], c["References"], c["Bcc"]) == (None, None, None)


def test_of_many_references_the_first_and_the_last_ones_stay() -> None:
    ids = tuple(f"<{'m' * 60}{numero}@x>" for numero in range(500))
    ditas = carta(referencias=ids, responde_a=ids[-1])["References"].split()
    assert (ditas[0], ditas[-1], len(ditas)) == (ids[0], ids[-1], 20)


def test_a_long_message_id_is_not_folded_into_pieces() -> None:
    longa = f"<{'m' * 300}@exemplo.com>"
    assert longa.encode() in pronta(responde_a=longa).bruto


@pytest.mark.parametrize(
    "nome", ["nota.pdf", "ação.pdf", 'a"b\\c.pdf', "é" * 190 + ".pdf", "a/b.pdf", "x\r\nBcc: y", ""]
)
def test_a_file_has_its_name(nome: str) -> None:
    arquivo = ArquivoParaEnviar(nome, "application/pdf", 3, "http://x")
    [anexo] = carta_com(arquivo, b"abc").iter_attachments()
    esperado = " ".join(nome.split()).replace("/", "_").replace("\\", "_") or "arquivo"
    assert (anexo.get_filename(), anexo.get_content()) == (esperado, b"abc")


def carta_com(arquivo: ArquivoParaEnviar, dados: bytes) -> EmailMessage:
    envio = Envio(para=Endereco("email", ANA), conteudo="Segue", arquivo=arquivo)
    feita = montar("t1", envio, Remetente("Suporte", SUPORTE), marcas(), 1_795_784_400, dados)
    return message_from_bytes(feita.bruto, policy=policy.default)


@pytest.mark.parametrize("tipo", ["text/html\r\nX: y", "multipart/mixed", "message/rfc822", "", "nada"])
def test_a_type_that_is_none_or_does_harm_is_bytes(tipo: str) -> None:
    [anexo] = carta_com(ArquivoParaEnviar("a", tipo, 3, "http://x"), b"abc").iter_attachments()
    assert anexo.get_content_type() == "application/octet-stream"


def test_a_domain_with_accents_is_written_as_the_name_system_has_it() -> None:
    feita = pronta(para=Endereco("email", "ana@münchen.de"))
    assert (feita.para, feita.utf8) == ("ana@xn--mnchen-3ya.de", False)
    assert pronta(para=Endereco("email", "joão@exemplo.com")).utf8


@pytest.mark.parametrize("para", ["a@b>\r\nBcc: x@y", "a@b\nx", "", "a b@c"])
def test_what_is_no_address_makes_no_mail(para: str) -> None:
    with pytest.raises(ValueError, match="not an address"):
        pronta(para=Endereco("email", para))


qualquer = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
com_quebras = st.one_of(
    qualquer, st.text(st.sampled_from('\r\n:ab <>@"\\=?,;é\x00\x0b\x0c\x1c\x85\u2028 '), max_size=200)
)


@given(com_quebras, com_quebras, com_quebras, com_quebras, com_quebras)
def test_nothing_brings_a_line_of_its_own(
    nome: str, assunto: str, conteudo: str, arquivo: str, referencia: str
) -> None:
    anexo = ArquivoParaEnviar(arquivo, arquivo, 3, "http://x")
    envio = Envio(
        para=Endereco("email", ANA), conteudo=conteudo, assunto=assunto, arquivo=anexo, responde_a=referencia,
        referencias=(referencia,), automatica=True,
    )  # fmt: skip
    bruto = montar("t1", envio, Remetente(nome, SUPORTE), marcas(), 0, b"abc").bruto
    cabecalho = bruto.partition(b"\r\n\r\n")[0].decode()
    assert {linha.partition(":")[0] for linha in cabecalho.split("\r\n") if linha[0] not in " \t"} <= CAMPOS
    assert all(len(linha) <= 998 and b"\n" not in linha and b"\r" not in linha for linha in bruto.split(b"\r\n"))
    lida = message_from_bytes(bruto, policy=policy.default)
    assert len(list(lida.iter_attachments())) == 1


@given(st.text(max_size=300))
def test_what_counts_as_an_address_can_stand_in_a_command(para: str) -> None:
    if valido(para):
        assert not set(para) & set(' <>\r\n\t\x00,;"')
