"""Registers Tagline's Node service with jupyter-server-proxy. Everything else of the page is JavaScript."""

import json
import sys
from pathlib import Path


def setup_tagline():
    """The service at /tagline/, on a unix socket in a private folder, started by the first request."""
    return {
        "command": _command,
        "unix_socket": True,
        "timeout": 60,
        "launcher_entry": {"enabled": False},
        "new_browser_tab": False,
    }


def _command(unix_socket):
    from jupyter_server.serverapp import ServerApp

    paths = Path(sys.prefix, "share", "tagline", "paths.json")
    if not paths.exists():
        raise RuntimeError(f"Cannot start Tagline's service: {paths} is missing. Run `npm start` in Tagline's folder once.")
    where = json.loads(paths.read_text())
    main = str(Path(where["kernelLib"], "dist", "service", "main.js"))
    return [where["node"], main, "--socket", unix_socket, "--root", ServerApp.instance().root_dir]
