"""Ends TLS before a server that speaks none.

    image_tls.py PORT CERTIFICATE KEY TO_PORT
"""

import asyncio
import ssl
import sys

port, certificate, key, to_port = int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])


async def pass_on(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except (ConnectionError, ssl.SSLError):
        pass
    finally:
        writer.close()


async def connected(reader, writer):
    from_server, to_server = await asyncio.open_connection("127.0.0.1", to_port)
    await asyncio.gather(pass_on(reader, to_server), pass_on(from_server, writer))


async def main():
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    server = await asyncio.start_server(connected, "127.0.0.1", port, ssl=context)
    await server.serve_forever()


asyncio.run(main())
