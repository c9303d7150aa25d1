import { io } from "socket.io-client"; // npm install socket.io-client

const { BALCAO_URL, TOKEN, TICKET } = process.env;
const auth = { token: TOKEN, salas: [TICKET] };
const cliente = io(`${BALCAO_URL}/atendimento`, { auth: (dar) => dar(auth) }); // asked each time it connects
cliente.onAny((event, data, seq) => {
  console.log(JSON.stringify({ event, data, seq }));
  auth.desde = seq ?? data.seq ?? auth.desde;
});
cliente.once("connect", () =>
  cliente.emit("mensagem:enviar", { ticketId: TICKET, conteudo: "Olá!" }, (ack) => console.log(JSON.stringify({ ack }))),
);
cliente.on("connect_error", (erro) => console.error(erro.message)); // with data.codigo, it stays out
