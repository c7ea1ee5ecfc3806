"""Settings as people enter them in a form."""

import zoneinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.settings.definitions import DECLARED, Settings, apply_stored
from app.core.settings.kinds import ChannelId, Choice, Flag, Number, Zone
from app.core.settings.list_kinds import Emoji, Ids, Words
from app.core.settings.setting import INHERIT, SettingScope
from app.core.settings.widgets import LONGEST, UnfitReason, UnfitText
from tests.tables import each

KINDS = {name: one.kind for name, one in DECLARED.items()}


LISTS = {
    Ids: st.lists(st.from_regex(r"[CU][A-Z0-9]{8}", fullmatch=True), unique=True),
    Emoji: st.lists(st.sampled_from(["+1", "tada", "e-mail", "don't_know"]), unique=True),
    Words: st.lists(st.sampled_from(["notepad", "objective-c", "c", "日本"]), unique=True),
}
OTHERS = {
    Flag: st.booleans(),
    ChannelId: st.none() | st.from_regex(r"[CG][A-Z0-9]{8}", fullmatch=True),
    Zone: st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Auckland", "Etc/GMT+5"]),
}


def _json_values(name):
    """Return a strategy for the setting's valid JSON values."""
    match KINDS[name]:
        case Choice(options):
            return st.sampled_from(options)
        case Number(least, most, optional):
            numbers = st.integers(least, most)
            return numbers | st.none() if optional else numbers
        case other:
            return (LISTS | OTHERS)[type(other)]


WRITTEN = [name for name, kind in KINDS.items() if kind.build_widget(None).is_written]
_ANY = st.sampled_from(sorted(DECLARED)).flatmap(lambda n: st.tuples(st.just(n), _json_values(n)))


@given(_ANY, st.booleans())
def test_the_content_of_a_field_is_read_as_the_current_value(any_of_them, inherits):
    name, value = any_of_them
    setting = DECLARED[name]
    if inherits and setting.where is not SettingScope.CHANNEL:
        return
    field = setting.write_field(value, inherits=inherits)
    found = setting.read_field(field, inherits=inherits)
    assert (sorted(found) if isinstance(found, list) else found) == (
        sorted(value) if isinstance(value, list) else value
    )
    again = setting.write_field(found, inherits=inherits)
    assert setting.hash_field(again, inherits=inherits) == setting.hash_field(
        field, inherits=inherits
    )


@each("name", [n for n, one in DECLARED.items() if one.where is SettingScope.CHANNEL])
def test_a_channel_that_follows_the_workspace_is_told_from_every_value(name):
    setting = DECLARED[name]
    field = setting.write_field(None, inherits=True)
    assert field in ("", INHERIT)
    assert setting.read_field(field, inherits=True) is None
    # None has to be unambiguous: no setting of a channel has it as a value.
    assert not (isinstance(setting.kind, Number) and setting.kind.optional)


@given(st.text(max_size=200), st.sampled_from(WRITTEN))
def test_any_input_is_a_value_or_unfit(text, name):
    found = KINDS[name].read_field(text)
    if not isinstance(found, UnfitText):
        value = KINDS[name].read(found)
        assert (
            getattr(apply_stored(Settings(), {name: found}, SettingScope.WORKSPACE), name) == value
        )


@each(
    ("typed", "names"),
    [
        (":+1: :tada:", ["+1", "tada"]),
        ("+1, tada;cake", ["+1", "tada", "cake"]),
        (":+1::tada:", ["+1", "tada"]),
        (":+1::skin-tone-3: :+1:", ["+1"]),
        ("wave::skin-tone-5", ["wave"]),
        ("Tada\nTADA", ["tada"]),
        ("none", []),
        ("", []),
    ],
)
def test_emoji_are_written_as_in_a_message_or_by_name(typed, names):
    assert KINDS["plus_reactions"].read_field(typed) == names


@each(("name", "same"), [("plus_reactions", False), ("managers", True)])
def test_another_order_is_a_change_only_of_emoji(name, same):
    chosen = ["U0BOB00002", "U0ANN00001"] if same else ["+1", "tada"]
    fields = [DECLARED[name].write_field(one, inherits=False) for one in (chosen, chosen[::-1])]
    assert len({DECLARED[name].hash_field(one, inherits=False) for one in fields}) == 2 - same


@each("typed", ["☃", ":a b!:", "::", "a/b", "x" * 101])
def test_an_invalid_emoji_is_named(typed):
    found = KINDS["plus_reactions"].read_field(typed)
    assert isinstance(found, UnfitText)


@each(
    ("typed", "zone"),
    [
        ("europe/berlin", "Europe/Berlin"),
        ("America/New York", "America/New_York"),
        ("utc", "UTC"),
        ("ETC/UTC", "Etc/UTC"),
    ],
)
def test_a_time_zone_is_known_however_it_is_spelled(typed, zone):
    assert KINDS["time_zone"].read_field(typed) == zone


def test_time_zones_and_their_old_names_are_known_on_every_machine():
    zoneinfo.reset_tzpath(to=())
    try:
        for name in ("Europe/Berlin", "US/Pacific"):
            assert str(zoneinfo.ZoneInfo.no_cache(name)) == name
    finally:
        zoneinfo.reset_tzpath()


@each(
    ("typed", "near"),
    [("Berlin", "Europe/Berlin"), ("new york", "America/New_York"),
     ("Europe/Berln", "Europe/Berlin"), ("qqqqqqqq", ""), ("", ""), ("x" * 3000, ""),
     ("localtime", "")],
)  # fmt: skip
def test_for_an_unknown_time_zone_the_nearest_is_named(typed, near):
    unknown = UnfitText(UnfitReason.ZONE, {"example": "Europe/Berlin"})
    meant = UnfitText(UnfitReason.ZONE_NEAR, {"near": near})
    assert KINDS["time_zone"].read_field(typed) == (meant if near else unknown)


def test_a_list_that_is_too_long_for_its_field_ends_with_a_whole_word():
    text = KINDS["stop_list"].write_field(["x" * 79 for _ in range(100)])
    assert len(text) <= LONGEST
    assert set(map(len, text.split())) == {79}


@each(
    ("name", "raw"),
    [("max_points", 1000), ("max_points", True), ("max_points", None), ("time_zone", 1),
     ("time_zone", "Mars/Olympus"), ("time_zone", "Europe"), ("time_zone", "../x"),
     ("feed_channel", "U1"), ("managers", ["#general"]), ("currency", "tada"), ("replies", "loud"),
     ("things", "on"), ("unknown", 1)],
)  # fmt: skip
def test_stored_values_that_are_not_valid_here_are_ignored(name, raw):
    stored = {"scores": False, name: raw}
    assert apply_stored(Settings(), stored, SettingScope.WORKSPACE) == Settings(scores=False)


def test_content_that_no_field_can_have_is_an_error():
    for name, field in [("max_points", ["1"]), ("things", "maybe"), ("replies", ["thread"]),
                        ("replies", INHERIT), ("managers", "U1"), ("things", INHERIT)]:  # fmt: skip
        with pytest.raises(ValueError, match=r".*"):
            DECLARED[name].read_field(field, inherits=False)
