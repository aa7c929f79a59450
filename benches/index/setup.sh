#!/usr/bin/env bash
# Sets the rivals of the index up in a virtual environment: setup.sh VENV
set -euo pipefail
python3 -m venv "$1"
"$1/bin/pip" install --quiet numpy usearch sqlite-vec qdrant-edge-py
