    const statusLine = document.getElementById("status");
    const log = document.getElementById("log");
    const form = document.getElementById("form");
    const input = document.getElementById("message");

    const roomName = JSON.parse(document.getElementById("room-name").textContent);
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}/ws/chat/${roomName}/`);

    socket.onopen = () => {
      statusLine.textContent = "Connected.";
    };

    socket.onclose = (event) => {
      statusLine.textContent =
        `Closed with code ${event.code}. Reload the page to connect again.`;
    };

    socket.onmessage = (event) => {
      const line = document.createElement("p");
      line.textContent = textOf(event.data);
      log.append(line);
      log.scrollTop = log.scrollHeight;
    };

    form.onsubmit = (event) => {
      event.preventDefault();  // Stay on this page.
      if (socket.readyState !== WebSocket.OPEN) {
        statusLine.textContent =
          "Not sent: this page is not connected. Reload it to connect again.";
        return;
      }
      socket.send(JSON.stringify({ message: input.value }));
      input.value = "";
    };

    // What comes should be {"message": "…"}, with a name once the server sends one;
    // anything else is shown as it came.
    function textOf(frame) {
      try {
        const { name, message } = JSON.parse(frame);
        if (typeof message === "string") return `${name ?? "somebody"}: ${message}`;
      } catch {
        // It is no JSON.
      }
      return `(not {"message": "…"}) ${frame}`;
    }
