"""Run by the tests as a process of its own that is no worker: runs the code on each line and answers with what it printed."""

from __future__ import annotations

import io
import json
import sys
from contextlib import redirect_stdout

from migov.site.cli import django

django()

from tests.services.jobs import a_worker as w  # noqa: E402

for line in sys.stdin:
    with redirect_stdout(io.StringIO()) as printed:
        exec(json.loads(line), {"json": json, "w": w})  # noqa: S102 (only the tests write here)
    sys.stdout.write(json.dumps(printed.getvalue()) + "\n")
    sys.stdout.flush()
