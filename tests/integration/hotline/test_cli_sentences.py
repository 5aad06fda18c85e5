"""What goes wrong on the command line is one sentence that helps."""

import sys
from pathlib import Path

import pytest

from hotline.cli import main


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("asr", "none.wav"), "无法读取音频文件"),
        (("talk", "none.yaml"), "对话脚本"),
        (("serve", "--config", "none.toml"), "配置有误"),
        (("calls", "show", "nothing"), "没有编号为 nothing 的通话"),
        (("tickets", "show", "1234567890"), "没有编号为 1234567890 的工单"),
        (("call", "sip:12345@127.0.0.1:9", "--digits", "x"), "没有的键"),
        (("call", "foo bar"), "请写成sip:号码@主机:端口"),
        (("call", "sip:12345@no-such-host.invalid"), "找不到这台主机"),
        (("call", "sip:12345@127.0.0.1:9", "--record", "/dev/null/call.wav"), "结果写不到"),
        (("tts", "你好", "--out", "."), "结果写不到"),
        (("callback", "run"), '在 hotline.toml 中设 [line] kind = "asterisk"'),
        (("agents", "list"), "请确认 Asterisk 正在运行,[asterisk] 的地址和端口正确"),
    ],
)
def test_what_goes_wrong_is_a_sentence(
    arguments: tuple[str, ...], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["hotline", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code not in (0, None)
    said = "".join("".join(capsys.readouterr()).split())
    assert "".join(sentence.split()) in said
    assert "Traceback" not in said
