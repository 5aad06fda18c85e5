"""The command line `hotline`."""

import logging
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from core.errors import HotlineError
from hotline import (
    cli_agents,
    cli_asterisk,
    cli_attachments,
    cli_callback,
    cli_corrections,
    cli_dispatch,
    cli_duties,
    cli_export,
    cli_intake,
    cli_keys,
    cli_knowledge,
    cli_learning,
    cli_looking,
    cli_measures,
    cli_records,
    cli_retention,
    cli_speech,
    cli_supervision,
    cli_tickets,
    cli_understanding,
)

app = typer.Typer(
    help="12345 热线:接电话、答咨询、登记工单。",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(cli_knowledge.app, name="kb", help="知识库")
app.add_typer(cli_agents.app, name="agents", help="坐席:状态、监听、保持、转接、三方通话")
app.add_typer(cli_asterisk.app, name="asterisk", help="Asterisk 线路")
app.add_typer(cli_records.calls, name="calls", help="通话记录")
app.add_typer(cli_records.tickets, name="tickets", help="工单")
cli_tickets.add_to(cli_records.tickets)
cli_learning.add_to(cli_records.tickets)
cli_dispatch.add_to(cli_records.tickets, cli_duties.app)
app.add_typer(cli_duties.app, name="duties", help="职责清单")
cli_supervision.add_to(cli_records.tickets)
cli_measures.add_to(cli_records.tickets)
cli_export.add_to(cli_records.tickets)
cli_attachments.add_to(cli_records.tickets)
cli_keys.add_to(cli_records.tickets)
cli_looking.add_to(cli_records.tickets, app)
cli_retention.add_to(cli_records.tickets, app)
app.add_typer(cli_keys.app, name="keys", help="封存个人信息的钥匙")
cli_intake.add_to(app, cli_records.tickets)
cli_corrections.add_to(cli_records.tickets)
cli_understanding.add_to(cli_records.tickets)
app.add_typer(cli_callback.app, name="callback", help="漏接回拨和回访")
app.add_typer(cli_speech.models, name="models", help="模型文件")
app.command("asr")(cli_speech.asr)
app.command("tts")(cli_speech.tts)

Config = Annotated[Path | None, typer.Option("--config", "-c", help="配置文件 hotline.toml")]


@app.command()
def serve(
    config: Config = None,
    node: Annotated[str, typer.Option(help="本进程是 [[asterisk.nodes]] 里的哪一个,默认按配置")] = "",
    verbose: Annotated[bool, typer.Option(help="显示调试日志")] = False,
) -> None:
    """启动热线:线路、记录库和健康页。Ctrl-C 或 SIGTERM 后等通话结束再退出。"""
    from hotline.serving import serve_until_stopped

    logging.basicConfig(
        level=logging.DEBUG if verbose else logging.INFO, format="%(asctime)s %(levelname)s %(message)s"
    )
    settings = cli_records.settings(config)
    serve_until_stopped(settings.as_node(node) if node else settings)


@app.command()
def desk(
    config: Config = None,
    new_key: Annotated[bool, typer.Option("--new-key", help="生成一个密钥和它的 key_sha256,不启动")] = False,
) -> None:
    """启动工作台的 HTTP 接口:编辑、审核、发布知识库。Ctrl-C 或 SIGTERM 停止。"""
    from hotline.desk_service import new_key as make_key
    from hotline.desk_service import run_until_stopped

    if new_key:
        typer.echo(make_key())
        return
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    run_until_stopped(cli_records.settings(config))


@app.command()
def call(
    uri: Annotated[str, typer.Argument(help="拨打的地址")] = "sip:12345@127.0.0.1:5060",
    say: Annotated[list[str] | None, typer.Option(help="来电人说的话,可重复,按顺序说")] = None,
    wav: Annotated[list[Path] | None, typer.Option(help="来电人播放的录音,可重复,排在 --say 之后")] = None,
    digits: Annotated[str, typer.Option(help="最后按的键,0-9*#")] = "",
    record: Annotated[Path | None, typer.Option(help="双轨录音存到这个文件")] = None,
    barge_in: Annotated[bool, typer.Option("--barge-in", help="不等话务员说完就说")] = False,
    caller: Annotated[str, typer.Option(help="来电号码")] = "13800000001",
    voice: Annotated[str, typer.Option(help="来电人的音色")] = "zf_xiaobei",
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """打一个测试电话:真实的 SIP/RTP,报告双方说的话和每轮的时间。"""
    from hotline.calling import place_call

    order: list[str | Path] = [*(say or []), *(wav or [])]
    raise typer.Exit(place_call(uri, order, digits, record, barge_in, caller, voice, as_json))


@app.command()
def talk(
    script: Annotated[Path | None, typer.Argument(help="对话脚本 YAML;不给就用键盘对话")] = None,
    config: Config = None,
) -> None:
    """用文字与同一个对话引擎交谈,或运行带期望的脚本(有一条不符则退出码为 1)。"""
    from hotline.talk import talk as run

    raise typer.Exit(run(script, cli_records.settings(config)))


@app.command()
def demo(
    keep: Annotated[Path, typer.Option(help="演示留下的录音和记录放在这里")] = Path("var/demo"),
    asterisk: Annotated[bool, typer.Option("--asterisk", help="电话经过真实的 Asterisk 打进来")] = False,
) -> None:
    """演示:启动系统,打几个真实的电话,展示留下的录音、文字和工单。"""
    from hotline.demo import run_demo

    raise typer.Exit(run_demo(keep, asterisk))


@app.command()
def doctor(config: Config = None) -> None:
    """体检:缺什么、哪里慢、该怎么办。"""
    from hotline.doctor import examine

    raise typer.Exit(examine(cli_records.settings(config)))


def main() -> None:
    """Run the command line; an error of ours is a sentence, not a traceback."""
    try:
        app()
    except HotlineError as error:
        Console(stderr=True).print(str(error), style="red", markup=False, highlight=False)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
