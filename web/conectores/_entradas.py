"""What a connector hands over, checked: it is bounded, and PostgreSQL can hold it."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from actors.canal.comandos import ItemDeEntrada
from engine.conector.enderecos import Endereco
from engine.conector.entradas import MensagemRecebida
from engine.errors import Detalhe, Invalid
from engine.vistas import json_text
from web.conectores._fichas import Fichas
from web.conectores._limpeza import ID_MAXIMO, INSTANTE_MAXIMO, METADADOS_MAXIMO, curto, texto_limpo, valor_limpo

CONTEUDO_MAXIMO: Final = 65_536
ENDERECO_MAXIMO: Final = 320
NOME_MAXIMO: Final = 200
ASSUNTO_MAXIMO: Final = 500
"""Characters."""


def item_de(mensagem: MensagemRecebida, empresa_id: str, fichas: Fichas) -> ItemDeEntrada:
    """Raises Invalid, naming what is wrong."""
    _exigir_medidas(mensagem)
    arquivo, tipo = (None, None) if mensagem.arquivo is None else fichas.ler(empresa_id, mensagem.arquivo)
    # what a message is, its file tells; one without is read as text, whatever it was
    return ItemDeEntrada(_limpa(replace(mensagem, tipo=tipo or "texto")), arquivo)


def _exigir_medidas(mensagem: MensagemRecebida) -> None:
    problemas = [
        Detalhe(campo, f"deve ter de 1 a {maximo} caracteres")
        for campo, valor, maximo in (
            ("id", mensagem.id, ID_MAXIMO),
            *(("de", endereco.valor, ENDERECO_MAXIMO) for endereco in (mensagem.de, *mensagem.tambem)),
        )
        if not 0 < len(valor) <= maximo
    ]
    if not 0 <= mensagem.em <= INSTANTE_MAXIMO:
        problemas.append(Detalhe("em", "deve ser um instante em milissegundos desde 1970"))
    if len(mensagem.conteudo) > CONTEUDO_MAXIMO:
        problemas.append(Detalhe("conteudo", f"deve ter no máximo {CONTEUDO_MAXIMO} caracteres"))
    if len(mensagem.tambem) > 10:
        problemas.append(Detalhe("tambem", "são no máximo 10 endereços"))
    if len(json_text(mensagem.metadados)) > METADADOS_MAXIMO:
        problemas.append(Detalhe("metadados", f"devem ter no máximo {METADADOS_MAXIMO} caracteres de JSON"))
    if problemas:
        texto = "; ".join(f"{um.campo}: {um.problema}" for um in problemas)
        raise Invalid("mensagem_invalida", texto, tuple(problemas))


def _limpa(mensagem: MensagemRecebida) -> MensagemRecebida:
    """Without what no database holds (NUL, half of a pair of surrogates), and names no longer than they may be."""
    return replace(
        mensagem,
        id=texto_limpo(mensagem.id),
        de=_endereco_limpo(mensagem.de),
        tambem=tuple(_endereco_limpo(um) for um in mensagem.tambem),
        conteudo=texto_limpo(mensagem.conteudo),
        nome=None if mensagem.nome is None else texto_limpo(mensagem.nome).strip()[:NOME_MAXIMO] or None,
        assunto=None if mensagem.assunto is None else texto_limpo(mensagem.assunto).strip()[:ASSUNTO_MAXIMO] or None,
        responde_a=curto(mensagem.responde_a, ID_MAXIMO),
        metadados=valor_limpo(mensagem.metadados),
    )


def _endereco_limpo(endereco: Endereco) -> Endereco:
    return Endereco(endereco.tipo, texto_limpo(endereco.valor))
