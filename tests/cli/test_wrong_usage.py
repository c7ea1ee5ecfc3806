"""Wrong usage of a command is reported before anything else is done, with status 2."""

import pytest

from app.__main__ import main
from tests.tables import each

SINCE = ("catch-up", "--since")


@each(
    "words, reason",
    [
        (("server", "--color"), "--color"),
        (("migrate", "sideways"), "sideways"),
        (("verify", "--mend"), "--mend"),
        (("backup", "--keep-days", "0"), "'0'"),
        (("backup", "--keep-days", "ten"), "'ten'"),
        (("backup", "--s3", "https://bucket"), "is not like s3://bucket/prefix"),
        (("backup", "--s3", "s3://"), "is not like s3://bucket/prefix"),
        (("backup", "--color"), "--color"),
        (("restore",), "FILE"),
        (("restore", "a", "b"), "b"),
        (("restore", "a", "--color"), "--color"),
        (("maintenance", "--prune-boards", "0"), "'0'"),
        (("maintenance", "--prune-boards", "-3"), "--prune-boards"),
        (("maintenance", "--prune-boards", "soon"), "'soon'"),
        (("maintenance", "--archive", "1.5"), "'1.5'"),
        (("maintenance", "--archive", "٣"), "'٣'"),
        (("maintenance", "--archive", "9" * 30), "from 1 to 1200"),
        (("maintenance", "--dry-run"), "--dry-run requires --prune-boards or --archive"),
        (("maintenance", "--full"), "--full"),
        (("export", "--csv", "a", "--output", "b"), "leave out --output"),
        (("export", "--team", "T1"), "--team requires --leaderboard-json"),
        (("import-json",), "name a FILE to import"),
        (("catch-up",), "--since"),
        (("catch-up", "--color"), "--since"),
        ((*SINCE, "yesterday"), "'yesterday'"),
        ((*SINCE, "2024-02-30"), "'2024-02-30'"),
        ((*SINCE, "2999-01-01"), "is in the future"),
        ((*SINCE, "2024-01-01", "--channel", "#general"), "isn't the id of a channel"),
        ((*SINCE, "2024-01-01", "--resume"), "not allowed"),
    ],
)
def test_wrong_usage_exits_2(words, reason, capsys):
    with pytest.raises(SystemExit) as ended:
        main(words)
    out, err = capsys.readouterr()
    assert (ended.value.code, out) == (2, "")
    assert err.startswith(f"usage: bin/{words[0]} ")
    assert reason in err.splitlines()[-1]


@each("words", [[], ["nothing"]])
def test_an_unknown_command_exits_2(words, capsys):
    assert main(words) == 2
    assert capsys.readouterr().err.startswith("usage: ")
