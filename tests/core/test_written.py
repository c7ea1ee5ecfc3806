"""Settings as people write them into a form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.settings import form_text
from app.core.settings.definitions import DECLARED, Settings, apply_stored
from app.core.settings.form_text import (
    INHERIT,
    LONGEST,
    UnfitReason,
    UnfitText,
    hash_field,
    read,
    write_field,
)
from app.core.settings.kinds import Choice, Emoji, Flag, Ids, Number, SettingScope, Words, Zone

KINDS = {name: one.kind for name, one in DECLARED.items()}


LISTS = {
    Ids: st.lists(st.from_regex(r"[CU][A-Z0-9]{8}", fullmatch=True), unique=True),
    Emoji: st.lists(st.sampled_from(["+1", "tada", "e-mail", "don't_know"]), unique=True),
    Words: st.lists(st.sampled_from(["notepad", "objective-c", "c", "日本"]), unique=True),
}
OTHERS = {
    Flag: st.booleans(),
    Zone: st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Auckland", "Etc/GMT+5"]),
}


def _fitting(name):
    """Return JSON values that the setting takes."""
    match KINDS[name]:
        case Choice(options):
            return st.sampled_from(options)
        case Number(least, most, optional):
            numbers = st.integers(least, most)
            return numbers | st.none() if optional else numbers
        case other:
            return (LISTS | OTHERS)[type(other)]


_ANY = st.sampled_from(sorted(DECLARED)).flatmap(lambda n: st.tuples(st.just(n), _fitting(n)))


@given(_ANY, st.booleans())
def test_what_the_form_shows_is_read_as_what_holds(any_of_them, inherits):
    name, value = any_of_them
    setting = DECLARED[name]
    if inherits and setting.where is not SettingScope.CHANNEL:
        return
    field = write_field(setting, value, inherits=inherits)
    found = form_text.read_field(setting, field, inherits=inherits)
    assert (sorted(found) if isinstance(found, list) else found) == (
        sorted(value) if isinstance(value, list) else value
    )
    again = write_field(setting, found, inherits=inherits)
    assert hash_field(setting, again, inherits=inherits) == hash_field(
        setting, field, inherits=inherits
    )


@pytest.mark.parametrize(
    "name", [n for n, one in DECLARED.items() if one.where is SettingScope.CHANNEL]
)
def test_a_channel_that_follows_the_workspace_is_told_from_every_value(name):
    setting = DECLARED[name]
    field = write_field(setting, None, inherits=True)
    assert field in ("", INHERIT)
    assert form_text.read_field(setting, field, inherits=True) is None
    # None must mean one thing: no setting of a channel has it as a value.
    assert not (isinstance(setting.kind, Number) and setting.kind.optional)


@given(st.text(max_size=200), st.sampled_from([n for n in KINDS if form_text.is_written(KINDS[n])]))
def test_whatever_is_written_is_a_value_or_unfit(text, name):
    found = read(KINDS[name], text)
    if not isinstance(found, UnfitText):
        value = KINDS[name].read(found)
        assert (
            getattr(apply_stored(Settings(), {name: found}, SettingScope.WORKSPACE), name) == value
        )


@pytest.mark.parametrize(
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
    assert read(KINDS["plus_reactions"], typed) == names


@pytest.mark.parametrize("typed", ["☃", ":a b!:", "::", "a/b", "x" * 101])
def test_what_is_no_emoji_is_named(typed):
    found = read(KINDS["plus_reactions"], typed)
    assert isinstance(found, UnfitText)


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("europe/berlin", "Europe/Berlin"),
        ("America/New York", "America/New_York"),
        ("utc", "UTC"),
        ("ETC/UTC", "Etc/UTC"),
    ],
)
def test_a_time_zone_is_known_however_it_is_spelt(typed, zone):
    assert read(KINDS["time_zone"], typed) == zone


@pytest.mark.parametrize(
    ("typed", "near"),
    [("Berlin", "Europe/Berlin"), ("new york", "America/New_York"),
     ("Europe/Berln", "Europe/Berlin"), ("qqqqqqqq", ""), ("", ""), ("x" * 3000, "")],
)  # fmt: skip
def test_for_an_unknown_time_zone_the_nearest_is_named(typed, near):
    assert read(KINDS["time_zone"], typed) == UnfitText(UnfitReason.ZONE, {"near": near})


def test_a_list_that_is_too_long_for_its_field_ends_with_a_whole_word():
    text = form_text.write(KINDS["stop_list"], ["x" * 79 for _ in range(100)])
    assert len(text) <= LONGEST
    assert set(map(len, text.split())) == {79}


def test_what_no_field_holds_is_an_error():
    for name, field in [("max_points", ["1"]), ("things", "maybe"), ("replies", ["thread"]),
                        ("replies", INHERIT), ("managers", "U1"), ("things", INHERIT)]:  # fmt: skip
        with pytest.raises(ValueError, match=r".*"):
            form_text.read_field(DECLARED[name], field, inherits=False)
