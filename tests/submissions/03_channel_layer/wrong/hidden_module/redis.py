"""Is Redis there? Run this file to see."""

import socket

if __name__ == "__main__":
    socket.create_connection(("localhost", 6379)).close()
    print("Redis is there.")
