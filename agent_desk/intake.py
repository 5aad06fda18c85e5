"""The operations of the intake: other systems hand appeals over, and ask for their receipts."""

from dataclasses import dataclass

from agent_desk.errors import ChannelRefused, ReceiptUnknown
from agent_desk.operation import Call, Operation
from core.clock import Clock
from knowledge_base.roles import Role
from tickets.intake.intake import Intake
from tickets.intake.receipt import Receipt
from tickets.intake.submission import Content, Submission
from tickets.ticket import Channel

_CHANNELS = {"channel": tuple(channel.value for channel in Channel)}


@dataclass(frozen=True, slots=True)
class IntakeDesk:
    """The intake over HTTP."""

    intake: Intake
    clock: Clock

    def operations(self) -> list[Operation]:
        """Return the operations."""
        return [
            Operation(
                "POST",
                "/api/intake/{channel}",
                "提交一件诉求;同一个 Idempotency-Key 再次提交,得到同一张回执",
                self.submit,
                Receipt,
                body=Content,
                header="Idempotency-Key",
                choices=_CHANNELS,
                senders=True,
                refusals=(403, 409),
                tags=("intake",),
            ),
            Operation(
                "GET",
                "/api/intake/receipts/{channel}/{key}",
                "一次提交的回执",
                self.get_receipt,
                Receipt,
                choices=_CHANNELS,
                senders=True,
                refusals=(403, 404),
                tags=("intake",),
            ),
        ]

    async def submit(self, call: Call) -> Receipt:
        """Take an appeal in."""
        channel = _channel(call)
        content: Content = call.body
        submission = Submission(channel=channel, key=call.header, sender=call.actor.name, **content.model_dump())
        return await self.intake.submit(submission, self.clock.now())

    async def get_receipt(self, call: Call) -> Receipt:
        """Return the receipt of what came in before."""
        channel, key = _channel(call), call.path["key"]
        found = await self.intake.receipt(channel, key, call.actor.name)
        if found is None:
            raise ReceiptUnknown(channel=channel, key=key)
        return found


def _channel(call: Call) -> Channel:
    """Return the channel that is asked for. Raises `ChannelRefused` where it is not the asker's."""
    channel = Channel(call.path["channel"])
    allowed = channel in call.sender.channels if call.sender else call.actor.role is Role.ADMINISTRATOR
    if not allowed:
        raise ChannelRefused(name=call.actor.name, channel=channel)
    return channel
