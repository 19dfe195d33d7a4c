"""Servers that stand where a Redis should: one with answers of the test's own, and TLS.

Each serves in threads, on a free port, for as long as its context lasts.
"""

import contextlib
import datetime as dt
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

Serve = Callable[[socket.socket], None]
TIMEOUT = 5.0
INFO = "redis_version:7.2.4\r\nredis_mode:standalone\r\n"


@contextlib.contextmanager
def served(serve: Serve) -> Iterator[int]:
    """A port on which each visitor is served by a thread."""
    visitors: list[socket.socket] = []

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                visitor, _ = listening.accept()
                visitors.append(visitor)
                threading.Thread(
                    target=_quietly, args=[serve, visitor], daemon=True
                ).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        accepting = threading.Thread(target=accept)
        accepting.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
    for visitor in visitors:
        with contextlib.suppress(OSError):
            visitor.shutdown(socket.SHUT_RDWR)
        visitor.close()
    accepting.join()


def _quietly(serve: Serve, visitor: socket.socket) -> None:
    with contextlib.suppress(OSError, ValueError), visitor:
        serve(visitor)


def answering(answers: dict[str, str], info: str = INFO) -> Serve:
    """Be a Redis that gives these answers to commands, as its protocol has them.

    The answer of `*` is that to all others, INFO and PING included.
    """
    known = {"INFO": f"${len(info)}\r\n{info}", "PING": "+PONG", "CLIENT": "+OK"}
    known = {} if "*" in answers else known
    known = {"CLIENT": "+OK"} | known | answers

    def serve(visitor: socket.socket) -> None:
        with visitor.makefile("rwb") as stream:
            while line := stream.readline():
                words = [line.strip().decode()]
                if line.startswith(b"*"):
                    words = [_word(stream) for _ in range(int(line[1:]))]
                answer = known.get(words[0].upper(), answers.get("*", ":1"))
                stream.write(f"{answer}\r\n".encode())
                stream.flush()

    return serve


def _word(stream: Any) -> str:
    length = int(stream.readline()[1:])
    word: bytes = stream.read(length + 2)
    return word[:-2].decode(errors="replace")


def with_tls(folder: Path, port: int) -> Serve:
    """Speak TLS, with a certificate in `ca.crt`, in front of a Redis on a port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*_certificate(folder))

    def serve(visitor: socket.socket) -> None:
        redis = socket.create_connection(("127.0.0.1", port), TIMEOUT)
        with redis, context.wrap_socket(visitor, server_side=True) as secure:
            while asked := secure.recv(1 << 16):
                redis.sendall(asked)
                secure.sendall(redis.recv(1 << 16))

    return serve


def _certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for localhost, signed by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    own = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(own), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "ca.crt", folder / "ca.key"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    plain = serialization.NoEncryption()
    files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, form, plain))
    return files
