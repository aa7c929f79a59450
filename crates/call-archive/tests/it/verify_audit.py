"""Checks an export of the audit log by its documented format (docs/audit.md), with nothing of ours.

usage: verify_audit.py KEY TENANT [CHAIN:SEQ:MAC ...] < export.jsonl
KEY is what `gongkit audit key` prints, or hash:HEX with the hash key. The last are checkpoints. Exit 0 and the number of records, or 6 and the first bad one.
"""
import hashlib, hmac, json, sys


def netstrings(parts):
    encoded = [part.encode() for part in parts]
    return b"".join(b"%d:%s," % (len(part), part) for part in encoded)


def code(key, parts):
    return hmac.new(key, netstrings(parts), hashlib.sha256).digest()


def bad(chain, seq, what):
    print(f"record {seq} of chain {chain} {what}")
    sys.exit(6)


def main(given, tenant, *checkpoints):
    kind, _, digits = given.rpartition(":")
    key = bytes.fromhex(digits)
    if kind == "hash":
        key = code(key, ["gongkit audit key 1", tenant])
    ends, heads = {}, [checkpoint.split(":") for checkpoint in checkpoints]
    records = 0
    for line in sys.stdin:
        r = json.loads(line)
        chain, (seq, mac) = r["chain"], ends.get(r["chain"], (0, ""))
        if r["seq"] != seq + 1:
            bad(chain, seq + 1, "is missing")
        said = code(key, ["gongkit audit 1", tenant, chain, str(r["seq"]), str(r["at"]), r["actor"],
                          r["role"], r["action"], r["targets"], r["outcome"], str(r["bytes"]),
                          r["params"], r["prev"]]).hex()
        if r["prev"] != mac or not hmac.compare_digest(said, r["mac"]):
            bad(chain, r["seq"], "is not what was written")
        if any(h[:2] == [chain, str(r["seq"])] and h[2] != said for h in heads):
            bad(chain, r["seq"], "is not the one of the checkpoint")
        ends[chain] = (r["seq"], said)
        records += 1
    for chain, seq, _ in heads:
        if ends.get(chain, (0, ""))[0] < int(seq):
            bad(chain, ends.get(chain, (0, ""))[0] + 1, "was cut off")
    print(records)


main(*sys.argv[1:])
