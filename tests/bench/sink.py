"""Mail servers that take every message and keep none; the port is printed when it is ready.

`nothing` is the fastest that Python can do, no server of this world; `aiosmtpd` minds the protocol.
"""

import asyncio
import sys
import time

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from tests.servers import free_port

ANSWERS = {b"EHLO": b"250-sink.example\r\n250 SIZE 33554432\r\n", b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}
USUAL, TAKEN = b"250 2.0.0 ok\r\n", b"250 2.0.0 taken\r\n"
MOST = 64 * 1024 * 1024


async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 sink.example ESMTP\r\n")
    while line := await reader.readline():
        verb = line[:4].upper()
        writer.write(ANSWERS.get(verb, USUAL))
        if verb == b"DATA":
            await reader.readuntil(b"\r\n.\r\n")
            writer.write(TAKEN)
        elif verb == b"QUIT":
            break
    writer.close()


async def main() -> None:
    server = await asyncio.start_server(converse, "127.0.0.1", 0, limit=MOST)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def careful() -> None:
    controller = Controller(Sink(), hostname="127.0.0.1", port=free_port())
    controller.start()
    print(controller.port, flush=True)
    while True:
        time.sleep(60)


if __name__ == "__main__":
    careful() if sys.argv[1] == "aiosmtpd" else asyncio.run(main())
