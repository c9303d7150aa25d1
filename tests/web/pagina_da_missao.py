"""The JSON examples of the mission page, copied from it: what a client sends, and what it is answered and told."""

from typing import Final

LISTA_DE_TICKETS: Final = """{
  "data": [
    {
      "id": "uuid",
      "numero": 123,
      "status": "ABERTO",
      "prioridade": "NORMAL",
      "contato_nome": "João Silva",
      "contato_telefone": "5511999998888",
      "empresaId": "uuid",
      "atendenteId": "uuid",
      "filaId": "uuid",
      "createdAt": "2025-12-11T10:00:00Z"
    }
  ],
  "total": 50,
  "page": 1,
  "totalPages": 3
}"""

TICKET: Final = """{
  "id": "uuid",
  "numero": 123,
  "status": "ABERTO",
  "contato_nome": "João Silva",
  "mensagens": [
    {
      "id": "uuid",
      "conteudo": "Olá!",
      "tipo": "texto",
      "direcao": "recebida",
      "createdAt": "2025-12-11T10:05:00Z"
    }
  ],
  "atendente": {
    "id": "uuid",
    "nome": "Maria Santos",
    "email": "maria@empresa.com"
  }
}"""

TICKET_NOVO: Final = """{
  "contato_nome": "João Silva",
  "contato_telefone": "5511999998888",
  "contato_email": "joao@example.com",
  "assunto": "Dúvida sobre produto",
  "empresaId": "uuid",
  "filaId": "uuid",
  "canalId": "uuid",
  "prioridade": "NORMAL"
}"""

TICKET_CRIADO: Final = """{
  "id": "uuid",
  "numero": 124,
  "status": "ABERTO",
  "contato_nome": "João Silva",
  "createdAt": "2025-12-11T11:00:00Z"
}"""

TICKET_MUDANCA: Final = """{
  "status": "EM_ANDAMENTO",
  "prioridade": "ALTA",
  "assunto": "Atualizado"
}"""

ATRIBUICAO: Final = """{
  "atendenteId": "uuid"
}"""

TRANSFERENCIA: Final = """{
  "filaId": "uuid",
  "atendenteId": "uuid",
  "motivo": "Cliente solicitou gerente"
}"""

LISTA_DE_MENSAGENS: Final = """{
  "data": [
    {
      "id": "uuid",
      "conteudo": "Olá, como posso ajudar?",
      "tipo": "texto",
      "direcao": "enviada",
      "remetenteId": "uuid",
      "ticketId": "uuid",
      "lida": true,
      "createdAt": "2025-12-11T10:00:00Z"
    }
  ],
  "total": 15,
  "page": 1
}"""

MENSAGEM_NOVA: Final = """{
  "ticketId": "uuid",
  "conteudo": "Olá! Como posso ajudar?",
  "tipo": "texto",
  "direcao": "enviada"
}"""

ARQUIVO: Final = """{
  "id": "uuid",
  "arquivoUrl": "https://cdn.example.com/files/abc123.png",
  "arquivoNome": "screenshot.png",
  "tipo": "imagem"
}"""

ATENDENTES: Final = """[
  {
    "id": "uuid",
    "nome": "Maria Santos",
    "email": "maria@empresa.com",
    "online": true,
    "capacidade": 5,
    "atendimentosAtivos": 3
  }
]"""

PRESENCA: Final = """{
  "online": true
}"""

EVENTO_CONNECT: Final = """{
  "userId": "uuid",
  "message": "Conectado com sucesso"
}"""

EMIT_TICKET: Final = """{
  "ticketId": "uuid"
}"""

EVENTO_TICKET_CRIADO: Final = """{
  "ticket": {
    "id": "uuid",
    "numero": 123,
    "contato_nome": "João Silva",
    "status": "ABERTO"
  }
}"""

EVENTO_TICKET_ATRIBUIDO: Final = """{
  "ticketId": "uuid",
  "atendente": {
    "id": "uuid",
    "nome": "Maria Santos"
  }
}"""

EMIT_MENSAGEM: Final = """{
  "ticketId": "uuid",
  "conteudo": "Olá!",
  "tipo": "texto"
}"""

EVENTO_NOVA_MENSAGEM: Final = """{
  "id": "uuid",
  "conteudo": "Olá!",
  "tipo": "texto",
  "direcao": "enviada",
  "remetenteId": "uuid",
  "ticketId": "uuid",
  "createdAt": "2025-12-11T10:00:00Z"
}"""

EMIT_DIGITANDO: Final = """{
  "ticketId": "uuid",
  "nome": "Maria Santos"
}"""

EVENTO_DIGITANDO: Final = """{
  "userId": "uuid",
  "nome": "Maria Santos"
}"""
