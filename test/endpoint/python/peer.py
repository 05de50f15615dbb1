"""The other side of the interop tests: an echo server, and a client that says what it hears, on Debian's python3-websockets."""

import asyncio
import sys

import websockets


async def echo(connection):
    try:
        async for message in connection:
            await connection.send(message)
    except websockets.ConnectionClosedError:
        # Any code but 1000 and 1001 is an error to it.
        pass
    print("closed", connection.close_code, connection.close_reason, flush=True)


async def serve(compression):
    async with websockets.serve(
        echo, "127.0.0.1", 0, compression=compression, max_size=None, subprotocols=["demo.v2"], ping_interval=None
    ) as server:
        print("listening", server.sockets[0].getsockname()[1], flush=True)
        await asyncio.Future()


async def connect(compression, url):
    async with websockets.connect(url, compression=compression, subprotocols=["demo.v1", "demo.v2"]) as connection:
        print("connected", connection.subprotocol, [extension.name for extension in connection.extensions], flush=True)
        await (await connection.ping(b"are you there?"))
        print("pong", flush=True)
        for seq in (1, 127):
            await connection.send(bytes([0, 1, 8, seq]))
            print("message", (await connection.recv()).hex(), flush=True)
        # In fragments, one of them empty.
        await connection.send([b"\0", b"\1", b"", b"\x08\x05"])
        print("message", (await connection.recv()).hex(), flush=True)
        await connection.send(b"\0\2\x12\xf0\xa2\4" + b"x" * 70_000)
        print("length", len(await connection.recv()), flush=True)
        await connection.close(3001, "bye")
        print("closed", connection.close_code, connection.close_reason, flush=True)


what, compression, *rest = sys.argv[1:]
asyncio.run({"serve": serve, "connect": connect}[what]("deflate" if compression == "deflate" else None, *rest))
