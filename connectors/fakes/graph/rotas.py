"""What the fake answers to the requests of a client."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from time import time
from typing import TYPE_CHECKING, Any, Final

import msgspec
import trio

from connectors.fakes.graph.erros import ErroDoFalso, erro_de_status, resposta_de_erro
from connectors.fakes.graph.livro import Aceita
from connectors.fakes.graph.modelo import JANELA_S, NumeroFalso
from connectors.fakes.graph.roteiro import Chamada, Falta
from connectors.fakes.graph.validacao import validar
from connectors.fakes.servidor_http import CAIR, Cair, Pedido, Resposta, resposta_json
from engine.telefones import linha

if TYPE_CHECKING:
    from connectors.fakes.graph.falso import GraphFalso

_caminho: Final = re.compile(r"/v[0-9]{1,3}\.[0-9]{1,2}/([0-9A-Za-z_.-]{1,200})(?:/([a-z_]{1,40}))?").fullmatch
_baixar: Final = re.compile(r"/baixar/([0-9a-f]{1,32})").fullmatch
Objeto = dict[str, Any]


class Rotas:
    """Requests of the Graph API, for one fake."""

    def __init__(self, graph: GraphFalso) -> None:
        self._graph = graph

    async def atender(self, pedido: Pedido) -> Resposta | Cair:
        """Whatever is asked."""
        endereco = _baixar(pedido.caminho)
        if endereco is not None:
            segredo = endereco[1]
            return await self._com_falta("conteudo_de_midia", lambda _: self._baixar(pedido, segredo))
        achado = _caminho(pedido.caminho)
        if achado is None:
            return resposta_de_erro(2500, f"Unknown path components: {pedido.caminho}")
        chamada, fazer = self._rota(pedido, achado[1], achado[2])
        return await self._com_falta(chamada, fazer)

    async def _com_falta(self, chamada: Chamada, fazer: Callable[[Falta], Resposta]) -> Resposta | Cair:
        """Do it, unless the script says otherwise."""
        falta = self._graph.roteiro.tomar(chamada) or Falta()
        demora = falta.demorar_s + self._graph.comportamento.latencia_s
        if demora:
            await trio.sleep(demora)
        if falta.cair == "antes":
            return CAIR
        if falta.codigo is not None:
            return resposta_de_erro(falta.codigo, status=falta.http, espera_s=falta.espera_s)
        if falta.http is not None:
            espera = {} if falta.espera_s is None else {"retry-after": str(falta.espera_s)}
            pagina = b"<html><body>Sorry, something went wrong.</body></html>"
            return Resposta(status=falta.http, corpo=pagina, cabecalhos={"content-type": "text/html"} | espera)
        try:
            resposta = fazer(falta)
        except ErroDoFalso as erro:
            self._graph.livro.recusadas += 1
            return resposta_de_erro(erro.codigo, erro.detalhe, erro.status)
        return CAIR if falta.cair == "depois" or self._cai(chamada) else resposta

    def _cai(self, chamada: Chamada) -> bool:
        return chamada == "mensagens" and self._graph.acaso.random() < self._graph.comportamento.cair_depois

    def _rota(self, pedido: Pedido, objeto: str, aresta: str | None) -> tuple[Chamada, Callable[[Falta], Resposta]]:
        como = (pedido.metodo, aresta)
        numero = self._graph.numeros.get(objeto)
        if como == ("POST", "messages"):
            return "mensagens", lambda falta: self._mensagem(pedido, self._dono(pedido, numero), falta)
        if como == ("POST", "media"):
            return "envio_de_midia", lambda _: self._enviar_midia(pedido, self._dono(pedido, numero))
        if como == ("GET", "message_templates"):
            return "modelos", lambda _: self._modelos(pedido, objeto)
        if aresta == "subscribed_apps":
            return "assinados", lambda _: self._assinados(pedido, objeto)
        if como == ("GET", "phone_numbers"):
            return "numero", lambda _: self._numeros(pedido, objeto)
        if como == ("GET", None) and numero is not None:
            return "numero", lambda _: resposta_json(_descrito(self._dono(pedido, numero)))
        if como == ("GET", None):
            return "ficha_de_midia", lambda _: self._ficha(pedido, objeto)
        return "numero", lambda _: self._nada(pedido)

    # -- who asks ------------------------------------------------------------------------------------------------------

    def _do_token(self, pedido: Pedido) -> list[NumeroFalso]:
        """The numbers that the token may use. Raises ErroDoFalso."""
        dito = pedido.cabecalhos.get("authorization", "")
        deles = [numero for numero in self._graph.numeros.values() if dito == f"Bearer {numero.token}"]
        if not deles:
            raise ErroDoFalso(190, "Invalid OAuth access token - Cannot parse access token")
        return deles

    def _dono(self, pedido: Pedido, numero: NumeroFalso | None) -> NumeroFalso:
        if numero not in self._do_token(pedido) or numero is None:
            raise ErroDoFalso(100, "Unsupported request. The object does not exist, or permissions are missing")
        return numero

    def _nada(self, pedido: Pedido) -> Resposta:
        self._do_token(pedido)
        return resposta_de_erro(2500, f"Unknown path components: {pedido.caminho}")

    def _da_conta(self, pedido: Pedido, waba: str) -> list[NumeroFalso]:
        deles = [numero for numero in self._do_token(pedido) if numero.waba_id == waba]
        if not deles:
            raise ErroDoFalso(100, "Unsupported get request. The object does not exist, or permissions are missing")
        return deles

    # -- messages ------------------------------------------------------------------------------------------------------

    def _mensagem(self, pedido: Pedido, numero: NumeroFalso, falta: Falta) -> Resposta:
        try:
            corpo = msgspec.json.decode(pedido.corpo)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise ErroDoFalso(100, "The request body is not valid JSON.") from None
        if isinstance(corpo, dict) and corpo.get("status") == "read":
            return self._sinal(corpo)
        try:
            para = validar(corpo, numero, self._graph.conta(numero.waba_id), self._graph.midias)
        except (AttributeError, KeyError, TypeError):  # something is of another type than it should be
            raise ErroDoFalso(100, "Invalid parameter") from None
        self._graph.limites.tomar(numero.phone_number_id, para, trio.current_time())
        return resposta_json(self._aceitar(numero, para, corpo, falta))

    def _sinal(self, corpo: Objeto) -> Resposta:
        if not isinstance(corpo.get("message_id"), str) or not corpo["message_id"]:
            raise ErroDoFalso(131008, "Parameter message_id is mandatory")
        self._graph.livro.sinais.append(corpo)
        return resposta_json({"success": True})

    def _aceitar(self, numero: NumeroFalso, para: str, corpo: Objeto, falta: Falta) -> Objeto:
        aceita = Aceita(
            ordem=len(self._graph.livro.aceitas),
            id=self._graph.novo_id(),
            numero=numero.phone_number_id,
            para=para,
            tipo=corpo.get("type", "text"),
            trabalho=corpo.get("biz_opaque_callback_data"),
            em=time(),
            corpo=corpo,
        )
        self._graph.livro.anotar(aceita)
        self._dizer_status(aceita, falta.falhar_depois or self._fora_da_janela(numero, aceita))
        quem = {"wa_id": self._wa_id(para)} if para.isdigit() else {"user_id": para}
        contatos = [{"input": corpo.get("to") or para} | quem]
        return {"messaging_product": "whatsapp", "contacts": contatos, "messages": [{"id": aceita.id}]}

    def _wa_id(self, para: str) -> str:
        return linha(para) if self._graph.comportamento.sem_nono else para

    def _fora_da_janela(self, numero: NumeroFalso, aceita: Aceita) -> int | None:
        if not self._graph.comportamento.janela or aceita.tipo == "template":
            return None
        ultima = self._graph.ultimas.get((numero.phone_number_id, linha(aceita.para)))
        return 131047 if ultima is None or time() - ultima > JANELA_S else None

    def _dizer_status(self, aceita: Aceita, codigo: int | None) -> None:
        correio = self._graph.correio(aceita.numero)
        for estado in ("failed",) if codigo is not None else self._graph.comportamento.status:
            status: Objeto = {"id": aceita.id, "status": estado, "timestamp": str(int(time()))}
            if aceita.para.isdigit():
                status["recipient_id"] = self._wa_id(aceita.para)
            if aceita.trabalho is not None:
                status["biz_opaque_callback_data"] = aceita.trabalho
            if codigo is not None:
                status["errors"] = [erro_de_status(codigo)]
            correio.por_status(status)

    # -- files ---------------------------------------------------------------------------------------------------------

    def _enviar_midia(self, pedido: Pedido, _: NumeroFalso) -> Resposta:
        return resposta_json({"id": self._graph.midias.receber(pedido).id})

    def _ficha(self, pedido: Pedido, identidade: str) -> Resposta:
        self._do_token(pedido)
        ate = trio.current_time() + self._graph.comportamento.url_de_midia_s
        return resposta_json(self._graph.midias.ficha(identidade, self._graph.base, ate))

    def _baixar(self, pedido: Pedido, segredo: str) -> Resposta:
        try:
            self._do_token(pedido)
        except ErroDoFalso:
            return Resposta(status=401)
        midia = self._graph.midias.no_endereco(segredo, trio.current_time())
        if midia is None:
            return Resposta(status=404)
        return Resposta(corpo=midia.conteudo, cabecalhos={"content-type": midia.mime}, cortada_em=midia.cortada_em)

    # -- the account ---------------------------------------------------------------------------------------------------

    def _modelos(self, pedido: Pedido, waba: str) -> Resposta:
        self._da_conta(pedido, waba)
        return resposta_json(self._pagina(pedido, self._graph.conta(waba).modelos))

    def _numeros(self, pedido: Pedido, waba: str) -> Resposta:
        return resposta_json(self._pagina(pedido, [_descrito(numero) for numero in self._da_conta(pedido, waba)]))

    def _assinados(self, pedido: Pedido, waba: str) -> Resposta:
        deles = self._da_conta(pedido, waba)
        if pedido.metodo == "POST":
            for numero in deles:
                numero.assinado = True
            return resposta_json({"success": True})
        apps = [{"whatsapp_business_api_data": {"id": "670843887433847", "name": "Balcão"}}]
        return resposta_json({"data": apps if any(numero.assinado for numero in deles) else []})

    def _pagina(self, pedido: Pedido, itens: list[Any]) -> Objeto:
        """As the real one does, with the token in the address of the next page."""
        try:
            desde = int(urlsafe_b64decode(pedido.consulta.get("after", "MA==")))
            quantos = max(1, min(int(pedido.consulta.get("limit", "25")), 1_000))
        except ValueError:
            raise ErroDoFalso(100, "Invalid cursor or limit") from None
        ate = desde + quantos
        depois = urlsafe_b64encode(str(ate).encode()).decode()
        paginas: Objeto = {"cursors": {"before": "MA==", "after": depois}}
        if ate < len(itens):
            token = pedido.cabecalhos["authorization"].removeprefix("Bearer ")
            paginas["next"] = f"{self._graph.base}{pedido.caminho}?access_token={token}&after={depois}"
        return {"data": itens[desde:ate], "paging": paginas}


def _descrito(numero: NumeroFalso) -> Objeto:
    return {
        "id": numero.phone_number_id,
        "display_phone_number": "+" + numero.telefone,
        "verified_name": numero.nome,
        "quality_rating": "GREEN",
        "status": numero.estado,
    }
