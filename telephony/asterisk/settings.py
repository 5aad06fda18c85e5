"""How the line works with Asterisk: `[asterisk]` in hotline.toml. Asterisk's own configuration is made from it."""

import hashlib
import hmac
from ipaddress import IPv4Network, ip_address
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator, model_validator

from core.settings import Settings

Name = Field(pattern=r"^[a-z][a-z0-9-]{1,30}$")  # of one letter some mean something to the dialplan: h, i, t


class NodeSettings(Settings):
    """A process of ours that takes calls: `hotline serve` on one machine."""

    name: str = Field(default="bot1", pattern=r"^[a-z][a-z0-9]{0,30}$")
    """Name in Asterisk's dialplan: small letters and digits."""
    host: str = "127.0.0.1"
    """Address under which Asterisk reaches it."""
    port: int = Field(default=9092, ge=1, le=65535)
    """TCP port for AudioSocket."""


class QueueSettings(Settings):
    """A queue of human agents."""

    name: str = Name
    """Name in Asterisk: small letters, digits and hyphens."""
    title: str = ""
    """What it is called at the desk."""
    ring_s: int = Field(default=15, ge=3, le=120)
    """Seconds that one agent's phone rings before the next one's."""
    wrapup_s: int = Field(default=20, ge=0, le=600)
    """Seconds for the agent to finish the ticket (话后整理) before the next call."""
    wait_s: int = Field(default=45, ge=5, le=600)
    """Seconds after which a caller who was promised a human at once comes back to the bot."""
    announce_s: int = Field(default=30, ge=0, le=600)
    """Seconds between announcements of position and expected wait; 0 is none."""


class AgentSettings(Settings):
    """A human agent's telephone."""

    number: str = Field(pattern=r"^[0-9]{3,8}$")
    """Extension and user name."""
    name: str = Field(default="", pattern=r"^[^\x00-\x1f\"\\,<>;$]{0,60}$")
    """Who it is, for the desk; without quotes, commas and the like, which mean something to Asterisk."""
    queues: tuple[str, ...] = ("general",)
    """Queues it serves."""
    webrtc: bool = False
    """Whether the phone is in the browser (JsSIP over WebSocket) and not a SIP phone."""


class TrunkSettings(Settings):
    """The operator's line."""

    networks: tuple[IPv4Network, ...] = (IPv4Network("127.0.0.0/8"),)
    """Where calls may come from. The default is this machine: for a try and for the tests."""
    host: str = Field(default="", pattern=r"^[A-Za-z0-9.:-]*$")
    """Where calls to citizens go, as host or host:port; empty: none can be made."""
    user: str = Field(default="", pattern=r"^[A-Za-z0-9._@+-]*$")
    """User name, where the operator wants calls to be signed; empty: known by address."""
    secret: str = Field(default="", pattern=r"^[!-~]*$")
    """Its password: printable ASCII without spaces."""
    codecs: tuple[Literal["alaw", "ulaw", "g722", "opus"], ...] = ("alaw", "ulaw")
    """What is spoken on the trunk; A-law is the Chinese network's own."""
    most_calls: int = Field(default=200, ge=1, le=10000)
    """Calls on the trunk at once; the next caller hears a clear busy tone (486)."""


class AsteriskSettings(Settings):
    """Asterisk in front of the hotline."""

    folder: Path = Path("var/asterisk")
    """Folder of its configuration, sounds, recordings and logs; no commas, semicolons, brackets, quotes or $."""
    host: str = "127.0.0.1"
    """Address of its Manager Interface (AMI), which must never be open to a network without TLS in front."""
    ami_port: int = Field(default=5038, ge=1, le=65535)
    """TCP port of AMI."""
    ami_user: str = Field(default="hotline", pattern=r"^[a-z][a-z0-9]{0,30}$")
    """User name there."""
    secret: str = Field(default="", pattern=r"^[A-Za-z0-9_-]*$")
    """Secret of AMI, from which the agents' passwords are derived too. Empty: made at random by
    `hotline asterisk config` and kept in `folder`/secret."""
    sip_host: str = "127.0.0.1"
    """Address that SIP listens on."""
    sip_port: int = Field(default=5060, ge=1, le=65535)
    """UDP port of SIP."""
    advertised: str = Field(default="", pattern=r"^([0-9]{1,3}(\.[0-9]{1,3}){3})?$")
    """IPv4 address at which telephones and browsers from elsewhere reach this machine, where that is not its own
    (NAT, a cloud's public address); `sip_host` must then be its own. Empty: they reach it at its own."""
    web_host: str = "127.0.0.1"
    """Address that browser phones register at (WebSocket)."""
    web_port: int = Field(default=8088, ge=0, le=65535)
    """TCP port of that; 0 is none."""
    rtp_first: int = Field(default=10000, ge=1024, le=65534)
    """First UDP port for audio."""
    rtp_last: int = Field(default=14999, ge=1025, le=65535)
    """Last UDP port for audio: four a call that an agent takes."""
    rate: Literal[8000, 16000] = 8000
    """Samples a second between Asterisk and us. 16000 only helps where the trunk brings wideband (G.722, Opus)."""
    decide_s: float = Field(default=1.5, ge=0.2, le=10)
    """Seconds that a process of ours may take to say what becomes of a call, before the next one, and then the
    human agents, get it."""
    node: str = "bot1"
    """Which of `nodes` this process is."""
    nodes: tuple[NodeSettings, ...] = Field(default=(NodeSettings(),), min_length=1)
    """The processes that take calls; each call goes to one at random, and on to the next where that is dead."""
    outbound: NodeSettings = NodeSettings(name="outbound", port=9093)
    """The process that calls citizens back, `hotline callback run`."""
    queues: tuple[QueueSettings, ...] = Field(
        default=(
            QueueSettings(name="general", title="综合坐席"),
            QueueSettings(name="company", title="企业专席"),
            QueueSettings(name="dialect", title="方言专席"),
            QueueSettings(name="leader", title="领导接听日"),
        ),
        min_length=1,
    )
    """The queues of human agents; the first one takes whatever nobody decided about."""
    agents: tuple[AgentSettings, ...] = (
        AgentSettings(number="8001", queues=("general", "company", "dialect", "leader")),
        AgentSettings(number="8002", queues=("general",)),
        AgentSettings(number="9001", queues=("general",), webrtc=True),
    )
    """The agents' phones."""
    trunk: TrunkSettings = TrunkSettings()
    lost_phone_s: int = Field(default=20, ge=2, le=600)
    """Seconds without RTP after which a telephone, caller's or agent's, has vanished."""
    recordings: bool = True
    """Whether the talk of caller and agent is recorded (two tracks)."""

    @field_validator("folder")
    @classmethod
    def _plain(cls, folder: Path) -> Path:
        strange = sorted(set(str(folder)) & set(",;|&$()[]{}'\"\\\n\r\t"))
        if strange:
            raise ValueError(f"the dialplan cannot hold {' '.join(map(repr, strange))}")
        return folder

    @model_validator(mode="after")
    def _fits(self) -> "AsteriskSettings":
        names = [queue.name for queue in self.queues]
        for agent in self.agents:
            unknown = set(agent.queues) - set(names)
            if unknown:
                raise ValueError(f"agent {agent.number}: no such queue: {', '.join(sorted(unknown))}")
        nodes, agents = [node.name for node in self.nodes], [agent.number for agent in self.agents]
        for what, all_ in (("queue", names), ("agent", agents), ("node", nodes)):
            if len(set(all_)) < len(all_):
                raise ValueError(f"two {what}s have the same name")
        if self.outbound.name in nodes:
            raise ValueError("outbound must not have the name of a node")
        places = [(node.host, node.port) for node in (*self.nodes, self.outbound)]
        if len(set(places)) < len(places):
            raise ValueError("two nodes have the same host and port")
        if self.node not in nodes:
            raise ValueError(f"node {self.node} is none of nodes")
        if self.advertised and (ip_address(self.sip_host).is_unspecified or ip_address(self.sip_host).is_loopback):
            raise ValueError("advertised needs sip_host to be this machine's own address in its network")
        if self.rtp_last <= self.rtp_first:
            raise ValueError("rtp_last must be above rtp_first")
        return self

    @property
    def this_node(self) -> NodeSettings:
        """The entry of `nodes` that this process is."""
        return next(node for node in self.nodes if node.name == self.node)

    @property
    def secret_file(self) -> Path:
        """Where a secret made at random is kept."""
        return self.folder / "secret"

    @property
    def ami_secret(self) -> str:
        """The secret in force; "" where none was set or made."""
        if self.secret:
            return self.secret
        return self.secret_file.read_text(encoding="ascii").strip() if self.secret_file.exists() else ""

    def password(self, agent: str) -> str:
        """Return the SIP password of an agent's phone: it follows from the secret, so nobody has to keep a list."""
        return hmac.new(self.ami_secret.encode(), f"agent {agent}".encode(), hashlib.sha256).hexdigest()[:24]

    def queue(self, name: str) -> QueueSettings:
        """Return the queue of that name, the first one where there is none."""
        return next((queue for queue in self.queues if queue.name == name), self.queues[0])
