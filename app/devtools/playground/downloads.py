"""The files that the app shares, kept where the person at the terminal can open them."""

from collections.abc import Iterable
from pathlib import Path

from app.devtools.fake_slack.values import File


def save_files(files: Iterable[File], folder: Path) -> list[tuple[File, str]]:
    """Write *files* into *folder*; give each with its path, from here when that is shorter."""
    folder.mkdir(parents=True, exist_ok=True)
    return [(file, _write(file, folder)) for file in files]


def _write(file: File, folder: Path) -> str:
    # Of the name that the app gave only the last part is used, so that it stays in the folder.
    name = Path(file.name).name
    path = folder / (name if name.strip(".") else file.id)
    path.write_bytes(file.content)
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
