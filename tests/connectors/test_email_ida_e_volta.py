"""What others' software writes is read as it was meant: the standard library's, and our own."""

from __future__ import annotations

from email import policy
from email.message import EmailMessage

from hypothesis import given
from hypothesis import strategies as st

from connectors.email import carta as cartas
from connectors.email.montar import Remetente, montar
from engine.conector.enderecos import Endereco
from engine.conector.trabalhos import ArquivoParaEnviar, Envio
from tests.connectors.email_apoio import ANA, SUPORTE, marcas

visiveis = st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Cn", "Co"], exclude_characters="\u00a0\ufeff")
textos = st.lists(st.text(visiveis, max_size=60).map(str.rstrip), max_size=8).map("\n".join)
palavras = st.text(st.sampled_from("abçãéñ你好 Zß😀-_.()'"), min_size=1, max_size=40).map(lambda t: " ".join(t.split()))
arquivos = st.lists(st.tuples(palavras.filter(bool), st.binary(max_size=300)), max_size=4)
charsets = st.sampled_from(["utf-8", "iso-8859-1", "windows-1252", "utf-16", "koi8-r", "gb18030", "iso-2022-jp"])
ctes = st.sampled_from(["base64", "quoted-printable", "8bit"])


@given(textos, palavras, palavras, arquivos, ctes, st.booleans())
def test_a_mail_that_the_standard_library_wrote(
    texto: str, assunto: str, nome: str, anexos: list[tuple[str, bytes]], cte: str, pagina: bool
) -> None:
    mensagem = EmailMessage(policy=policy.SMTP.clone(max_line_length=998))
    mensagem["From"] = f'"{nome}" <{ANA}>' if nome.isascii() else f"{nome.translate(_SEM_SINAIS)} <{ANA}>"
    mensagem["To"] = SUPORTE
    mensagem["Subject"] = assunto
    mensagem.set_content(texto, cte=cte)
    if pagina:
        mensagem.add_alternative("<p>outra forma</p>", subtype="html")
    for nome_do_arquivo, dados in anexos:
        mensagem.add_attachment(dados, maintype="application", subtype="pdf", filename=nome_do_arquivo)
    carta = cartas.ler(mensagem.as_bytes())
    esperado = texto.strip("\n") if texto.strip() or not pagina else "outra forma"
    assert carta.corpo.texto.strip("\n") == esperado
    assert carta.assunto == assunto.strip()
    assert carta.de is not None
    assert carta.de.email == ANA
    assert [(anexo.nome, anexo.corpo()) for anexo in carta.corpo.anexos] == [(n, d) for n, d in anexos if d]


_SEM_SINAIS = str.maketrans(dict.fromkeys("()'.\"\\", "_"))


@given(st.text(st.sampled_from("abc çãé€ñÜ\n"), min_size=1, max_size=200), charsets)
def test_a_charset_that_is_told_rightly_is_read_rightly(texto: str, charset: str) -> None:
    dados = texto.encode(charset, "ignore")
    bruto = b"From: a@b.c\nContent-Type: text/plain; charset=%s\n\n%s" % (charset.encode(), dados)
    if charset != "utf-16":  # which cannot stand in a mail without an encoding of transfer
        assert cartas.ler(bruto).corpo.texto == dados.decode(charset)


@given(textos.filter(str.strip), palavras.filter(bool), palavras, st.binary(min_size=1, max_size=500))
def test_a_mail_that_we_wrote(texto: str, assunto: str, arquivo: str, dados: bytes) -> None:
    anexo = ArquivoParaEnviar(arquivo, "application/pdf", len(dados), "http://x")
    envio = Envio(para=Endereco("email", ANA), conteudo=texto, assunto=assunto, arquivo=anexo)
    carta = cartas.ler(montar("t", envio, Remetente("Suporte", SUPORTE), marcas(), 0, dados).bruto)
    assert carta.corpo.texto.strip("\n") == texto.strip("\n")
    assert [(a.nome, a.corpo()) for a in carta.corpo.anexos] == [(arquivo or "arquivo", dados)]
    assert carta.id == marcas().message_id("t")
