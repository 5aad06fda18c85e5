"""A telephone that speaks SIP by hand, byte for byte as the test wants it."""

import asyncio
import socket

from tests.integration.telephony.conftest import SipKit


class Phone:
    """A bare UDP socket that speaks SIP by hand."""

    def __init__(self, kit: SipKit) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self.port = self.socket.getsockname()[1]
        self.to = kit.line.address

    def send(self, data: bytes) -> None:
        self.socket.sendto(data, self.to)

    def request(
        self,
        method: str,
        branch: str,
        cseq: int,
        to_tag: str = "",
        body: str = "",
        extra: str = "",
        number: str = "12345",
    ) -> None:
        tag = f";tag={to_tag}" if to_tag else ""
        kind = "Content-Type: application/sdp\r\n" if body else ""
        self.send(
            f"{method} sip:{number}@127.0.0.1 SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP 127.0.0.1:{self.port};branch=z9hG4bK{branch}\r\n"
            f"From: <sip:13800005678@127.0.0.1>;tag=abc\r\nTo: <sip:{number}@127.0.0.1>{tag}\r\nCall-ID: by-hand\r\n"
            f"CSeq: {cseq} {method}\r\nContact: <sip:x@127.0.0.1:{self.port}>\r\n{extra}{kind}"
            f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
        )

    async def answer(self) -> str:
        async with asyncio.timeout(5):
            while True:
                data = await asyncio.get_running_loop().sock_recv(self.socket, 65535)
                if data[:1] != b"\x80":  # the bot's RTP comes to the same port
                    return data.decode()

    async def final(self) -> str:
        while True:
            answer = await self.answer()
            if not answer.startswith("SIP/2.0 1"):
                return answer

    def sdp(self, media: str = "RTP/AVP 8", host: str = "127.0.0.1", port: int = 0) -> str:
        lines = ["v=0", f"o=- 1 1 IN IP4 {host}", "s=-", f"c=IN IP4 {host}", "t=0 0"]
        lines.append(f"m=audio {port or self.port} {media}")
        return "\r\n".join(lines) + "\r\n"


def to_tag(answer: str) -> str:
    line = next(line for line in answer.split("\r\n") if line.lower().startswith("to:"))
    return line.partition("tag=")[2]
