"""Two processes of ours behind one Asterisk: what one leaves, the other takes."""

import asyncio

from telephony.asterisk.line import AsteriskLine
from telephony.asterisk.settings import NodeSettings
from telephony.caller import SipCaller
from tests.asterisk import free_ports, running_asterisk
from tests.integration.telephony.asterisk.conftest import PATIENCE_S, Bot
from tests.integration.telephony.test_line_contract import loud_seconds
from tests.serving import until


async def test_a_call_whose_process_ends_goes_on_with_the_other() -> None:
    ports = free_ports(2)
    nodes = tuple(NodeSettings(name=f"bot{n}", port=port) for n, port in enumerate(ports, 1))
    with running_asterisk(nodes=nodes) as asterisk:
        lines = {node.name: AsteriskLine(asterisk.settings, node=node) for node in nodes}
        bots = {name: Bot(queue=None) for name in lines}
        try:
            async with asyncio.timeout(PATIENCE_S), SipCaller() as telephone:
                for name, line in lines.items():
                    await line.start(bots[name])
                caller = await telephone.dial(f"sip:12345@127.0.0.1:{asterisk.settings.sip_port}", "13800001234")
                await until(lambda: any(bot.answered.is_set() for bot in bots.values()))
                first, second = sorted(bots, key=lambda name: not bots[name].calls)
                assert not bots[second].calls
                await lines[first].stop()
                await until(bots[second].answered.is_set)
                assert caller.ended is None
                assert bots[second].call.caller == "13800001234"
                await until(lambda: loud_seconds(caller.heard) > 0.15)
                caller.press("4")
                await until(lambda: bots[second].keys == "4")
                await caller.hang_up()
                await bots[second].over.wait()
        finally:
            for line in lines.values():
                await line.stop()
