"""Holds the bill of materials to CycloneDX's schema, and to the binary that it is about.

    sbom_check.py SBOM BINARY

A binary tells in its panic messages where the sources of its crates lay; each of these must be listed.
"""

import json
import re
import sys

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

with open(sys.argv[1], encoding="utf-8") as file:
    text = file.read()
errors = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
if errors:
    sys.exit(f"sbom: not CycloneDX 1.6: {errors}")
listed = {(one["name"], one["version"]) for one in json.loads(text)["components"]}
with open(sys.argv[2], "rb") as file:
    binary = file.read()
found = {
    (name.decode(), version.decode())
    for name, version in re.findall(
        rb"registry/src/[^/]+/([A-Za-z0-9_-]+?)-([0-9]+\.[0-9]+\.[0-9]+[^/\s\x00]*)/", binary
    )
}
if len(found) < 50:
    sys.exit(f"sbom: the binary names {len(found)} crates only, so it cannot be a judge")
if missing := found - listed:
    sys.exit(f"sbom: in the binary and not listed: {sorted(missing)}")
print(f"sbom: {len(listed)} parts, valid by CycloneDX 1.6, among them all {len(found)} crates that the binary names")
