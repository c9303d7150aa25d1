// The official server, doing what the fan-out benchmark asks of ours: everybody in one room, and an event to all of it
// for each that one client sends. Says its port on the first line.
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http, { transports: ["websocket"], perMessageDeflate: false, serveClient: false });
const sala = io.of("/atendimento");

sala.on("connection", (socket) => {
  socket.join("sala");
  socket.on("mensagem", (dados, ack) => {
    sala.to("sala").emit("nova_mensagem", dados, dados.seq);
    if (ack) ack({ ok: true });
  });
});

http.listen(0, "127.0.0.1", () => console.log(http.address().port));
