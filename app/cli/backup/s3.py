"""Copies backups to S3, or to a compatible store at AWS_ENDPOINT_URL."""

import argparse
import base64
import hashlib
import os
import re
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from app import CommandError
from app.cli.backup.files import select_older
from app.cli.whole_files import CHECKSUM, locate_checksum

_MEGABYTE: Final = 1024 * 1024
# S3 accepts up to 10,000 parts: at this size, a backup may have 640 GB.
_PART: Final = 64 * _MEGABYTE
_PATIENCE: Final = 10
_NEEDED: Final = Path(__file__).parents[3] / "requirements-s3.txt"
_ENDPOINTS: Final = ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3")


@dataclass(frozen=True, slots=True)
class S3Location:
    """A bucket and a key prefix."""

    bucket: str
    prefix: str

    def make_key(self, name: str) -> str:
        """Return the key of the backup *name*."""
        return f"{self.prefix}/{name}" if self.prefix else name

    def make_url(self, name: str) -> str:
        """Return the s3:// URL of the backup *name*."""
        return f"s3://{self.bucket}/{self.make_key(name)}"


def parse_location(word: str) -> S3Location:
    """Parse the argument *word*, like s3://bucket/prefix."""
    match = re.fullmatch(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(.*))?", word)
    if not match:
        raise argparse.ArgumentTypeError(f"{word!r} is not like s3://bucket/prefix")
    return S3Location(match[1], (match[2] or "").strip("/"))


class Store:
    """The backups at one S3 location."""

    def __init__(self, location: S3Location) -> None:
        self.location = location
        self._client = _make_client()

    def put(self, dump: Path) -> str:
        """Upload *dump* and its checksum file, verify both, and return the dump's URL."""
        for path in (dump, locate_checksum(dump)):
            with _translate_errors(self.location):
                self._upload(path)
        return self.location.make_url(dump.name)

    def prune(self, days: int, at: datetime) -> list[str]:
        """Remove the stored backups that are older than *days*; return their names."""
        with _translate_errors(self.location):
            removed = select_older(self._list_names(), days, at)
            for name in removed:
                for each in (name, name + CHECKSUM):
                    self._client.delete_object(
                        Bucket=self.location.bucket, Key=self.location.make_key(each)
                    )
        return removed

    def _upload(self, path: Path) -> None:
        from boto3.s3.transfer import TransferConfig  # noqa: PLC0415 (only --s3 needs it)

        parts = TransferConfig(multipart_threshold=_PART, multipart_chunksize=_PART)
        bucket, key = self.location.bucket, self.location.make_key(path.name)
        self._client.upload_file(str(path), bucket, key, Config=parts)
        uploaded = self._client.head_object(Bucket=bucket, Key=key)
        if not _is_same(path, uploaded):
            self._client.delete_object(Bucket=bucket, Key=key)
            raise CommandError(
                f"{self.location.make_url(path.name)} differs from the local file; it was removed"
            )

    def _list_names(self) -> Iterator[str]:
        """Yield each key under the prefix, without the prefix."""
        start = self.location.make_key("")
        pages = self._client.get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self.location.bucket, Prefix=start):
            for entry in page.get("Contents", ()):
                yield entry["Key"].removeprefix(start)


def _make_client() -> Any:
    try:
        import boto3  # noqa: PLC0415 (only --s3 needs it)
        from botocore.config import Config  # noqa: PLC0415
        from botocore.exceptions import BotoCoreError  # noqa: PLC0415
    except ImportError:
        install = shlex.join([sys.executable, "-m", "pip", "install", "-r", str(_NEEDED)])
        raise CommandError(f"--s3 needs boto3: {install}") from None
    # Other stores rarely support a host name per bucket, or Amazon's newer checksums.
    custom = any(os.environ.get(name) for name in _ENDPOINTS)
    config = Config(
        connect_timeout=_PATIENCE,
        retries={"max_attempts": 5, "mode": "standard"},
        s3={"addressing_style": "path"} if custom else {},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    try:
        session = boto3.Session()
        if session.get_credentials() is None:
            raise CommandError(
                "--s3 needs credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
            )
        client = session.client("s3", config=config)
        # Buckets with Object Lock require a checksum of each upload; every store knows this one.
        for operation in ("PutObject", "UploadPart"):
            client.meta.events.register(f"before-call.s3.{operation}", _add_checksum)
    except (BotoCoreError, ValueError) as error:
        raise CommandError(f"S3: {_flatten_error(error)}") from error
    return client


def _add_checksum(params: dict[str, Any], **_: Any) -> None:
    """Add the header Content-MD5 to an upload."""
    body, digest = params["body"], hashlib.md5(usedforsecurity=False)
    start = body.tell()
    while some := body.read(_MEGABYTE):  # ten parts are uploaded at once
        digest.update(some)
    body.seek(start)
    params["headers"]["Content-MD5"] = base64.b64encode(digest.digest()).decode()


@contextmanager
def _translate_errors(location: S3Location) -> Iterator[None]:
    from boto3.exceptions import Boto3Error  # noqa: PLC0415 (only --s3 needs it)
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    try:
        yield
    except (Boto3Error, BotoCoreError, ClientError, OSError) as error:
        raise CommandError(f"{location.make_url('')}: {_flatten_error(error)}") from error


def _flatten_error(error: Exception) -> str:
    return " ".join(str(error).split())


def _is_same(path: Path, attributes: dict[str, Any]) -> bool:
    """Return whether the uploaded object matches the file *path*, by size and ETag."""
    if attributes["ContentLength"] != path.stat().st_size:
        return False
    # With KMS or customer keys, an object's ETag isn't a checksum.
    if (
        attributes.get("ServerSideEncryption", "AES256") != "AES256"
        or "SSECustomerAlgorithm" in attributes
    ):
        return True
    return bool(attributes["ETag"].strip('"') == _compute_tag(path))


def _compute_tag(path: Path) -> str:
    """Return the ETag that S3 computes for *path* when uploaded in parts of _PART bytes."""
    parts = []
    with path.open("rb") as stream:
        while part := stream.read(_PART):
            parts.append(hashlib.md5(part, usedforsecurity=False).digest())
    if path.stat().st_size < _PART:
        return b"".join(parts).hex()
    return hashlib.md5(b"".join(parts), usedforsecurity=False).hexdigest() + f"-{len(parts)}"
