"""What the document says in prose, in Portuguese: it is for the users of the API."""

from __future__ import annotations

from typing import Any, Final

from engine.versao import VERSAO

INFO: Final[dict[str, Any]] = {
    "title": "Balcão: atendimento omnichannel",
    "version": VERSAO,
    "summary": "Tickets, mensagens, filas e atendentes de uma central de atendimento.",
    "description": (
        "Tudo está sob `/atendimento` e pede um token JWT no cabeçalho `Authorization: Bearer …`; a empresa é a do "
        "token, e o que é de outra empresa não existe (404).\n\n"
        "- **Erros** têm sempre a mesma forma: `codigo` é estável e serve a programas, `message` serve a pessoas, e "
        "`detalhes` lista todos os problemas de uma vez.\n"
        "- **Campos e parâmetros desconhecidos** são recusados com 400, que diz o nome mais parecido.\n"
        "- **Listas** têm `page` (a partir de 1) e `limit` (até 100), e respondem `data`, `total`, `page` e "
        "`totalPages`.\n"
        "- **Repetições**: com o cabeçalho `Idempotency-Key`, a mesma chave e a mesma requisição recebem a mesma "
        "resposta por 24 horas, e nada é feito duas vezes.\n"
        "- **Limites**: `RateLimit` diz quanto resta; quem passa do limite recebe 429 e, em `Retry-After`, quando "
        "voltar.\n"
        "- **Quem sai** fica de fora na hora: os tokens de um atendente excluído, e os emitidos antes de uma revogação "
        "(`POST /atendimento/atendentes/{id}/revogar`), são recusados com 403 `atendente_excluido` ou "
        "`token_revogado`, qualquer que seja a validade deles.\n"
        "- **Datas** são ISO 8601 em UTC, com milissegundos.\n\n"
        "Os eventos em tempo real chegam pelo WebSocket `/atendimento/ws`, com o mesmo token."
    ),
    "license": {"name": "MIT", "identifier": "MIT"},
}

RECURSOS: Final[dict[str, str]] = {
    "Tickets": "Uma conversa com um contato, do primeiro contato ao fechamento.",
    "Mensagens": "O que se escreveu num ticket: recebidas do contato, ou enviadas a ele; e os seus arquivos.",
    "Contatos": (
        "As pessoas que escrevem, encontradas por telefone ou e-mail. Um atendente vê os contatos dos tickets que pode "
        "ver, e os que ele mesmo anotou enquanto não têm ticket (ou todos, se a empresa ajustar `contatosVisiveis`). "
        "De outro, procurado pelo telefone ou e-mail exato, vê só o nome e esse endereço. Um endereço trocado fica "
        "livre."
    ),
    "Atendentes": "Quem atende: presença, capacidade e habilidades. O usuário do token é o atendente de mesmo id.",
    "Filas": "Onde os tickets esperam, e como se escolhe quem os atende.",
    "Políticas": "As regras de uma fila, num documento com versões: quem recebe o quê, em que ordem, e o que acontece "
    "com o que espera demais. `docs/politicas.md` descreve cada campo.",
    "Equipes": "Grupos de atendentes, que atendem as filas ligadas a eles.",
    "Calendários": "Quando a empresa, uma equipe ou uma fila trabalha: o tempo útil. "
    "`docs/prazos.md` descreve cada campo.",
    "Feriados próprios": "Os da empresa, de um estado ou de uma cidade, além dos oficiais.",
    "Políticas de SLA": "Até quando se responde e se resolve cada ticket, e o que se faz quando isso não acontece. "
    "`docs/prazos.md` descreve cada campo.",
    "Regras de silêncio": "O que acontece quando alguém não responde: o contato, ou quem o atende. `docs/silencio.md` "
    "descreve cada campo.",
    "Notas": "O que se anota num ticket para os colegas, e nunca vai ao contato; com menções.",
    "Respostas rápidas": "Textos com atalho e variáveis, preenchidos para um ticket.",
    "Etiquetas": "As que estão em uso, nos tickets e nos contatos.",
    "Pesquisas de satisfação": "O que se pergunta ao contato depois de resolver: CSAT ou NPS.",
    "Avisos": "O que cada um é avisado, por onde e quando: a lista, as preferências. "
    "`docs/avisos.md` descreve as regras.",
    "Regras de aviso": "De que eventos quem é avisado, e por onde.",
    "Modelos de aviso": "As palavras de um aviso, com variáveis.",
    "Webhooks": "Outros sistemas que são avisados dos eventos. O segredo é mostrado uma vez, a quem o cria.",
    "Canais": "Por onde os contatos escrevem. Segredos são gravados, e nunca mostrados.",
    "Relatórios": "O que houve, somado por hora do registro de eventos. `docs/relatorios.md` diz o que cada número "
    "significa.",
    "Operação": "Como andam os envios dos canais, e o que fazer do que não se conseguiu enviar.",
    "Push": "Os navegadores pelos quais um atendente quer ser avisado, cada um inscrito por ele mesmo (Web Push).",
    "Empresa": "As preferências da empresa.",
    "Sistema": "Para quem opera o servidor. Não pedem token.",
}
"""The headings, in the order of the page, and what is under each."""

EMPRESA_ID: Final = "A empresa; se dada, deve ser a do token (senão, 403)."
CHAVE: Final = (
    "De 1 a 255 caracteres ASCII visíveis, como um UUID. A mesma chave com a mesma requisição recebe a mesma resposta "
    "por 24 horas, também depois de uma queda; com outra requisição, 422."
)
CONHECIDAS: Final = "As `ETag` já conhecidas: se a atual for uma delas, a resposta é 304, sem corpo."
