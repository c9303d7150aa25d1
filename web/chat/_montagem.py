"""The web chat, put together."""

from __future__ import annotations

from actors.no.no import No
from engine.origens import origem_de
from engine.ports import Clock
from engine.tarefas import Tarefas
from web.arquivos import Arquivos
from web.chat._ajustes import AjustesDoChat
from web.chat._atendimento import Atendimento, Leitor
from web.chat._borda import PREFIXO, BordaDoChat
from web.chat._canais import CanaisDoChat
from web.chat._casa import Casa
from web.chat._conversas import Conversas
from web.chat._lacre import Lacre
from web.chat._limites import Limites, VezDeLer
from web.chat._lugares import Lugares
from web.chat._pagina import PREFIXO as PREFIXO_DA_PAGINA
from web.chat._pagina import BordaDaPagina
from web.chat._sessoes import Sessoes
from web.chat._soquete import REINICIO, BordaDoSoquete
from web.conectores import Mudanca, VigiaDeCanais
from web.gateway import Gateway
from web.pedido.caminhos import Caminhos
from web.pedido.tempo_de_resposta import TempoDeResposta
from web.portaria.visitante import PorteiroDoTempoReal
from web.webhooks import LugaresDosCanais

CAMINHO_DO_SOQUETE = f"{PREFIXO}/ws"


class Chat:
    """The doors of the web chat, at the paths of an application."""

    def __init__(self, casa: Casa) -> None:
        self._casa = casa

    def encerrar(self) -> None:
        """The server stops: visitors are told, and come back."""
        self._casa.lugares.fechar_todos(REINICIO)

    async def parar(self) -> None:
        self.encerrar()
        await self._casa.tarefas.parar()


def ligar_chat(
    caminhos: Caminhos,
    no: No,
    leitor: Leitor,
    lugares: LugaresDosCanais,
    arquivos: Arquivos,
    gateway: Gateway,
    conversas: Conversas,
    vigia: VigiaDeCanais,
    porteiro: PorteiroDoTempoReal,
    relogio: Clock,
    segredo: str,
    url_publica: str,
    ajustes: AjustesDoChat,
) -> Chat:
    """``segredo`` is the installation's; ``url_publica`` the server's address as browsers know it."""
    tempo = TempoDeResposta(no.saude)
    atendimento = Atendimento(no, leitor, Sessoes(Lacre(segredo), relogio), VezDeLer(ajustes), relogio, tempo)
    casa = Casa(
        atendimento=atendimento,
        canais=CanaisDoChat(no, lugares, tempo),
        conversas=conversas,
        lugares=Lugares(ajustes),
        limites=Limites(ajustes),
        porteiro=porteiro,
        gateway=gateway,
        arquivos=arquivos,
        tarefas=Tarefas("web chat", no.saude),
        ajustes=ajustes,
        nossa_origem=origem_de(url_publica),
    )
    _seguir(casa, vigia)
    caminhos.ligar_borda("websocket", CAMINHO_DO_SOQUETE, BordaDoSoquete(casa))
    caminhos.ligar_prefixo("http", PREFIXO, BordaDoChat(casa))
    pagina = BordaDaPagina(casa)
    caminhos.ligar_borda("http", PREFIXO_DA_PAGINA, pagina)
    caminhos.ligar_prefixo("http", PREFIXO_DA_PAGINA, pagina)
    chat = Chat(casa)
    vigia.ao_parar.add(chat.encerrar)
    return chat


def _seguir(casa: Casa, vigia: VigiaDeCanais) -> None:
    """What changes of a canal counts at once, and what an agent types is seen."""

    def mudou(mudanca: Mudanca) -> None:
        if mudanca.canal_id is not None:
            casa.canais.esquecer(mudanca.canal_id)
            casa.conversas.fechar_canal(mudanca.canal_id)

    vigia.seguidores.add(mudou)
    casa.gateway.ao_escrever.add(casa.conversas.digitando)
