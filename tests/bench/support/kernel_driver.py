"""Drives Jupyter kernels for the bench: one JSON request per line on standard input, one JSON reply per line.

{"op": "start", "name", "argv", "env"} -> {"seconds"}: from the launch to the reply of the first cell, `1`
{"op": "execute", "name", "code"}      -> {"seconds"}: from sending the cell to having its reply and its idle status
{"op": "memory", "name"}               -> {"seconds": 0, "bytes"}: resident memory of the kernel's process
{"op": "stop", "name"}                 -> {}
"""

import json
import os
import sys
import time

import psutil
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager

kernels = {}


def start(request):
    manager = KernelManager()
    manager._kernel_spec = KernelSpec(argv=request["argv"], display_name=request["name"], language="any")
    began = time.perf_counter()
    manager.start_kernel(env={**os.environ, **request.get("env", {})})
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=120)
    kernels[request["name"]] = (manager, client)
    run(client, "1")
    return {"seconds": time.perf_counter() - began}


def run(client, code):
    began = time.perf_counter()
    message = client.execute(code)
    while True:
        reply = client.get_shell_msg(timeout=600)
        if reply["parent_header"].get("msg_id") == message:
            break
    while True:
        news = client.get_iopub_msg(timeout=600)
        if news["parent_header"].get("msg_id") != message:
            continue
        if news["msg_type"] == "status" and news["content"]["execution_state"] == "idle":
            break
    seconds = time.perf_counter() - began
    if reply["content"]["status"] != "ok":
        raise RuntimeError(f"Cannot measure {code!r}: {reply['content'].get('ename')}: {reply['content'].get('evalue')}")
    return seconds


def execute(request):
    return {"seconds": run(kernels[request["name"]][1], request["code"])}


def memory(request):
    return {"seconds": 0, "bytes": psutil.Process(kernels[request["name"]][0].provisioner.pid).memory_info().rss}


def stop(request):
    manager, client = kernels.pop(request["name"])
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    return {}


for line in sys.stdin:
    asked = json.loads(line)
    try:
        answer = {"start": start, "execute": execute, "memory": memory, "stop": stop}[asked["op"]](asked)
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
