"""`hotline tickets dispatch|bounces` and `hotline duties suggestions`: proposals, and what returns teach."""

from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console

from hotline.cli_duties import in_force
from hotline.cli_records import Config, opened, settings
from hotline.plain_table import PlainTable
from tickets.dispatch.dispatcher import Dispatcher, Waiting
from tickets.dispatch.lessons import Lessons, bounces, pairs
from tickets.dispatch.log import Log, returned
from tickets.dispatch.suggestions import suggestions
from tickets.life.roles import Actor, Role

console = Console(highlight=False)
Go = Annotated[bool, typer.Option("--go", help="照建议派出去;不写编号时只派有把握的")]
By = Annotated[str, typer.Option("--name", help="哪位派单员决定")]


def dispatch(
    number: Annotated[str, typer.Argument(help="工单编号;不写就看全部待派的")] = "",
    go: Go = False,
    name: By = "命令行",
    config: Config = None,
) -> None:
    """派单建议和理由:清单在先,模型其次,没有把握的由人定;撤销单位未签收的工单也在这里改派。"""
    from hotline.dispatching import make_dispatcher

    with opened(config) as database:
        now = datetime.now().astimezone()
        dispatcher = make_dispatcher(settings(config), database, now)
        if number:
            one = dispatcher.of(number, now)
            _show(one)
            if go:
                case = dispatcher.send(one, now, Actor(name, Role.DISPATCHER))
                console.print(f"{number} 已派出,现在是“{case.state}”。", markup=False)
            return
        _all(dispatcher, now, go)


def _all(dispatcher: Dispatcher, now: datetime, go: bool) -> None:
    waiting, stranded = dispatcher.waiting(now), dispatcher.stranded(now)
    sure = [one for one in waiting if one.proposal.alone]
    for one in waiting:
        _show(one)
    for left in stranded:
        console.print(f"{left.ticket.number} {left.reason}", markup=False, soft_wrap=True)
    if not go:
        console.print(f"待派 {len(waiting)} 张,其中 {len(sure)} 张可由系统直接派;撤销单位未签收 {len(stranded)} 张。")
        return
    done = dispatcher.carry_out(waiting, stranded, now)
    for number, why in done.refused:
        console.print(f"{number} {why}", markup=False, soft_wrap=True)
    rest = len(waiting) + len(stranded) - done.sent - done.moved
    console.print(f"系统派出 {done.sent} 张,改派 {done.moved} 张;还有 {rest} 张等派单员定。")


def _show(one: Waiting) -> None:
    proposal = one.proposal
    lead = proposal.lead or "(待定)"
    way = proposal.way or "联席会议"
    helping = f",协办{'、'.join(proposal.assisting)}" if proposal.assisting else ""
    passing = "一派到底" if proposal.grid else "逐级转派"
    decided = "系统可直接派" if proposal.alone else "请派单员定"
    console.print(
        f"{one.ticket.number} {one.ticket.title}({one.case.state})\n"
        f"  {way} → {lead}{helping};{proposal.handling},{passing},{proposal.within.spoken};"
        f"{proposal.by},{decided}\n  {proposal.reason}",
        markup=False,
        soft_wrap=True,
    )
    for name, why in proposal.others:
        console.print(f"  另可考虑:{name}({why})", markup=False, soft_wrap=True)


def ping_pong(config: Config = None) -> None:
    """推诿:哪些单位互相退单,哪些工单在两家之间来回。"""
    logs = _logs(config)
    table = PlainTable("单位", "单位", "来往", "退了又回", "工单", title="互相退单的单位")
    least = settings(config).tickets.bounces_that_teach
    for pair in pairs(((log.number, log.taken) for log in logs), least):
        numbers = "、".join(pair.tickets[:5]) + ("…" if len(pair.tickets) > 5 else "")
        table.add_row(*pair.units, str(pair.times), str(pair.there_and_back), numbers)
    console.print(table)
    console.print(f"看了最近的工单步骤,其中有退单或改派的工单 {len(logs)} 张。")


def suggest(config: Config = None) -> None:
    """退单提示清单该怎么改:只是建议,清单要由人改好后重新导入。"""
    logs = _logs(config)
    with opened(config) as database:
        duties = in_force(database, datetime.now().astimezone().date())
    found = (one for log in logs for one in bounces(log.number, log.matter, log.taken))
    lessons = Lessons(found, settings(config).tickets.bounces_that_teach)
    said = suggestions(lessons, duties)
    for one in said:
        console.print(f"· {one}", markup=False, soft_wrap=True)
    console.print(f"{len(said)} 条建议。" if said else "退单没有提示清单要改。")


def _logs(config: Config) -> list[Log]:
    zone = datetime.now().astimezone().tzinfo
    assert zone is not None
    most = settings(config).tickets.learn_from_steps
    with opened(config) as database:
        return database.run(lambda c: returned(c, zone, most))


def add_to(tickets: typer.Typer, duties: typer.Typer) -> None:
    """Add the commands to `hotline tickets` and `hotline duties`."""
    tickets.command("dispatch")(dispatch)
    tickets.command("bounces")(ping_pong)
    duties.command("suggestions")(suggest)
