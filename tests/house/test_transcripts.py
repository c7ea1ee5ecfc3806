"""Every transcript in the documentation is replayed and compared."""

import re

import pytest

from tests.house.transcripts import (
    PAGES,
    ROOT,
    Dialogue,
    Shell,
    Transcript,
    expect_same,
    read_transcripts,
)

ALL = [each for page in PAGES for each in read_transcripts(page)]


def stories(*, dialogue: bool) -> list[object]:
    """Return the transcripts as test parameters; blocks that continue a story are grouped."""
    found: list[list[Transcript]] = []
    for each in ALL:
        if each.is_dialogue is dialogue:
            if each.continues:
                found[-1].append(each)
            else:
                found.append([each])
    return [pytest.param(story, id=f"{story[0].page.stem}:{story[0].line}") for story in found]


@pytest.mark.parametrize("story", stories(dialogue=True))
async def test_a_dialogue_matches_its_page(story, talk):
    dialogue = Dialogue(talk)
    async with dialogue.listen():
        for each in story:
            expect_same(each, await dialogue.replay(each))


@pytest.mark.parametrize("story", stories(dialogue=False))
async def test_a_command_prints_what_its_page_shows(story, database_url, tmp_path, slack):
    variables = {
        "DATABASE_URL": database_url,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_API_URL": slack.api_url,
    }
    shell = Shell(tmp_path, variables, slack.workspace)
    for each in story:
        expect_same(each, await shell.replay(each))


BLOCK = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
PROMPT = re.compile(r" *(\$ bin/|\w+ in #\w+ > |pptbot (APP|MODAL|HOME))")


def test_every_transcript_is_in_a_console_block():
    """Only ```console blocks contain prompts of commands or of the playground."""
    other = [
        f"{page.relative_to(ROOT)}: {line}"
        for page in PAGES
        for language, block in BLOCK.findall(page.read_text(encoding="utf-8"))
        if language != "console"
        for line in block.splitlines()
        if PROMPT.match(line)
    ]
    assert other == []
