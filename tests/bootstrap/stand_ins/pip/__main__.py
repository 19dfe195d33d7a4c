"""Stands in for pip: notes its arguments in build/pip, and does as it is told.

PIP_SAYS is printed; PIP_STATUS is the exit status; with PIP_HANGS it does not end.
"""

import os
import sys
import time
from pathlib import Path

print(os.environ.get("PIP_SAYS", ""), flush=True)
with Path("build", "pip").open("a") as notes:
    print(*sys.argv[1:], file=notes)
if "PIP_HANGS" in os.environ:
    time.sleep(60)
sys.exit(int(os.environ.get("PIP_STATUS", "0")))
