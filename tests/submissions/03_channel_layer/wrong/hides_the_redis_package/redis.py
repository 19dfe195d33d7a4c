"""Prints what Redis keeps: HOST=localhost python redis.py."""

import os
import socket

HOST = os.environ["COURSE_REDIS_HOST"]

with socket.create_connection((HOST, 6379), timeout=2) as connection:
    connection.sendall(b"INFO keyspace\r\n")
    print(connection.recv(1000).decode())
