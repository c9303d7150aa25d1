// Asking the server, and what it refuses.

import { canal, sessao } from "./guardado.mjs";

const base = `/webchat/${canal}`;
const JSON_MS = 30_000;
const ARQUIVO_MS = 150_000; // the server waits for two minutes

export const LENTA = "A conexão está lenta demais: não chegou a tempo.";

// What visitors read instead of what the API says.
const DITOS = {
  canal_nao_encontrado: "Este chat não está disponível.",
  origem_nao_permitida: "Este chat não está disponível nesta página.",
  tempo_esgotado: LENTA,
  erro_interno: "Houve uma falha do nosso lado.",
};

function emPalavras(corpo) {
  const doArquivo = corpo?.codigo === "dados_invalidos" && corpo.detalhes?.find(({ campo }) => campo === "arquivo");
  if (doArquivo) return `O arquivo ${doArquivo.problema}.`;
  return DITOS[corpo?.codigo] ?? corpo?.message ?? "O servidor não respondeu como devia.";
}

export class Recusada extends Error {
  constructor(resposta, corpo) {
    super(emPalavras(corpo));
    this.status = resposta.status;
    this.esperaMs = 1_000 * (Number.parseInt(resposta.headers.get("retry-after"), 10) || 0);
  }

  // Whether the same may be taken a little later.
  get passa() {
    return this.status === 429 || this.status >= 500;
  }

  // Whether the same is refused for ever, whatever happens meanwhile.
  get definitiva() {
    return [400, 413, 415, 422].includes(this.status);
  }

  get semChat() {
    return this.status === 403 || this.status === 404;
  }
}

export async function pedir(metodo, caminho, { corpo, tipo, ...mais } = {}) {
  const headers = tipo ? { "content-type": tipo } : {};
  if (sessao) headers.authorization = `Bearer ${sessao.token}`;
  const signal = AbortSignal.timeout?.(corpo instanceof Blob ? ARQUIVO_MS : JSON_MS); // a dead network says nothing
  const resposta = await fetch(base + caminho, { method: metodo, body: corpo, headers, credentials: "omit", signal, ...mais });
  const texto = await resposta.text();
  let dados = null;
  try {
    dados = JSON.parse(texto);
  } catch {
    // whoever stands between us has answered
  }
  if (!resposta.ok) throw new Recusada(resposta, dados);
  return dados;
}

export const deJson = (dados) => ({ corpo: JSON.stringify(dados), tipo: "application/json" });
