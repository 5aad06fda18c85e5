"""Setting Asterisk up: where packages come from, and what becomes of an installation that broke off."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from telephony.asterisk import install as asterisk
from telephony.asterisk.debian import mirror, unpack
from telephony.errors import AsteriskMissing, AsteriskNotInstalled

DEB822 = """# a comment
Types: deb
URIs: {uris}
Suites: bookworm
Components: main
"""


def sources(folder: Path, **files: str) -> Path:
    """An /etc/apt with these files: `list_` is sources.list, others lie in sources.list.d."""
    (folder / "sources.list.d").mkdir(parents=True)
    for name, text in files.items():
        file = folder / "sources.list" if name == "list_" else folder / "sources.list.d" / name.replace("_", ".")
        file.write_text(text, encoding="utf8")
    return folder


@pytest.mark.parametrize(
    "line",
    [
        "deb http://mirror.example.cn/debian bookworm main",
        "deb [arch=amd64 signed-by=/usr/share/keyrings/x.gpg] http://mirror.example.cn/debian bookworm main",
        "  deb\thttp://mirror.example.cn/debian bookworm main",
        "deb cdrom:[Debian 12]/ bookworm main\ndeb http://mirror.example.cn/debian bookworm main",
        "deb-src http://other.example.cn/debian bookworm main\ndeb http://mirror.example.cn/debian bookworm main",
        "# deb http://old.example.cn/debian bookworm main\ndeb http://mirror.example.cn/debian bookworm main",
        "deb http://sec.example.cn/debian-security x main\ndeb http://mirror.example.cn/debian bookworm main",
    ],
)
def test_a_one_line_source(tmp_path: Path, line: str) -> None:
    assert mirror(sources(tmp_path, list_=line + "\n")) == "http://mirror.example.cn/debian"


@pytest.mark.parametrize(
    "uris",
    ["http://mirror.example.cn/debian", "http://sec.example.cn/debian-security http://mirror.example.cn/debian"],
)
def test_a_source_in_several_lines(tmp_path: Path, uris: str) -> None:
    assert mirror(sources(tmp_path, debian_sources=DEB822.format(uris=uris))) == "http://mirror.example.cn/debian"


def test_somebody_elses_source_is_not_debians(tmp_path: Path) -> None:
    made = sources(
        tmp_path,
        aaa_list="deb https://packages.example.com/apt cloud main\n",
        own_sources=DEB822.format(uris="http://mirror.example.cn/debian/"),
    )
    assert mirror(made) == "http://mirror.example.cn/debian/"


def test_a_mirror_of_another_name_is_better_than_none(tmp_path: Path) -> None:
    assert mirror(sources(tmp_path, list_="deb file:/srv/packages ./\n")) == "file:/srv/packages"


def test_no_source_at_all_is_said(tmp_path: Path) -> None:
    with pytest.raises(AsteriskNotInstalled, match="没有软件源"):
        mirror(sources(tmp_path, list_="# nothing\n"))


needs_apt = pytest.mark.skipif(not Path("/usr/bin/apt-get").exists(), reason="needs Debian's apt")


@needs_apt
def test_without_a_network_a_sentence_says_so_and_nothing_counts_as_installed(tmp_path: Path) -> None:
    made = sources(tmp_path / "apt", list_="deb http://127.0.0.1:9/debian bookworm main\n")
    with pytest.raises(AsteriskNotInstalled, match=r"Asterisk 没有装上.*127\.0\.0\.1.*网络"):
        unpack(("asterisk",), "usr/sbin/asterisk", tmp_path / "ast", "forky", sources=made)
    assert not (tmp_path / "ast/asterisk").exists()


def package(folder: Path, files: dict[str, str]) -> None:
    """Lay the files of an unpacked package down."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf8")


LOADER = '#!/bin/sh\necho "$0 $*"\n'
FILES = {
    "usr/lib64/ld-linux-x86-64.so.2": LOADER,
    "usr/lib/x/libc.so.6": "",
    "usr/lib/x/private/libown-1.so": "",
    "usr/sbin/tool": "program",
}
TOOLS = """#!{python}
import pathlib, sys
with open({log!r}, "a") as log:
    print(pathlib.Path(sys.argv[0]).name, *sys.argv[1:], file=log)
name = pathlib.Path(sys.argv[0]).name
if name == "dpkg":
    print("amd64")
elif name == "apt-get" and "install" in sys.argv:
    where = next(a.partition("=")[2] for a in sys.argv if a.startswith("Dir::Cache::archives="))
    pathlib.Path(where, "tool.deb").touch()
elif name == "dpkg-deb":
    for file, text in {files!r}.items():
        path = pathlib.Path(sys.argv[3], file)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine whose package programs write down what they are asked, and bring a small package."""
    folder = tmp_path / "bin"
    folder.mkdir()
    log = tmp_path / "log"
    log.touch()
    for name in ("apt-get", "dpkg", "dpkg-deb"):
        (folder / name).write_text(TOOLS.format(python=sys.executable, log=str(log), files=FILES))
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    sources(tmp_path / "apt", list_="deb http://mirror.example.cn/debian bookworm main\n")
    return tmp_path


def unpacked(shop: Path) -> Path:
    """The tool's start script."""
    return unpack(("tool",), "usr/sbin/tool", shop / "there/tool", "forky", sources=shop / "apt")


def test_the_script_starts_the_program_with_its_own_loader_and_libraries(shop: Path) -> None:
    script = unpacked(shop)
    said = subprocess.run([script, "-v", "a b"], capture_output=True, text=True, check=True).stdout
    root = shop / "there/tool/root"
    path = ":".join(f"{root}/usr/lib/{part}" for part in ("x", "x/private", "x/tool"))
    # beside the program, which looks there for its data
    assert said == f"{root}/usr/sbin/tool-loader --library-path {path} {root}/usr/sbin/tool -v a b\n"
    asked = (shop / "log").read_text()
    assert "update" in asked and "-d --no-install-recommends tool" in asked
    # the machine's own state stays as it is
    assert all("Dir::State=" in line for line in asked.splitlines() if line.startswith("apt-get"))


def test_what_is_there_is_not_fetched_again(shop: Path) -> None:
    script = unpacked(shop)
    (shop / "log").write_text("")
    assert unpacked(shop) == script
    assert (shop / "log").read_text() == ""


def test_an_interrupted_installation_is_made_anew(shop: Path) -> None:
    script = unpacked(shop)
    script.unlink()  # the script is the last step: without it the rest is half a thing
    package(shop / "there/tool/root", {"usr/sbin/tool": "half", "usr/lib64/left-over": ""})
    assert unpacked(shop).exists()
    assert (shop / "there/tool/root/usr/sbin/tool").read_text() == "program"
    assert not (shop / "there/tool/root/usr/lib64/left-over").exists()


def test_packages_without_the_program_are_said(shop: Path) -> None:
    with pytest.raises(AsteriskNotInstalled, match="usr/bin/other"):
        unpack(("tool",), "usr/bin/other", shop / "other", "forky", sources=shop / "apt")
    assert not (shop / "other/other").exists()


def test_a_machine_without_apt_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    made = sources(tmp_path / "apt", list_="deb http://mirror.example.cn/debian bookworm main\n")
    with pytest.raises(AsteriskNotInstalled, match="dpkg"):
        unpack(("tool",), "usr/sbin/tool", tmp_path / "tool", "forky", sources=made)


def test_two_installations_at_once_make_one(shop: Path) -> None:
    threads = [threading.Thread(target=unpacked, args=(shop,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (shop / "log").read_text().count("dpkg-deb") == 1
    assert (shop / "there/tool/tool").exists()


def test_an_unpacked_asterisk_goes_before_the_machines_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    package(tmp_path / "ast", {"asterisk": "", "root/usr/lib/x/asterisk/modules/a.so": ""})
    package(tmp_path / "ast", {"root/usr/share/asterisk/documentation/core.xml": ""})
    found = asterisk.program(tmp_path / "ast")
    assert found == tmp_path / "ast/asterisk"
    assert asterisk.modules_of(found) == tmp_path / "ast/root/usr/lib/x/asterisk/modules"
    assert asterisk.share_of(found) == tmp_path / "ast/root/usr/share/asterisk"


@pytest.mark.skipif(Path("/usr/sbin/asterisk").exists(), reason="this machine has an Asterisk")
def test_without_any_asterisk_the_way_to_one_is_said(tmp_path: Path) -> None:
    with pytest.raises(AsteriskMissing, match="hotline asterisk install"):
        asterisk.program(tmp_path)
