"""The chat on a phone: what is sent is seen at once, what went wrong is said, nothing is in the way of reading."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trio

from tests.servidor import Servidor
from tests.web.chat_apoio import AMBIENTE, PNG, Chat, chat
from tests.web.navegador import Aba, aba, abas

LARGURA, ALTURA, COM_TECLADO = 390, 844, 460
ENVIADA = "[...document.querySelectorAll('.minha .pe')].every(p => p.textContent.includes('✓'))"
DO_FIM = "(r => r.scrollHeight - r.scrollTop - r.clientHeight)(document.getElementById('rolagem'))"


@pytest.fixture(scope="module")
def casa_do_chat(novo_banco: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servidor]:
    with Servidor(tmp_path_factory.mktemp("chat"), novo_banco(), AMBIENTE) as servidor:
        yield servidor


async def abrir(pagina: Aba, c: Chat) -> None:
    await pagina.tamanho(LARGURA, ALTURA)
    await pagina.ir(f"{c.servidor.url}/chat/{c.canal}")
    await pagina.ate("document.title === 'Loja'")


async def escrever(pagina: Aba, texto: str) -> None:
    await pagina.valor("document.getElementById('texto').focus()")
    await pagina.digitar(texto)
    await pagina.tecla("Enter", 13, "\r")


async def conversar(pagina: Aba, c: Chat) -> str:
    """Say something; the ticket that is born."""
    await abrir(pagina, c)
    await escrever(pagina, "oi")
    await pagina.ate(f"document.querySelector('.minha') && {ENVIADA}")
    return str((await c.tickets())[0]["id"])


async def anexar(pagina: Aba, pasta: Path, nome: str, conteudo: bytes) -> None:
    await trio.Path(pasta / nome).write_bytes(conteudo)
    raiz = await pagina.mandar("DOM.getDocument")
    campo = await pagina.mandar("DOM.querySelector", nodeId=raiz["root"]["nodeId"], selector="#arquivo")
    await pagina.mandar("DOM.setFileInputFiles", files=[str(pasta / nome)], nodeId=campo["nodeId"])


async def apertar(pagina: Aba, texto: str) -> None:
    await pagina.valor(f"[...document.querySelectorAll('button')].find(b => b.textContent === {texto!r}).click()")


async def retratar(pagina: Aba, nome: str, pasta: Path) -> None:
    assert await pagina.valor("document.documentElement.scrollWidth <= innerWidth")
    await pagina.retrato(Path(os.environ.get("RETRATOS", pasta)) / f"telefone-{nome}.png")


async def test_what_either_side_sends_is_a_picture_or_a_link_at_once(casa_do_chat: Servidor, tmp_path: Path) -> None:
    async with chat(casa_do_chat, origens="", arquivosAntes=True) as c, aba() as pagina:
        ticket = await conversar(pagina, c)
        await anexar(pagina, tmp_path, "foto.png", PNG)
        await pagina.ate("document.querySelector('.minha img')?.naturalWidth === 1")
        await anexar(pagina, tmp_path, "lista.txt", b"arroz")
        await pagina.ate("document.querySelector('.minha a[download]')?.textContent === 'lista.txt'")
        assert await pagina.valor("fetch(document.querySelector('.minha a[download]').href).then(r => r.text())") == (
            "arroz"
        )
        for nome, conteudo, tipo in (("recibo.png", PNG, "image/png"), ("contrato.txt", b"sim", "text/plain")):
            await c.http.post(
                "/atendimento/mensagens/arquivo",
                headers=c.admin.cabecalhos,
                data={"ticketId": ticket},
                files={"arquivo": (nome, conteudo, tipo)},
            )
        await pagina.ate("document.querySelector('.deles img')?.naturalWidth === 1")
        await pagina.ate("document.querySelector('.deles a[download]')?.textContent === 'contrato.txt'")
        await pagina.ate(ENVIADA)
        assert await pagina.valor("document.querySelectorAll('.fala').length") == 5  # each once
        await retratar(pagina, "arquivos", tmp_path)
        assert pagina.problemas == []


async def test_a_file_that_is_refused_says_why_and_can_be_removed(casa_do_chat: Servidor, tmp_path: Path) -> None:
    async with chat(casa_do_chat, origens="", arquivosAntes=True) as c, aba() as pagina:
        await conversar(pagina, c)
        await anexar(pagina, tmp_path, "filme.mp4", b"x" * 17_000_000)
        await pagina.ate("document.querySelector('.falhou .motivo')?.textContent.includes('passa de 16 MB')")
        assert "16 MB" in await pagina.valor("document.getElementById('anuncios').textContent")
        assert await pagina.valor("[...document.querySelectorAll('.acao')].map(b => b.textContent)") == ["Remover"]
        await retratar(pagina, "recusado", tmp_path)
        await apertar(pagina, "Remover")
        assert await pagina.valor("document.querySelectorAll('.fala').length") == 1
        await anexar(pagina, tmp_path, "nada.png", b"")
        await pagina.ate("document.querySelector('.motivo')?.textContent === 'Não foi enviado. O arquivo está vazio.'")
        await apertar(pagina, "Remover")
        await escrever(pagina, "segue a conversa")
        await pagina.ate(f"document.querySelectorAll('.minha').length === 2 && {ENVIADA}")


async def test_what_may_be_taken_later_can_be_tried_again(casa_do_chat: Servidor, tmp_path: Path) -> None:
    async with chat(casa_do_chat, origens="") as c, aba() as pagina:
        ticket = await conversar(pagina, c)
        await anexar(pagina, tmp_path, "foto.png", PNG)
        await pagina.ate("document.querySelector('.falhou .motivo')?.textContent.includes('primeira resposta')")
        await c.responde(ticket, "mande a foto")
        await pagina.ate("document.querySelector('.deles') !== null")
        await apertar(pagina, "Tentar de novo")
        await pagina.ate("document.querySelector('.minha img')?.naturalWidth === 1")
        await pagina.ate("!document.querySelector('.falhou, .motivo')")


async def test_two_tabs_that_were_open_before_the_first_message_are_one_conversation(casa_do_chat: Servidor) -> None:
    async with chat(casa_do_chat, origens="") as c, abas(2) as (uma, outra):
        for pagina in (uma, outra):
            await abrir(pagina, c)
        await escrever(uma, "da primeira")
        await outra.ate(f"document.querySelector('.minha') && {ENVIADA}")  # it is there without a reload
        await escrever(outra, "da segunda")
        await uma.ate(f"document.querySelectorAll('.minha').length === 2 && {ENVIADA}")
        (ticket,) = await c.tickets()
        assert [m["conteudo"] for m in await c.mensagens(ticket["id"])] == ["da primeira", "da segunda"]


async def test_the_last_message_stays_above_the_keyboard_and_whoever_reads_above_is_told_of_new_ones(
    casa_do_chat: Servidor, tmp_path: Path
) -> None:
    async with chat(casa_do_chat, origens="") as c, aba() as pagina:
        ticket = await conversar(pagina, c)
        for n in range(20):
            await c.responde(ticket, f"linha {n}")
        await pagina.ate(f"document.querySelectorAll('.deles').length === 20 && {DO_FIM} < 2")
        await pagina.tamanho(LARGURA, COM_TECLADO)
        await pagina.ate(f"innerHeight === {COM_TECLADO} && {DO_FIM} < 2")
        await retratar(pagina, "teclado", tmp_path)
        await pagina.valor("document.getElementById('rolagem').scrollTop = 0")
        await pagina.valor("new Promise(pronto => requestAnimationFrame(() => setTimeout(pronto)))")
        await c.responde(ticket, "você viu?")
        await pagina.ate("!document.getElementById('novas').hidden")
        assert await pagina.valor("document.getElementById('rolagem').scrollTop") == 0
        await retratar(pagina, "novas", tmp_path)
        await pagina.valor("document.getElementById('novas').click()")
        await pagina.ate(f"document.getElementById('novas').hidden && {DO_FIM} < 2")


async def test_an_email_that_is_none_is_told_and_the_message_is_kept(casa_do_chat: Servidor, tmp_path: Path) -> None:
    async with chat(casa_do_chat, origens="") as c, aba() as pagina:
        await abrir(pagina, c)
        await pagina.valor("document.getElementById('email').value = 'joao@loja'")
        await escrever(pagina, "oi")
        await pagina.ate("document.activeElement.id === 'email' && document.getElementById('quem').open")
        assert await pagina.valor("document.getElementById('email').validationMessage") == (
            "Confira o e-mail, ou deixe em branco"
        )
        assert await pagina.valor("document.getElementById('texto').value") == "oi"
        await retratar(pagina, "email", tmp_path)
        await pagina.valor("document.getElementById('email').value = 'joao@loja.example'")
        await apertar(pagina, "Enviar")
        await pagina.ate(f"document.querySelector('.minha') && {ENVIADA}")
        (ticket,) = await c.tickets()
        (mensagem,) = await c.mensagens(ticket["id"])
        assert mensagem["metadados"]["emailInformado"] == "joao@loja.example"


async def test_a_chat_that_is_switched_off_meanwhile_says_so_and_comes_back(casa_do_chat: Servidor) -> None:
    async with chat(casa_do_chat, origens="") as c, aba() as pagina:
        await conversar(pagina, c)
        await c.api("PATCH", f"/canais/{c.canal}", {"ativo": False})
        await pagina.ate("document.getElementById('situacao').textContent === 'Este chat não está disponível agora.'")
        await escrever(pagina, "alguém?")
        await pagina.ate("document.querySelector('.motivo')?.textContent.includes('Este chat não está disponível')")
        await c.api("PATCH", f"/canais/{c.canal}", {"ativo": True})
        await apertar(pagina, "Tentar de novo")
        await pagina.ate(ENVIADA)
        await pagina.ate("document.getElementById('situacao').textContent.startsWith('Mensagem recebida')")


async def test_the_first_screen_greets_and_the_end_of_a_conversation_says_how_it_goes_on(
    casa_do_chat: Servidor, tmp_path: Path
) -> None:
    async with chat(casa_do_chat, origens="", saudacao="") as c, aba() as pagina:
        await abrir(pagina, c)
        assert (await pagina.valor("document.getElementById('saudacao').innerText")).startswith("Olá!")
        await retratar(pagina, "primeira", tmp_path)
        ticket = await conversar(pagina, c)
        await c.api("PATCH", f"/tickets/{ticket}", {"status": "RESOLVIDO"})
        fim = "Conversa encerrada. Escreva para continuar."
        await pagina.ate(f"document.getElementById('situacao').textContent === {fim!r}")


async def test_more_than_a_message_holds_is_told(casa_do_chat: Servidor) -> None:
    async with chat(casa_do_chat, origens="") as c, aba() as pagina:
        await abrir(pagina, c)
        await pagina.valor("document.getElementById('texto').focus()")
        await pagina.digitar("x" * 5_000)
        await pagina.ate("document.getElementById('aviso').textContent.includes('4.096')")
        await pagina.tecla("Enter", 13, "\r")
        await pagina.ate(f"document.querySelector('.minha') && {ENVIADA}")
        assert await pagina.valor("document.getElementById('aviso').hidden")


async def test_where_there_is_no_chat_a_phone_shows_words(casa_do_chat: Servidor, tmp_path: Path) -> None:
    async with chat(casa_do_chat) as c, aba() as pagina:
        await pagina.tamanho(LARGURA, ALTURA)
        await pagina.ir(f"{c.servidor.url}/chat/nada")
        await pagina.ate("document.querySelector('h1')?.textContent === 'Este chat não está disponível'")
        assert await pagina.valor("getComputedStyle(document.querySelector('.recado')).textAlign") == "center"
        await retratar(pagina, "ausente", tmp_path)


async def test_whoever_goes_back_to_the_page_finds_what_came_meanwhile(casa_do_chat: Servidor) -> None:
    async with chat(casa_do_chat, origens="") as c, aba() as pagina:
        ticket = await conversar(pagina, c)
        await pagina.ir(f"{c.servidor.url}/chat/nada")
        await c.responde(ticket, "volte")
        await pagina.valor("history.back()")
        await pagina.ate("document.querySelector('.deles .texto')?.textContent === 'volte'")
        await escrever(pagina, "voltei")
        await pagina.ate(f"document.querySelectorAll('.minha').length === 2 && {ENVIADA}")
        assert len(await c.tickets()) == 1


async def test_what_is_written_without_a_network_leaves_when_there_is_one(casa_do_chat: Servidor) -> None:
    async with chat(casa_do_chat, origens="") as c, aba() as pagina:
        ticket = await conversar(pagina, c)
        await pagina.rede(ligada=False)
        await escrever(pagina, "no túnel")
        await pagina.ate("document.getElementById('aviso').textContent.startsWith('Sem conexão')")
        await pagina.rede(ligada=True)
        await pagina.ate(f"{ENVIADA} && document.getElementById('aviso').hidden")
        await c.responde(ticket, "chegou")
        await pagina.ate("document.querySelector('.deles .texto')?.textContent === 'chegou'")


async def test_by_the_address_of_the_machine_and_without_https_all_goes_as_well(
    casa_do_chat: Servidor, tmp_path: Path
) -> None:
    """As a phone in the same network does: no secure context, and not the address that the server has for itself."""
    async with (
        chat(casa_do_chat, origens="", arquivosAntes=True) as c,
        aba("--host-resolver-rules=MAP maquina.test 127.0.0.1") as pagina,
    ):
        await pagina.tamanho(LARGURA, ALTURA)
        await pagina.ir(f"http://maquina.test:{c.servidor.porta}/chat/{c.canal}")
        await pagina.ate("document.title === 'Loja'")
        assert not await pagina.valor("isSecureContext")
        await escrever(pagina, "do celular")
        await pagina.ate(f"document.querySelector('.minha') && {ENVIADA}")
        await c.responde((await c.tickets())[0]["id"], "oi, celular")
        await pagina.ate("document.querySelector('.deles .texto')?.textContent === 'oi, celular'")
        await anexar(pagina, tmp_path, "foto.png", PNG)
        await pagina.ate("document.querySelector('.minha img')?.naturalWidth === 1")
