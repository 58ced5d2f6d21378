"""Run a command beside a local server, whose address it finds in LOCAL_SERVER."""

import os
import subprocess
import sys

from groq.testing import LocalServer

with LocalServer() as server:
    environment = {**os.environ, "LOCAL_SERVER": server.url}
    sys.exit(subprocess.run(sys.argv[1:], env=environment, timeout=120, check=False).returncode)
