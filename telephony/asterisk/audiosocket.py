"""AudioSocket, Asterisk's protocol for a call's sound over TCP. No socket here: bytes in, frames out.

A frame is one byte of kind, two of length (big-endian), and its payload; 16-bit little-endian mono PCM for sound.
Source: Asterisk's res_audiosocket (kinds 0x11 to 0x18 are sound above 8 kHz).
"""

import struct
from dataclasses import dataclass
from enum import IntEnum
from uuid import UUID

from telephony.errors import LineError

HEADER = struct.Struct("!BH")


class Kind(IntEnum):
    """What a frame carries."""

    HANG_UP = 0x00
    CALL_ID = 0x01
    """16 bytes: the UUID that the dialplan gave; the first frame of every connection."""
    KEY = 0x03
    """One ASCII character."""
    SOUND_8K = 0x10
    SOUND_16K = 0x12
    ERROR = 0xFF


SOUND_KINDS = {8000: Kind.SOUND_8K, 16000: Kind.SOUND_16K}
"""By the samples a second."""
RATES = {int(kind): rate for rate, kind in SOUND_KINDS.items()}


class AudioSocketBroken(LineError):
    """AudioSocket 连接收到无法理解的数据:{what}。请检查 [asterisk] 的音频端口是否被别的程序连接。"""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame; `kind` is a number, because Asterisk may send kinds that are not known here."""

    kind: int
    payload: bytes

    @property
    def call_id(self) -> UUID:
        """The call's UUID. Raises `AudioSocketBroken` where this is not one."""
        if self.kind != Kind.CALL_ID or len(self.payload) != 16:
            raise AudioSocketBroken(what="第一帧不是通话编号")
        return UUID(bytes=self.payload)

    def encode(self) -> bytes:
        """Return the bytes of the frame."""
        return HEADER.pack(self.kind, len(self.payload)) + self.payload


class FrameReader:
    """Cuts a stream of bytes into frames, however it arrives."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[Frame]:
        """Take what came and return the frames that it completes."""
        data = self._rest + data if self._rest else data
        frames, at, end = [], 0, len(data)
        while end - at >= HEADER.size:
            kind, length = HEADER.unpack_from(data, at)
            if end - at < HEADER.size + length:
                break
            frames.append(Frame(kind, data[at + HEADER.size : at + HEADER.size + length]))
            at += HEADER.size + length
        self._rest = data[at:]
        return frames
