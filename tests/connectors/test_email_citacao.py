"""What is kept of a text: what was written now, and never nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.email.citacao import aparada
from connectors.email.pagina import limpa
from connectors.email.pagina import texto as pagina_como_texto
from engine.caracteres import tem_visivel

AGORA = "Obrigada, chegou tudo.\n\nAna"
GMAIL = "Em sex., 27 de nov. de 2026 às 10:00, Suporte <suporte@empresa.com.br> escreveu:"
CITADO = "> Olá Ana,\n> seu pedido saiu.\n>\n> Suporte"

HISTORICOS = {
    "gmail": f"{GMAIL}\n\n{CITADO}",
    "gmail wrapped": "Em sex., 27 de nov. de 2026 às 10:00, Suporte da Empresa <\nsuporte@empresa.com.br> escreveu:\n\n"
    + CITADO,
    "gmail in English": f"On Fri, Nov 27, 2026 at 10:00 AM Suporte <suporte@empresa.com.br> wrote:\n\n{CITADO}",
    "wrapped in English": "On Fri, Nov 27, 2026 at 10:00 AM Suporte da Empresa\n<suporte@empresa.com.br> wrote:\n"
    + CITADO,
    "apple": f"> Em 27 de nov. de 2026, à(s) 10:00, Suporte <suporte@empresa.com.br> escreveu:\n>\n{CITADO}",
    "apple, not quoted": f"Em 27/11/2026 10:00, Suporte escreveu:\n{CITADO}",
    "thunderbird": f"Em 27/11/2026 10:00, Suporte escreveu:\n{CITADO}",
    "yahoo": "    Em sexta-feira, 27 de novembro de 2026 10:00:00 BRT, Suporte <s@e.com> escreveu:  \n \n Olá Ana",
    "by name": f"Suporte <suporte@empresa.com.br> escreveu:\n{CITADO}",
    "by date": f"2026-11-27 10:00 GMT-03:00 Suporte <suporte@empresa.com.br> escreveu:\n{CITADO}",
    "Spanish": f"El vie, 27 nov 2026 a las 10:00, Suporte (<suporte@empresa.com.br>) escribió:\n\n{CITADO}",
    "not quoted": f"{GMAIL}\n\nOlá Ana,\nseu pedido saiu.",
    "outlook": "________________________________\nDe: Suporte <suporte@empresa.com.br>\n"
    "Enviado: sexta-feira, 27 de novembro de 2026 10:00\nPara: Ana <ana@exemplo.com>\nAssunto: Pedido\n\nOlá Ana",
    "outlook in bold": "*De:* Suporte <suporte@empresa.com.br>\n*Enviada em:* sexta-feira, 27 de novembro de 2026\n"
    "*Para:* Ana\n*Assunto:* Pedido\n\nOlá",
    "outlook in English": "From: Suporte <suporte@empresa.com.br>\nSent: Friday, November 27, 2026 10:00 AM\n"
    "To: Ana\nSubject: Pedido\n\nOlá Ana",
    "original": "-----Mensagem original-----\nDe: Suporte\nEnviada em: 27/11/2026\nPara: Ana\n\nOlá",
    "original in English": "-----Original Message-----\nFrom: Suporte\nSent: Friday\n\nOlá",
    "quotes alone": CITADO,
}


@pytest.mark.parametrize("historico", HISTORICOS.values(), ids=HISTORICOS.keys())
def test_the_history_below_is_trimmed(historico: str) -> None:
    assert aparada(f"{AGORA}\n\n{historico}") == AGORA


@pytest.mark.parametrize("historico", HISTORICOS.values(), ids=HISTORICOS.keys())
def test_a_text_that_is_only_history_stays_whole(historico: str) -> None:
    assert aparada(historico) == historico.strip()


@pytest.mark.parametrize(
    "assinatura",
    [
        "-- \nAna Souza\nDiretora\n+55 11 99999-0000",
        "--\nAna Souza",
        "Enviado do meu iPhone",
        "Enviado do meu Galaxy",
        "Enviado a partir do meu smartphone Samsung Galaxy",
        "Enviado de Outlook para Android<https://aka.ms/AAb9ysg>",
        "Obter o Outlook para iOS<https://aka.ms/o0ukef>",
        "Sent from my iPhone",
        "Get Outlook for iOS",
        "Sent from Mail for Windows",
        "Enviado do Email para Windows",
        "Enviado do Yahoo Mail no Android",
    ],
)
def test_the_signature_is_trimmed(assinatura: str) -> None:
    assert aparada(f"Pode cancelar.\n\n{assinatura}") == "Pode cancelar."
    assert aparada(f"Pode cancelar.\n\n{assinatura}\n\n{GMAIL}\n{CITADO}") == "Pode cancelar."
    assert aparada(assinatura) == assinatura


@pytest.mark.parametrize(
    "texto",
    [
        "Em resumo, ele escreveu: não quero mais.",
        "On reflection, I wrote: no",
        "Em 2020 meu chefe escreveu:\nnão pague.\nO que faço?",
        "De: São Paulo\nPara: Recife\nQuero mudar a passagem.",
        "Enviado do meu escritório, o contrato chegou ontem.",
        "Veja:\n> citado\ne depois eu continuo",
        "1 < 2 > 0",
        "Itens:\n-- um\n-- dois\nfim",
        "Segue.\n\n---------- Forwarded message ---------\nDe: Banco <b@c.de>\nData: ontem\nPara: ana\n\nSeu boleto",
        "Veja abaixo\n\nInício da mensagem encaminhada:\n\nDe: Banco\nData: ontem\nPara: ana\n\nSeu boleto",
    ],
)
def test_what_is_no_history_stays(texto: str) -> None:
    assert aparada(texto) == texto


EM_HTML = {
    "gmail": '<div dir="ltr">Chegou.<br clear="all"><div><br></div><span class="gmail_signature_prefix">-- </span><br>'
    '<div class="gmail_signature">Ana</div></div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">Em '
    'sex., 27 de nov. de 2026 às 10:00, Suporte &lt;<a href="mailto:s@e.com">s@e.com</a>&gt; escreveu:<br></div>'
    '<blockquote class="gmail_quote"><div>Olá Ana</div></blockquote></div>',
    "outlook": "<div class=WordSection1><p class=MsoNormal>Chegou.<o:p></o:p></p><p class=MsoNormal>&nbsp;</p>"
    "<div style='border:none;border-top:solid #E1E1E1 1.0pt'><p class=MsoNormal><b>De:</b> Suporte &lt;s@e.com&gt; <br>"
    "<b>Enviada em:</b> sexta-feira, 27 de novembro de 2026 10:00<br><b>Para:</b> Ana<br>"
    "<b>Assunto:</b> Pedido</p></div><p class=MsoNormal>Olá Ana</p></div>",
    "outlook.com": '<div>Chegou.</div><hr style="width:98%"><div id="divRplyFwdMsg"><font><b>From:</b> Suporte '
    "&lt;s@e.com&gt;<br><b>Sent:</b> Friday<br><b>To:</b> Ana<br><b>Subject:</b> Pedido</font></div>"
    "<div>Olá Ana</div>",
    "apple": "<div>Chegou.<br><br><div>Enviado do meu iPhone</div><div><br><blockquote type='cite'>Em 27 de nov. "
    "de 2026, à(s) 10:00, Suporte &lt;s@e.com&gt; escreveu:<br><br></blockquote></div><blockquote type='cite'>"
    "<div>Olá Ana</div></blockquote></div>",
}


@pytest.mark.parametrize("pagina", EM_HTML.values(), ids=EM_HTML.keys())
def test_the_pages_that_programs_write_are_trimmed_too(pagina: str) -> None:
    assert aparada(pagina_como_texto(limpa(pagina))) == "Chegou."


def test_a_forwarded_mail_keeps_what_it_forwards() -> None:
    texto = f"Segue\n\n{HISTORICOS['outlook']}"
    assert aparada(texto, "ENC: Pedido") == texto
    assert aparada(texto, "RES: Pedido") == "Segue"


def test_an_answer_below_the_quotation_is_the_answer() -> None:
    assert aparada(f"{GMAIL}\n\n{CITADO}\n\nSim, pode ser.\n\n-- \nAna") == "Sim, pode ser."


def test_answers_between_the_lines_stay_with_what_they_answer() -> None:
    texto = f"{GMAIL}\n> Qual o número?\n42\n> E o nome?\nAna\n> Suporte\n> Empresa"
    assert aparada(texto) == f"{GMAIL}\n> Qual o número?\n42\n> E o nome?\nAna"


def test_an_introduction_and_answers_between_the_lines_stay() -> None:
    texto = f"Respondo abaixo.\n\n{GMAIL}\n> Qual o número?\n42\n> Obrigado"
    assert aparada(texto).startswith("Respondo abaixo.")
    assert aparada(texto).endswith("42")


LINHAS = [
    "Oi", "", "> citado", ">> mais", GMAIL, "De: x", "Enviado: y", "Assunto: z", "-- ", "--", "Enviado do meu iPhone",
    "________________", "-----Mensagem original-----", "Forwarded message", "Em 1", "x@y> escreveu:", ":", "\u200b",
]  # fmt: skip


@given(st.lists(st.sampled_from(LINHAS), max_size=25), st.sampled_from(["", "Re: x", "Fwd: x"]))
def test_what_is_kept_was_written_and_is_something(linhas: list[str], assunto: str) -> None:
    texto = "\n".join(linhas)
    aparado = aparada(texto, assunto)
    restam = iter(linha.strip() for linha in linhas)
    assert all(linha.strip() in restam for linha in aparado.split("\n") if linha.strip())
    assert tem_visivel(aparado) or not tem_visivel(texto)


def test_many_lines_take_little_time() -> None:
    for linha in ("Em 1 <", "a <b@c> :", "De: x", "> ", "-- ", "On 1 " + "x" * 600 + ":", "Enviado do meu "):
        texto = "\n".join([linha] * 50_000)
        assert aparada(texto)
