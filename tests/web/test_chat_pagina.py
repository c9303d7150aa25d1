"""The page of a chat: strict, and tried in a real browser where there is one."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import trio

from tests.servidor import NovoServidor, Servidor, novo_id
from tests.test_arquitetura import RAIZ
from tests.web.chat_apoio import AMBIENTE, LOJA, PNG, Chat, chat
from tests.web.navegador import Aba, aba

PAGINA = RAIZ / "web" / "chat" / "pagina"
XSS = "<img src=x onerror=\"document.title='mau'\"><script>document.title='mau'</script>"


@pytest.fixture(scope="module")
def casa_do_chat(novo_banco: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servidor]:
    with Servidor(tmp_path_factory.mktemp("chat"), novo_banco(), AMBIENTE) as servidor:
        yield servidor


async def test_the_page_may_do_nothing_but_talk_to_us_and_stands_only_in_its_origins(casa_do_chat: Servidor) -> None:
    async with chat(casa_do_chat, origens=f"{LOJA},https://x.example;script-src *,javascript:alert(1)") as c:
        resposta = await c.http.get(f"/chat/{c.canal}")
        politica = dict(
            parte.strip().partition(" ")[::2] for parte in resposta.headers["content-security-policy"].split(";")
        )
        assert "unsafe" not in resposta.headers["content-security-policy"]
        assert (politica["default-src"], politica["script-src"], politica["frame-ancestors"]) == (
            "'none'",
            "'self'",
            LOJA,
        )
        assert politica["require-trusted-types-for"] == "'script'"
        de_ninguem = await c.http.get(f"/chat/{await c.novo_canal(origens='')}")
        assert de_ninguem.headers["content-security-policy"].endswith("frame-ancestors 'none'")
        assert (await c.http.get(f"/chat/{novo_id()}")).status_code == 404
        assert (await c.http.get("/chat/pagina/../_borda.py")).status_code == 404
        assert (await c.http.get("/chat/pagina/index.html")).status_code == 404
        for nome in (um.name for um in PAGINA.iterdir() if um.suffix != ".html"):
            arquivo = await c.http.get(f"/chat/pagina/{nome}")
            assert arquivo.status_code == 200
            tag = arquivo.headers["etag"]
            assert (await c.http.get(f"/chat/pagina/{nome}", headers={"if-none-match": tag})).status_code == 304


def test_nothing_that_somebody_wrote_is_ever_read_as_html() -> None:
    programa = "".join(um.read_text(encoding="utf-8") for um in PAGINA.glob("*.mjs"))
    for proibido in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        "srcdoc",
    ):
        assert proibido not in programa
    pagina = "".join(um.read_text(encoding="utf-8") for um in PAGINA.glob("*.html"))
    assert not re.search(r"\son[a-z]+=|style=|<style|https?://", pagina)
    assert not re.search(r"<script(?![^>]*\ssrc=)", pagina)


# -- in a browser ----------------------------------------------------------------------------------------------------


async def escrever(pagina: Aba, texto: str) -> None:
    await pagina.valor("document.getElementById('texto').focus()")
    await pagina.digitar(texto)
    await pagina.tecla("Enter", 13, "\r")


async def ate_mostrar(pagina: Aba, texto: str) -> None:
    await pagina.ate(f"[...document.querySelectorAll('.fala .texto')].some(p => p.textContent === {texto!r})")


async def retratar(pagina: Aba, c: Chat, pasta: Path) -> None:
    for largura, altura, escuro in ((320, 640, False), (320, 640, True), (1280, 800, False)):
        await pagina.tamanho(largura, altura, escuro=escuro)
        assert await pagina.valor("document.documentElement.scrollWidth <= innerWidth"), f"{largura} px overflow"
        await pagina.retrato(pasta / f"chat-{largura}{'-escuro' if escuro else ''}.png")


async def test_a_conversation_in_a_browser_from_the_first_message_to_the_end(
    casa_do_chat: Servidor, tmp_path: Path
) -> None:
    async with chat(casa_do_chat, origens="", saudacao="Olá! Como podemos ajudar?") as c, aba() as pagina:
        ana = await c.agente()
        await pagina.tamanho(320, 640)
        await pagina.ir(f"{casa_do_chat.url}/chat/{c.canal}")
        await pagina.ate("document.title === 'Loja'")
        assert await pagina.valor("localStorage.length") == 0  # nothing is kept before the first message
        assert await pagina.valor("document.cookie") == ""
        await escrever(pagina, XSS)
        await pagina.ate("document.querySelector('.minha .pe')?.textContent.includes('✓')")
        assert await pagina.valor("localStorage.length") == 1
        (ticket,) = await c.tickets()
        await c.responde(ticket["id"], f"oi {XSS}", ana)
        await pagina.ate("document.querySelectorAll('.deles').length === 1")
        assert await pagina.valor("document.querySelector('.deles .texto').textContent") == f"oi {XSS}"
        assert await pagina.valor("document.querySelector('#anuncios').textContent") == f"Ana: oi {XSS}"
        assert await pagina.valor("document.querySelectorAll('.falas img, .falas script').length") == 0
        await pagina.ate("document.getElementById('situacao').textContent === 'Ana está com você'")
        await c.api("POST", f"/tickets/{ticket['id']}/mensagens/lidas")
        await pagina.ate("document.querySelector('.minha .pe').textContent.includes('✓✓')")
        await retratar(pagina, c, Path(os.environ.get("RETRATOS", tmp_path)))
        await pagina.ir("about:blank")
        await c.responde(ticket["id"], "enquanto você não estava", ana)
        await pagina.ir(f"{casa_do_chat.url}/chat/{c.canal}")
        await ate_mostrar(pagina, "enquanto você não estava")
        assert await pagina.valor("document.querySelectorAll('.fala').length") == 3  # each once
        assert await pagina.valor("document.querySelector('#anuncios').textContent") == ""  # history is not announced
        await c.api("POST", f"/tickets/{ticket['id']}/encerrar", {"motivo": "feito"})
        await pagina.ate("document.getElementById('situacao').textContent.startsWith('Conversa encerrada')")
        assert await pagina.valor("document.title") == "Loja"
        assert pagina.problemas == []


async def test_who_waits_sees_its_place_in_line_until_somebody_has_it(casa_do_chat: Servidor) -> None:
    situacao = "document.getElementById('situacao').textContent"
    async with chat(casa_do_chat, origens="") as c, aba() as pagina:
        await (await c.visitante(origem=None).comecar()).escreve("cheguei antes")
        await pagina.ir(f"{casa_do_chat.url}/chat/{c.canal}")
        await pagina.ate("document.title === 'Loja'")
        await escrever(pagina, "oi")
        await pagina.ate(f"{situacao} === 'Mensagem recebida: você é o 2º da fila'")
        primeiro, _ = await c.tickets()
        await c.api("POST", f"/tickets/{primeiro['id']}/encerrar", {"motivo": "desistiu"})
        await pagina.ate(f"{situacao} === 'Mensagem recebida: você é o próximo da fila'")
        await c.agente()
        await pagina.ate(f"{situacao} === 'Ana está com você'")
        assert pagina.problemas == []


PROIBIR = "Object.defineProperty(de, nome, {get() { throw new DOMException('no', 'SecurityError'); }})"


@pytest.mark.parametrize(
    "recusa",
    [
        "Storage.prototype.setItem = () => { throw new DOMException('no', 'QuotaExceededError'); }",
        f"for (const [de, nome] of [[window, 'localStorage'], [navigator.locks, 'request']]) {PROIBIR}",
    ],
    ids=["it is full", "it may not be used"],
)
async def test_where_storage_is_refused_the_page_says_so_and_works(casa_do_chat: Servidor, recusa: str) -> None:
    async with chat(casa_do_chat, origens="") as c, aba() as pagina:
        await pagina.antes_de_tudo(recusa)
        await pagina.ir(f"{casa_do_chat.url}/chat/{c.canal}")
        await pagina.ate("document.title === 'Loja'")
        await escrever(pagina, "oi")
        await pagina.ate("document.getElementById('aviso').textContent.includes('não guarda a conversa')")
        await pagina.ate("document.querySelector('.minha .pe').textContent.includes('✓')")
        (ticket,) = await c.tickets()
        await c.responde(ticket["id"], "olá")
        await ate_mostrar(pagina, "olá")
        assert pagina.problemas == []


async def test_everything_is_reached_by_keyboard_and_has_a_name(casa_do_chat: Servidor) -> None:
    async with chat(casa_do_chat, origens="", arquivosAntes=True) as c, aba() as pagina:
        await pagina.ir(f"{casa_do_chat.url}/chat/{c.canal}")
        await pagina.ate("document.title === 'Loja' && !document.getElementById('anexar').hidden")
        alcancados = []
        for _ in range(5):
            await pagina.tecla("Tab", 9)
            alcancados.append(await pagina.valor("document.activeElement.id || document.activeElement.tagName"))
        assert alcancados == ["rolagem", "SUMMARY", "anexar", "texto", "enviar"]
        arvore = (await pagina.mandar("Accessibility.getFullAXTree"))["nodes"]
        sem_nome = [
            um["role"]["value"]
            for um in arvore
            if um["role"]["value"] in {"button", "textbox", "link"} and not um.get("name", {}).get("value")
        ]
        assert sem_nome == []


def test_while_the_server_is_down_the_page_keeps_what_was_written_and_sends_it_once(
    novo_servidor: NovoServidor,
) -> None:
    servidor = novo_servidor(AMBIENTE)

    async def teste() -> None:
        async with chat(servidor, origens="") as c, aba() as pagina:
            await pagina.ir(f"{servidor.url}/chat/{c.canal}")
            await pagina.ate("document.title === 'Loja'")
            await escrever(pagina, "antes")
            await pagina.ate("document.querySelector('.minha .pe')?.textContent.includes('✓')")
            await trio.to_thread.run_sync(servidor.matar)
            await escrever(pagina, "durante")
            await pagina.ate("document.getElementById('aviso').textContent.startsWith('Sem conexão')")
            await trio.to_thread.run_sync(servidor.iniciar)
            await pagina.ate("[...document.querySelectorAll('.minha .pe')].every(p => p.textContent.includes('✓'))")
            (ticket,) = await c.tickets()
            await c.responde(ticket["id"], "voltamos")
            await ate_mostrar(pagina, "voltamos")
            assert [um["conteudo"] for um in await c.mensagens(ticket["id"])] == ["antes", "durante", "voltamos"]
            assert await pagina.valor("document.querySelectorAll('.fala').length") == 3

    trio.run(teste)


async def test_a_file_is_sent_by_the_button_once_somebody_has_answered(casa_do_chat: Servidor, tmp_path: Path) -> None:
    async with chat(casa_do_chat, origens="") as c, aba() as pagina:
        foto = tmp_path / "foto.png"
        await trio.Path(foto).write_bytes(PNG)
        await pagina.ir(f"{casa_do_chat.url}/chat/{c.canal}")
        await pagina.ate("document.title === 'Loja'")
        await escrever(pagina, "oi")
        await pagina.ate("document.querySelector('.minha .pe')?.textContent.includes('✓')")
        assert await pagina.valor("document.getElementById('anexar').hidden")
        (ticket,) = await c.tickets()
        await c.responde(ticket["id"], "mande a foto")
        await pagina.ate("!document.getElementById('anexar').hidden")
        raiz = await pagina.mandar("DOM.getDocument")
        campo = await pagina.mandar("DOM.querySelector", nodeId=raiz["root"]["nodeId"], selector="#arquivo")
        await pagina.mandar("DOM.setFileInputFiles", files=[str(foto)], nodeId=campo["nodeId"])
        await pagina.ate("document.querySelectorAll('.minha').length === 2")
        await pagina.ate("[...document.querySelectorAll('.minha .pe')].every(p => p.textContent.includes('✓'))")
        assert (await c.mensagens(ticket["id"]))[-1]["tipo"] == "imagem"
        await pagina.recarregar()
        await pagina.ate("document.querySelector('.minha img')?.naturalWidth === 1")
        assert pagina.problemas == []


@contextmanager
def loja() -> Iterator[str]:
    """A site of somebody else's; its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Vazia) as servidor:
        fio = Thread(target=servidor.serve_forever)
        fio.start()
        yield f"http://localhost:{servidor.server_port}"
        servidor.shutdown()
        fio.join()


class _Vazia(BaseHTTPRequestHandler):
    """Answers everything with an empty page."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


_CONVERSA = """(async () => {
  const base = '%s/webchat/%s', json = {'content-type': 'application/json'};
  const {token} = await (await fetch(base + '/sessoes', {method: 'POST', headers: json, body: '{}'})).json();
  const com = {...json, authorization: 'Bearer ' + token};
  const corpo = JSON.stringify({id: 'm1', texto: 'da loja'});
  const feita = await fetch(base + '/mensagens', {method: 'POST', headers: com, body: corpo});
  const {mensagens} = await (await fetch(base + '/mensagens', {headers: com})).json();
  const ws = new WebSocket(base.replace('http', 'ws').replace(/webchat.*/, 'webchat/ws'));
  const vista = await new Promise((pronto) => {
    ws.onopen = () => ws.send(JSON.stringify({event: 'autenticar', data: {token}}));
    ws.onmessage = ({data}) => { const q = JSON.parse(data); if (q.event === 'mensagem') pronto(q.data.texto); };
  });
  return [feita.status, mensagens[0].texto, vista];
})()"""


async def test_a_page_of_the_shop_talks_and_frames_and_one_of_nobody_does_neither(casa_do_chat: Servidor) -> None:
    with loja() as origem:
        async with chat(casa_do_chat, origens=origem) as c, aba() as pagina:
            alheio = await c.novo_canal(origens="https://outra.example")
            await pagina.ir(f"{origem}/")
            assert await pagina.valor(_CONVERSA % (casa_do_chat.url, c.canal)) == [201, "da loja", "da loja"]
            assert (
                await pagina.valor(
                    f"fetch('{casa_do_chat.url}/webchat/{alheio}/config').then(() => 'leu', () => 'recusada')"
                )
                == "recusada"
            )
            for canal in (c.canal, alheio):
                await pagina.valor(
                    "new Promise((feito) => { const f = document.createElement('iframe'); f.onload = () => feito();"
                    f" f.src = '{casa_do_chat.url}/chat/{canal}'; document.body.append(f); }})"
                )
            (recusada,) = [um for um in pagina.problemas if um.startswith("Framing")]  # the other one was let
            assert "frame-ancestors https://outra.example" in recusada
