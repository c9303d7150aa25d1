"""What a connector has of one canal is no concern of another's, also after it was away."""

from __future__ import annotations

from typing import Any

from tests.servidor import Servidor
from tests.sistema.cliente import Http, http
from tests.web.conector_de_teste import ConectorDeTeste, conectado, mensagem, token_de_conector


async def canal(api: Http, nome: str) -> str:
    criado: str = (await api.post("/canais", {"nome": nome, "tipo": "api"}))["id"]
    return criado


async def com_resposta(api: Http, conector: ConectorDeTeste, canal_id: str, texto: str) -> dict[str, Any]:
    """A contact writes by a canal, and is answered; gives the job."""
    ack = await conector.entregar(canal_id, mensagens=[mensagem(texto)])
    await api.post("/mensagens", {"ticketId": ack["mensagens"][0]["ticketId"], "conteudo": texto})
    trabalho = await conector.trabalho()
    assert (trabalho["canalId"], trabalho["envio"]["conteudo"]) == (canal_id, texto)
    return trabalho


async def test_what_is_in_hand_of_one_canal_takes_no_credit_of_another(servidor: Servidor) -> None:
    admin = servidor.nova_empresa()
    token = token_de_conector(servidor, admin)
    async with http(servidor, admin) as api:
        um, outro = [await canal(api, nome) for nome in ("Um", "Outro")]
        async with conectado(servidor, token) as conector:
            await conector.assinar(um, 1)
            primeiro = await com_resposta(api, conector, um, "a")
        tem = [{"id": primeiro["id"], "tentativa": 1, "canalId": um}]
        async with conectado(servidor, token, emMaos=tem) as conector:
            for canal_id in (um, outro):
                await conector.assinar(canal_id, 1)
            segundo = await com_resposta(api, conector, outro, "b")
            for trabalho in (segundo, primeiro):
                assert (await conector.responder(trabalho))["ok"]
            for canal_id in (um, outro):
                assert (await conector.responder(await com_resposta(api, conector, canal_id, f"c {canal_id}")))["ok"]
