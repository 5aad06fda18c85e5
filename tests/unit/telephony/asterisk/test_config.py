"""Asterisk's configuration: it renders for every setting, keeps its secrets, and nothing breaks out of its line."""

import re
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telephony.asterisk.config import TEMPLATES, rendered, write
from telephony.asterisk.settings import (
    AgentSettings,
    AsteriskSettings,
    NodeSettings,
    QueueSettings,
    TrunkSettings,
)
from telephony.errors import AsteriskValueInvalid

MODULES = Path("/usr/lib/asterisk/modules")
names = st.from_regex(r"[a-z][a-z0-9-]{1,12}", fullmatch=True)
numbers = st.from_regex(r"[0-9]{3,8}", fullmatch=True)
words = st.text(st.characters(categories=("L", "N"), codec="utf-8"), max_size=10)
secrets = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=20)


@st.composite
def any_settings(draw: st.DrawFn) -> AsteriskSettings:
    """Settings as a city might write them."""
    queues = draw(st.lists(names, min_size=1, max_size=5, unique=True))
    agents = draw(st.lists(numbers, max_size=6, unique=True))
    nodes = draw(st.lists(st.from_regex(r"[a-z][a-z0-9]{0,8}", fullmatch=True), min_size=1, max_size=4, unique=True))
    signed = draw(st.booleans())
    return AsteriskSettings(
        secret="S3cret-of-AMI",
        rate=draw(st.sampled_from([8000, 16000])),
        recordings=draw(st.booleans()),
        decide_s=draw(st.floats(0.2, 10)),
        web_port=draw(st.sampled_from([0, 8088])),
        sip_host="10.0.0.7",
        advertised=draw(st.sampled_from(["", "203.0.113.5"])),
        nodes=tuple(NodeSettings(name=name, port=9100 + place) for place, name in enumerate(nodes)),
        node=nodes[0],
        queues=tuple(QueueSettings(name=name, title=draw(words)) for name in queues),
        agents=tuple(
            AgentSettings(
                number=number,
                name=draw(words),
                queues=tuple(draw(st.lists(st.sampled_from(queues), max_size=5, unique=True))),
                webrtc=draw(st.booleans()),
            )
            for number in agents
        ),
        trunk=TrunkSettings(
            host="sbc.example.cn:5060" if signed else "",
            user="hotline@ims" if signed else "",
            secret=draw(secrets) if signed else "",
            most_calls=draw(st.integers(1, 10000)),
        ),
    )


def values(text: str, key: str) -> list[str]:
    """Every value of `key` as Asterisk reads it: up to a semicolon that is not escaped."""
    found = re.findall(rf"^{re.escape(key)} *=>? *(.*)$", text, re.M)
    return [re.sub(r"(?<!\\);.*", "", value).replace(r"\;", ";").strip() for value in found]


@settings(max_examples=60, deadline=None)
@given(any_settings())
def test_every_file_renders_and_every_line_is_one_that_asterisk_reads(made: AsteriskSettings) -> None:
    files = rendered(made, "12345", MODULES)
    assert set(files) == {file.name for file in TEMPLATES.glob("*.conf")}
    for name, text in files.items():
        plain = text.replace(f"password = {made.trunk.secret}".replace(";", r"\;"), "password = x")
        assert "{{" not in plain and "{%" not in plain and not re.search(r"=>? *None$", plain, re.M)
        for line in text.splitlines():
            odd = line.strip() and not line.startswith((";", "[", "#")) and "=" not in line
            assert not odd, f"{name}: {line}"
    dialplan, pjsip, queues = files["extensions.conf"], files["pjsip.conf"], files["queues.conf"]
    for queue in made.queues:
        assert f"exten => {queue.name},1,Answer()" in dialplan
        assert f"[hotline-{queue.name}]" in queues
    for agent in made.agents:
        assert pjsip.count(f"\n[{agent.number}]\n") == 3
        assert values(pjsip, "password").count(made.password(agent.number)) == 1
        for queue_name in agent.queues:
            section = queues.partition(f"[hotline-{queue_name}]")[2].partition("\n[")[0]
            assert f"member => PJSIP/{agent.number},0," in section
    for place, node in enumerate(made.nodes):
        assert values(dialplan, f"NODE_{place}") == [node.name]
        assert values(dialplan, f"AUDIO_{node.name}") == [f"{node.host}:{node.port}"]
    if made.trunk.user:
        assert made.trunk.secret in values(pjsip, "password")


@settings(max_examples=30, deadline=None)
@given(any_settings())
def test_every_place_that_the_dialplan_goes_to_is_there(made: AsteriskSettings) -> None:
    text = rendered(made, "12345", MODULES)["extensions.conf"]
    contexts = set(re.findall(r"^\[([a-z-]+)\]", text, re.M))
    for context, extension in re.findall(r"(?:Goto\(|\?)([a-z-]+),([a-z0-9$][^,]*),1", text):
        assert context in contexts, context
        if context == "human" and "$" not in extension:
            assert extension in {queue.name for queue in made.queues}


def test_a_callers_number_reaches_the_dialplan_filtered_and_in_one_place_only() -> None:
    text = rendered(AsteriskSettings(), "12345", MODULES)["extensions.conf"]
    uses = [line for line in text.splitlines() if re.search(r"CALLERID|FROM|SIP_HEADER|PJSIP_HEADER", line)]
    own = " same => n,Set(CALLERID(all)=12345 <12345>)"  # what an agent's phone shows
    assert [line for line in uses if line != own] == [
        " same => n,Set(__HOTLINE_CALLER=${FILTER(0-9+,${CALLERID(num)})})"
    ]
    # nothing evaluates what a caller brings as a program
    assert not re.search(r"EVAL|System\(|SHELL|AGI|CURL", text)


@pytest.mark.parametrize("field", ["host", "sip_host", "web_host"])
@pytest.mark.parametrize("evil", ["127.0.0.1\n[evil]", "127.0.0.1\r\nx=y", "1\0"])
def test_a_line_break_in_a_value_is_refused(field: str, evil: str) -> None:
    made = AsteriskSettings(secret="x").model_copy(update={field: evil})
    with pytest.raises(AsteriskValueInvalid, match=r"hotline\.toml"):
        rendered(made, "12345", MODULES)


def test_a_semicolon_in_a_password_is_no_comment() -> None:
    made = AsteriskSettings(trunk=TrunkSettings(host="sbc", user="u", secret="a;b"))
    assert "a;b" in values(rendered(made, "12345", MODULES)["pjsip.conf"], "password")


def test_without_a_browser_no_web_port_is_opened() -> None:
    files = rendered(AsteriskSettings(web_port=0), "12345", MODULES)
    assert values(files["http.conf"], "enabled") == ["no"]
    assert "[ws]" not in files["pjsip.conf"]


def test_behind_nat_everybody_is_told_the_address_that_leads_here() -> None:
    files = rendered(AsteriskSettings(sip_host="10.0.0.7", advertised="203.0.113.5"), "12345", MODULES)
    udp = files["pjsip.conf"].partition("[udp]")[2].partition("\n[")[0]
    assert values(udp, "external_media_address") == values(udp, "external_signaling_address") == ["203.0.113.5"]
    assert values(files["rtp.conf"], "10.0.0.7") == ["203.0.113.5,include_local_address"]
    plain = rendered(AsteriskSettings(), "12345", MODULES)
    assert "external" not in plain["pjsip.conf"] and "=>" not in plain["rtp.conf"]


def written(folder: Path, **fields: Any) -> AsteriskSettings:
    """Settings whose configuration has been written into `folder`."""
    share = folder / "share"
    share.mkdir(exist_ok=True)
    (share / "documentation").mkdir(exist_ok=True)
    made = AsteriskSettings(folder=folder / "line", **fields)
    write(made, "12345", MODULES, share)
    return made


def open_to_others(path: Path) -> bool:
    """Whether anybody but the owner may read what `path` holds."""
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


@pytest.mark.parametrize("fields", [{}, {"secret": "S3cret"}])
def test_no_secret_is_in_a_file_that_others_can_read(tmp_path: Path, fields: dict[str, Any]) -> None:
    trunk = TrunkSettings(host="sbc", user="u", secret="TrunkPass")
    made = written(tmp_path, trunk=trunk, **fields)
    secret = [made.ami_secret, "TrunkPass", *(made.password(agent.number) for agent in made.agents)]
    holding = [
        file
        for file in made.folder.rglob("*")
        if file.is_file() and any(each in file.read_text(encoding="utf8") for each in secret)
    ]
    assert {file.name for file in holding} >= {"pjsip.conf", "manager.conf"}
    assert [file for file in holding if open_to_others(file)] == []
    assert not open_to_others(made.folder / "etc") and not open_to_others(made.folder / "spool")


def test_a_file_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    made = written(tmp_path)
    file = made.folder / "etc/manager.conf"
    file.chmod(0o644)
    written(tmp_path)
    assert not open_to_others(file)


def test_the_secret_is_made_once_and_long(tmp_path: Path) -> None:
    first = written(tmp_path).ami_secret
    assert len(first) >= 24 and written(tmp_path).ami_secret == first
    assert values((tmp_path / "line/etc/manager.conf").read_text(encoding="utf8"), "secret") == [first]


def test_every_phone_has_a_password_of_its_own(tmp_path: Path) -> None:
    made = written(tmp_path)
    passwords = {made.password(agent.number) for agent in made.agents}
    assert len(passwords) == len(made.agents) and made.ami_secret not in passwords


def test_writing_again_borrows_the_new_documentation(tmp_path: Path) -> None:
    made = written(tmp_path)
    link = made.folder / "data/documentation"
    link.unlink()
    link.symlink_to(tmp_path / "gone")
    written(tmp_path)
    assert link.resolve() == (tmp_path / "share/documentation").resolve()
