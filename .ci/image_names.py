"""A name server that answers every name with 127.0.0.1 and writes down who was asked for.

    image_names.py PORT FILE
"""

import socket
import sys

port, asked = int(sys.argv[1]), sys.argv[2]
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", port))
with open(asked, "w", buffering=1, encoding="ascii") as file:
    while True:
        query, sender = server.recvfrom(512)
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1 : at + 1 + query[at]].decode("ascii"))
            at += 1 + query[at]
        question = query[12 : at + 5]
        kind = int.from_bytes(question[-4:-2], "big")
        is_address = kind == 1
        file.write(f"{'.'.join(labels)} {'A' if is_address else kind}\n")
        # An answer, with recursion; one record for an address of IPv4, none for anything else.
        head = query[:2] + b"\x81\x80\x00\x01" + (b"\x00\x01" if is_address else b"\x00\x00") + bytes(4)
        record = b"\xc0\x0c\x00\x01\x00\x01" + bytes(4) + b"\x00\x04\x7f\x00\x00\x01"
        server.sendto(head + question + (record if is_address else b""), sender)
