"""The operations on files attached to entries."""

import asyncio
from dataclasses import dataclass

from agent_desk.operation import Call, File, Operation
from core.clock import Clock
from knowledge_base.attachments import Attachment, AttachmentStore
from knowledge_base.file_kinds import KINDS

_MEDIA = tuple(dict.fromkeys(kind.media_type for kind in KINDS.values()))


@dataclass(frozen=True, slots=True)
class FileDesk:
    """Files beside entries; each look is recorded."""

    files: AttachmentStore
    clock: Clock

    def operations(self) -> list[Operation]:
        """Return the operations."""
        every, one = "/api/kb/entries/{id}/attachments", "/api/kb/entries/{id}/attachments/{name}"
        writes = (403, 404, 409)
        return [
            Operation("GET", every, "条目的附件", self.list_files, list[Attachment]),
            Operation("GET", one, "取附件(记入经过)", self.read_file, _MEDIA, refusals=(404,)),
            Operation("PUT", one, "放一个附件", self.put_file, Attachment, raw=True, refusals=writes),
        ]

    async def list_files(self, call: Call) -> list[Attachment]:
        """Return the files of an entry."""
        return list(await asyncio.to_thread(self.files.list, call.path["id"]))

    async def read_file(self, call: Call) -> File:
        """Return a file, as a download."""
        found, content = await asyncio.to_thread(
            self.files.read, call.path["id"], call.path["name"], call.actor, self.clock.now()
        )
        return File(content, found.media_type, found.name)

    async def put_file(self, call: Call) -> Attachment:
        """Keep a file for an entry."""
        return await asyncio.to_thread(
            self.files.put, call.path["id"], call.path["name"], call.body, call.actor, self.clock.now()
        )
