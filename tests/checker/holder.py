"""Holds a lease on the broker of a port until its standard input ends."""

import sys

from checks.sandbox.embedded_redis import leased

with leased(int(sys.argv[1])) as lease:
    print("embedded" if lease.embedded else "found", flush=True)
    sys.stdin.read()
