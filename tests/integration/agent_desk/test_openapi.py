"""The description is what the server does: schemathesis tries every operation with right and wrong requests."""

import asyncio
import os
import sys
from pathlib import Path

from tests.integration.agent_desk.conftest import Desk

CONFIG = Path(__file__).with_name("schemathesis.toml")


async def test_the_server_does_what_its_description_says(desk: Desk, tmp_path: Path) -> None:
    order = (
        *(str(Path(sys.executable).parent / "schemathesis"), "--config-file", str(CONFIG)),
        *("run", f"{desk.url}/api/openapi.json", "--request-timeout", "60"),
        *("--header", "Authorization: Bearer key of admin", "--max-examples", "8", "--seed", "12345"),
        *("--phases", "examples,fuzzing", "--generation-database", "none", "--no-color"),
    )
    process = await asyncio.create_subprocess_exec(
        *order,
        cwd=tmp_path,
        env=os.environ | {"NO_PROXY": "127.0.0.1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    assert process.returncode == 0, out.decode("utf8", "replace")[-9000:]
