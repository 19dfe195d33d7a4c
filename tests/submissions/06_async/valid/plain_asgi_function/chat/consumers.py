"""Nothing is here any more: the WebSocket is served by chat/socket.py."""
