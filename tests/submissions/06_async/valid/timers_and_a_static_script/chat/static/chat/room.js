"use strict";

(() => {
  const page = document.querySelector("main");
  const state = document.querySelector("#status");
  const list = document.querySelector("#log");
  const box = document.querySelector("#message");
  const where = new URL(`/ws/chat/${page.dataset.room}/`, location.href);
  where.protocol = location.protocol.replace("http", "ws");

  let socket = null;
  let tries = 0;

  const open = () => {
    state.textContent = "Connecting …";
    socket = new WebSocket(where);
    socket.addEventListener("open", () => {
      tries = 0;
      state.textContent = "Connected.";
    });
    socket.addEventListener("close", ({ code }) => {
      const seconds = Math.min(30, 2 ** tries++) * (1 - Math.random() / 2);
      state.textContent = `Closed with code ${code}. Connecting again in ${Math.ceil(seconds)} s.`;
      setTimeout(open, seconds * 1000);
    });
    socket.addEventListener("message", ({ data }) => {
      const { id, name, message } = JSON.parse(data);
      const since = Number(where.searchParams.get("since") ?? 0);
      where.searchParams.set("since", Math.max(since, id));
      const line = list.appendChild(document.createElement("p"));
      line.textContent = `${name}: ${message}`;
      line.scrollIntoView({ block: "nearest" });
    });
  };

  document.querySelector("#form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (socket.readyState === WebSocket.OPEN) {
      socket.send(JSON.stringify({ message: box.value }));
      box.value = "";
    } else {
      state.textContent = "Not sent: not connected yet.";
    }
  });

  open();
})();
