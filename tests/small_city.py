"""A few entries of the shipped knowledge base, so that tests start in seconds."""

from functools import cache
from pathlib import Path

import yaml

import knowledge_base
from core.yaml_file import read_yaml

SHIPPED = Path(knowledge_base.__file__).parent / "data" / "lanjiang"
CHOSEN = (
    "shebao-card-lost",
    "shebao-card-activate",
    "gongjijin-withdraw",
    "gongnuan-temperature",
    "cheguan-license-renew",
    "cheguan-license-lost",
    "juzhuzheng-new",
    "juzhu-proof",
)


def small_city(folder: Path) -> Path:
    """Write the chosen entries to `folder` and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "some.yaml").write_text(_chosen(), encoding="utf8")
    return folder


@cache
def _chosen() -> str:
    entries = [entry for file in sorted(SHIPPED.glob("*.yaml")) for entry in read_yaml(file)]
    kept = [entry | {"related": []} for entry in entries if entry["id"] in CHOSEN]
    assert len(kept) == len(CHOSEN), "an entry that the tests rely on is gone"
    return yaml.safe_dump(kept, allow_unicode=True)
