"""`bin/playground` runs a scripted conversation with the real app, and reports bad arguments."""

from pathlib import Path

from app.__main__ import main
from app.cli import commands
from app.devtools.fake_slack import server as fake_slack
from app.devtools.playground import run as playground
from app.store.server import locks
from tests.process import ROOT, run
from tests.talk import PATIENT

SCRIPT = """\
bob++
pptbot++
# a comment
@bob++ for the docs
/as bob
@carol++ and :tada:++
/leaderboard
/delete
help
exit
"""


def test_a_script_is_played_in_order(tmp_path, monkeypatch, capfd):
    monkeypatch.setattr(commands, "LOCAL", tmp_path)
    monkeypatch.setattr(playground, "_TIMINGS", PATIENT)
    monkeypatch.setattr(fake_slack, "SECONDS_BETWEEN_POSTS", 0)
    script = tmp_path / "script.txt"
    script.write_text(SCRIPT)
    assert main(["playground", "--fresh", "--script", str(script)]) == 0
    out, err = capfd.readouterr()
    assert err == ""
    expected = [
        # From the first line, the app knows all members, including itself.
        "Did you mean @bob? I'll count it once you choose",
        "Did you mean @pptbot? I'll count it once you choose",
        "ann in #general > @bob++ for the docs",
        "bob has 1 point (+1 for the docs)",
        "bob in #general > @carol++ and",
        "carol has 1 point (+1)",
        "Leaderboard, all time",
        "You're 1st with 1 point.",
        "carol has 0 points (+1 undone)",
    ]
    positions = [out.index(words) for words in expected]
    assert positions == sorted(positions)
    assert out.index("has 1 point") > out.index("for the docs")
    assert "\x1b" not in out


async def test_lines_can_come_from_a_pipe(tmp_path):
    status, out, err = await run("playground", "--fresh", folder=tmp_path, stdin="postgres++\n")
    assert (status, err) == (0, "")
    assert 'the thing "postgres" has 1 point (+1)' in out


async def test_a_missing_script_is_reported_in_one_line(tmp_path):
    status, _, err = await run("playground", "--script", "nowhere", folder=tmp_path)
    assert status == 1
    assert err == "bin/playground: nowhere: no such file or directory\n"


async def test_an_unwritable_picture_is_reported_before_the_conversation(tmp_path):
    status, out, err = await run("playground", "--picture", "nowhere/x.svg", folder=tmp_path)
    assert (status, out) == (1, "")
    assert err == "bin/playground: nowhere/x.svg cannot be written to: no such file or directory\n"


async def test_a_binary_script_is_reported_in_one_line(tmp_path):
    (tmp_path / "script.txt").write_bytes(b"\xff\xfe")
    status, _, err = await run("playground", "--fresh", "--script", "script.txt", folder=tmp_path)
    assert (status, err) == (1, "bin/playground: script.txt: not text\n")


def test_a_second_playground_on_the_same_data_says_so(tmp_path, monkeypatch, capsys):
    folder = tmp_path / "playground"
    folder.mkdir()
    monkeypatch.setattr(commands, "LOCAL", tmp_path)
    with locks.hold(folder, locks.ALONE):
        assert main(["playground"]) == 1
    errors = capsys.readouterr().err
    assert errors.count("\n") == 1
    assert f"another playground is using {folder}" in errors
    assert "bin/playground --fresh" in errors


def test_a_read_only_checkout_is_reported_with_what_to_do(monkeypatch, capsys):
    monkeypatch.setattr(commands, "LOCAL", Path("/sys/.local"))
    assert main(["playground"]) == 1
    errors = capsys.readouterr().err
    assert errors.count("\n") == 1
    assert "/sys/.local cannot be written to" in errors
    assert "copy pptbot to a folder of your own" in errors


def test_the_scripts_of_the_pictures_exist():
    for name in ("conversation", "leaderboard"):
        assert (ROOT / "docs" / "pictures" / f"{name}.txt").is_file()
        assert Path(ROOT / "docs" / "pictures" / f"{name}.svg").read_text().startswith("<svg")
