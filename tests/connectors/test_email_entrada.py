"""The messages of a mail, and what goes with them."""

from __future__ import annotations

import base64
import struct

import msgspec
import pytest

from connectors.email import carta as cartas
from connectors.email import entrada, imagens, limites
from connectors.email.carteiro import Carteiro
from connectors.email.lembrados import Lembrados
from connectors.email.ritmo import RAJADA
from connectors.email.triagem import Escrita, triar
from engine.conector.entradas import MensagemRecebida
from tests.connectors.email_apoio import SUPORTE, MotorAnotador, crua, marcas

EM = 1_795_784_400_000
GMAIL = "\n\nEm sex., 27 de nov. de 2026 às 10:00, Suporte <suporte@empresa.com.br> escreveu:\n> Olá\n"


async def entregue(bruto: bytes, motor: MotorAnotador | None = None) -> tuple[list[MensagemRecebida], MotorAnotador]:
    motor = motor or MotorAnotador()
    await Carteiro("c", motor, marcas(), SUPORTE, Lembrados()).entregar(bruto, EM)
    return motor.mensagens, motor


def png(largura: int, altura: int, tamanho: int = 100) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", largura, altura) + b"x" * (tamanho - 24)


def gif(largura: int, altura: int) -> bytes:
    return b"GIF89a" + struct.pack("<HH", largura, altura) + b"x" * 33


def jpeg(largura: int, altura: int, tamanho: int) -> bytes:
    quadro = b"\xff\xe0\x00\x10" + b"J" * 14 + b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", altura, largura)
    return b"\xff\xd8" + quadro + b"x" * (tamanho - len(quadro))


def com_anexos(*anexos: tuple[str, str, bytes], corpo: str = "Segue") -> bytes:
    """``(tipo, disposicao, dados)`` each."""
    partes = [f"--b\nContent-Type: text/plain; charset=utf-8\n\n{corpo}\n"]
    for numero, (tipo, disposicao, dados) in enumerate(anexos):
        cid = f"Content-ID: <i{numero}>\n" if disposicao.startswith("inline") else ""
        codificado = base64.encodebytes(dados).decode()
        partes.append(
            f"--b\nContent-Type: {tipo}\nContent-Disposition: {disposicao}\n{cid}"
            f"Content-Transfer-Encoding: base64\n\n{codificado}\n"
        )
    return crua("".join(partes) + "--b--", Content_Type='multipart/mixed; boundary="b"', Message_ID="<m@exemplo.com>")


async def test_a_mail_is_one_message_with_what_its_sender_says() -> None:
    [mensagem], _ = await entregue(
        crua("Oi" + GMAIL, Subject="RES: Pedido", In_Reply_To="<antes@x>", Cc="Bia <b@c.de>")
    )
    assert (mensagem.conteudo, mensagem.assunto, mensagem.responde_a) == ("Oi", "RES: Pedido", "<antes@x>")
    assert (mensagem.nome, mensagem.de.valor, mensagem.de.tipo, mensagem.em) == (
        "Ana Souza",
        "ana@exemplo.com",
        "email",
        EM,
    )
    assert mensagem.metadados["textoInteiro"] == ("Oi" + GMAIL).strip()
    assert mensagem.metadados["assuntoBase"] == "pedido"
    assert (mensagem.metadados["tipoOriginal"], mensagem.metadados["copia"]) == ("email", "Bia <b@c.de>")


async def test_who_writes_without_end_is_taken_for_a_machine() -> None:
    motor = MotorAnotador()
    carteiro = Carteiro("c", motor, marcas(), SUPORTE, Lembrados())
    for numero in range(RAJADA + 5):
        await carteiro.entregar(crua(f"carta {numero}"), EM)
    await carteiro.entregar(crua("de outra pessoa", From="b@c.de"), EM)
    assert [m.automatica for m in motor.mensagens] == [False] * RAJADA + [True] * 5 + [False]
    assert motor.mensagens[-2].metadados["automatica"] == "ritmo"


async def test_what_was_not_trimmed_is_not_kept_twice() -> None:
    [mensagem], _ = await entregue(crua("Oi"))
    assert "textoInteiro" not in mensagem.metadados


async def test_files_follow_the_text_in_their_order() -> None:
    mensagens, motor = await entregue(
        com_anexos(
            ('application/pdf; name="nota.pdf"', "attachment", b"%PDF"),
            ("audio/ogg", "attachment; filename=voz.ogg", b"OggS"),
            ("image/png", "attachment; filename=ponto.png", png(1, 1)),  # attached on purpose: it stays
        )
    )
    assert [m.id for m in mensagens] == [f"<m@exemplo.com>{fim}" for fim in ("", "#1", "#2", "#3")]
    assert [m.tipo for m in mensagens] == ["texto", "documento", "audio", "imagem"]
    assert [m.conteudo for m in mensagens] == ["Segue", "nota.pdf", "voz.ogg", "ponto.png"]
    assert motor.arquivos[mensagens[1].arquivo or ""] == ("nota.pdf", "application/pdf", b"%PDF")
    assert mensagens[1].metadados["emailId"] == "<m@exemplo.com>"


async def test_a_file_that_is_refused_is_told() -> None:
    motor = MotorAnotador()
    motor.recusar_arquivo = lambda nome: "É um programa." if nome.endswith("exe") else None
    mensagens, _ = await entregue(com_anexos(("application/x-dosexec", "attachment; filename=v.exe", b"MZ")), motor)
    assert (mensagens[1].tipo, mensagens[1].arquivo) == ("texto", None)
    assert mensagens[1].conteudo == "O arquivo “v.exe” não foi guardado: É um programa."


async def test_pixels_and_logos_are_left_out_and_named() -> None:
    mensagens, _ = await entregue(
        com_anexos(
            ("image/gif; name=pixel.gif", "inline", gif(1, 1)),
            ("image/png; name=image001.png", "inline", png(300, 90, 5_000)),
            ("image/png; name=tela.png", "inline", png(1280, 720, 5_000)),
            ("image/jpeg; name=foto.jpg", "inline", jpeg(640, 90, 50_000)),
        )
    )
    assert [m.conteudo for m in mensagens[1:]] == ["tela.png", "foto.jpg"]
    assert [omitido["nome"] for omitido in mensagens[0].metadados["omitidos"]] == ["pixel.gif", "image001.png"]
    assert mensagens[1].metadados["cid"] == "i2"


@pytest.mark.parametrize(
    ("dados", "lados"),
    [
        (png(7, 9), (7, 9)),
        (gif(7, 9), (7, 9)),
        (jpeg(7, 9, 100), (7, 9)),
        (b"\xff\xd8\xff\xe0\x00\x00" * 300, None),
        (b"\xff\xd8", None),
        (b"RIFF....WEBP", None),
        (b"", None),
    ],
)
def test_the_size_of_a_picture(dados: bytes, lados: tuple[int, int] | None) -> None:
    assert imagens.tamanho(dados) == lados


@pytest.mark.parametrize(
    ("assunto", "conteudo"), [("Segue o contrato", "Segue o contrato"), ("", "(e-mail sem texto)")]
)
async def test_a_mail_without_text_says_something(assunto: str, conteudo: str) -> None:
    [mensagem], _ = await entregue(crua("\n \u200b\n", Subject=assunto))
    assert mensagem.conteudo == conteudo


async def test_a_mail_of_nobody_can_be_read_and_not_answered() -> None:
    [mensagem], _ = await entregue(crua("Oi", From=None))
    assert (mensagem.de.tipo, mensagem.nome) == ("remetente", None)


async def test_a_text_that_is_too_long_is_cut_and_the_whole_mail_attached() -> None:
    bruto = crua("linha longa\n" * 20_000)
    texto, arquivo = (await entregue(bruto))[0]
    assert len(texto.conteudo) <= 65_536
    assert texto.conteudo.endswith("[Atenção: o texto é longo demais. O e-mail inteiro está anexado.]")
    assert (arquivo.conteudo, arquivo.tipo) == ("Pedido.eml", "documento")
    assert texto.metadados["excessos"] == ["texto"]


@pytest.mark.parametrize(
    ("partes", "excesso"), [(limites.PARTES + 5, "partes"), (limites.ARQUIVOS + 5, "arquivos")], ids=["parts", "files"]
)
async def test_too_many_of_something_is_told_and_the_whole_mail_attached(partes: int, excesso: str) -> None:
    tipo = "text/plain" if excesso == "partes" else "application/pdf"
    corpo = f"--b\nContent-Type: {tipo}\n\noi\n" * partes
    bruto = crua(corpo, Content_Type="multipart/mixed; boundary=b")
    mensagens, motor = await entregue(bruto)
    assert mensagens[0].metadados["excessos"] == [excesso]
    assert "está anexado" in mensagens[0].conteudo
    assert motor.arquivos[mensagens[-1].arquivo or ""][2] == bruto
    assert len(mensagens) <= limites.ARQUIVOS + 2


@pytest.mark.parametrize("letra", ["a", "é", '"', "<", "\u2028", "😀", "\\", "&"])
def test_what_goes_with_a_message_has_room(letra: str) -> None:
    pagina = f"<p>{letra * 300}</p>" * 300
    tipo = "multipart/alternative; boundary=b"
    corpo = f"--b\nContent-Type: text/plain\n\n{'x' + letra * 70_000}{GMAIL}\n"
    corpo += f"--b\nContent-Type: text/html\n\n{pagina}\n--b--"
    carta = cartas.ler(crua(corpo, Content_Type=tipo, To=f"{letra * 3000} <a@b.c>", References="<a@b.c> " * 500))
    decisao = triar(carta, marcas(), SUPORTE, EM)
    assert isinstance(decisao, Escrita)
    [mensagem] = entrada.mensagens(carta, decisao, EM)
    assert len(msgspec.json.encode(mensagem.metadados)) <= 64 * 1024
    assert len(mensagem.conteudo) <= 65_536
    assert mensagem.metadados["textoCortado"]


async def test_the_page_is_kept_beside_the_text() -> None:
    [mensagem], _ = await entregue(crua("<p>Oi <img src='http://x/1.gif'></p>", Content_Type="text/html"))
    assert (mensagem.conteudo, mensagem.metadados["html"].strip()) == ("Oi", "<p>Oi <img></p>")
