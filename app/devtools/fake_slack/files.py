"""The files.* methods: get an upload URL, send the bytes, then share the file."""

from dataclasses import replace
from typing import Any

from aiohttp import web

from app.devtools.fake_slack.arguments import Args, MethodError, find_channel, read_structure
from app.devtools.fake_slack.messages import build_file
from app.devtools.fake_slack.values import File, Post
from app.devtools.fake_slack.workspace import Workspace


def make_upload_url(workspace: Workspace, args: Args) -> dict[str, Any]:
    """Return a URL to upload a file to, and the file's id."""
    name, length = str(args.get("filename") or ""), str(args.get("length") or "")
    if not name or not length.isdecimal() or int(length) == 0:
        raise MethodError("invalid_arguments")
    ident = f"F{workspace.next_number():010d}"
    alt_text = str(args.get("alt_txt") or "")
    workspace.files[ident] = File(ident, name, alt_text=alt_text)
    return {"upload_url": f"{workspace.url}upload/{ident}/{length}", "file_id": ident}


async def take_upload(workspace: Workspace, request: web.Request) -> web.Response:
    """Receive the bytes of a file, raw or as a form; reject an unknown file or a wrong length."""
    file, length = workspace.files.get(request.match_info["ident"]), request.match_info["length"]
    content = await _read_bytes(request)
    if file is None or str(len(content)) != length:
        return web.Response(status=400, text="invalid upload")
    workspace.files[file.id] = replace(file, content=content)
    return web.Response(text=f"OK - {length}")


async def _read_bytes(request: web.Request) -> bytes:
    if request.content_type != "multipart/form-data":
        return await request.read()
    parts = (await request.post()).values()
    return next((part.file.read() for part in parts if isinstance(part, web.FileField)), b"")


def complete_upload(workspace: Workspace, args: Args) -> dict[str, Any]:
    """Share uploaded files: in a channel, a direct conversation, or with nobody."""
    named = read_structure(args, "files")
    if not isinstance(named, list) or not named:
        raise MethodError("invalid_arguments")
    files = [_find_uploaded(workspace, part) for part in named]
    if args.get("channel_id"):
        _share(workspace, args, files)
    else:
        workspace.files |= {file.id: file for file in files}
    return {"files": [build_file(workspace.files[file.id]) for file in files]}


def _find_uploaded(workspace: Workspace, reference: Any) -> File:
    ident = reference.get("id") if isinstance(reference, dict) else None
    file = workspace.files.get(str(ident))
    if file is None or not file.content or file.completed:
        raise MethodError("file_not_found")
    return replace(file, title=str(reference.get("title") or file.name), completed=True)


def _share(workspace: Workspace, args: Args, files: list[File]) -> None:
    channel = find_channel(workspace, {"channel": args["channel_id"]})
    if not channel.is_member:
        raise MethodError("not_in_channel")
    thread_ts = str(args.get("thread_ts") or "") or None
    comment = str(args.get("initial_comment") or "")
    placed = {"channel": channel.id, "thread_ts": thread_ts, "comment": comment}
    shared = tuple(replace(file, **placed) for file in files)  # type: ignore[arg-type]
    workspace.files |= {file.id: file for file in shared}
    post = Post(channel.id, workspace.next_ts(), comment, workspace.bot_user_id)
    workspace.add(replace(post, thread_ts=thread_ts, files=shared, at=workspace.monotonic()))
