#!/usr/bin/env python3
"""Opens what is sealed of one call: open_row.py DATA_FOLDER CALL. The format is in format.md.

Needs the packages cryptography and zstandard, and no part of gongkit."""
import json
import sqlite3
import sys

import zstandard
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

folder, call, tenant = sys.argv[1], sys.argv[2], "default"


def unseal(key, table, row, column, sealed):
    place = ["call-archive", str(sealed[0]), tenant, table, row, column]
    plain = AESGCM(key).decrypt(sealed[1:13], sealed[13:], "\n".join(place).encode())
    return zstandard.decompress(plain) if sealed[0] == 2 else plain


lines = [line.split("=", 1)[1].strip() for line in open(f"{folder}/key") if line[0] != "#"]
masters = dict(zip(lines[0::2], map(bytes.fromhex, lines[1::2])))
read = sqlite3.connect(f"file:{folder}/archive.sqlite?mode=ro", uri=True).execute

version, wrapped = read("SELECT dek, wrapped FROM call_keys WHERE tenant = ? AND call = ?", (tenant, call)).fetchone()
master, dek = read("SELECT kek, wrapped FROM deks WHERE tenant = ? AND purpose = 'data' AND version = ?", (tenant, version)).fetchone()
dek = unseal(masters[master], "deks", f"data/{version}", "wrapped", dek)
key = unseal(dek, "call_keys", call, "wrapped", wrapped)

(title,) = read("SELECT title FROM calls WHERE tenant = ? AND id = ?", (tenant, call)).fetchone()
print(unseal(key, "calls", call, "title", title).decode())
revision, text = read("SELECT text_revision, text FROM transcripts WHERE tenant = ? AND call = ? ORDER BY 1 DESC", (tenant, call)).fetchone()
for turn in json.loads(unseal(key, "transcripts", f"{call}/{revision}", "text", text)):
    for start, end, said in turn["said"]:
        print(said)
