"""What a capture says of a file an article links to; the crawl and a rebuild of the articles both go through it."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

from pipelines.archive.captured import Captured, read_capture
from pipelines.archive.warc import warc_date
from pipelines.attachments import read_file
from pipelines.items import Attachment, Capture


def attachment_fields(article_url: str, captured_at: datetime) -> dict[str, str]:
    """What is kept beside the capture of an attachment: which capture of which article it was fetched for."""
    return {"attachment-of": article_url, "attachment-at": warc_date(captured_at)}


def fill(attachment: Attachment, capture: Capture, folder: Path) -> Captured:
    """Give `attachment` what its capture says of it. Raises BadWarc, OSError; `folder` is the archive's."""
    captured = read_capture(folder, capture.warc_file, capture.warc_offset)
    attachment.capture = capture
    if captured.status != 200:
        attachment.problem = f"http-{captured.status}"
        return captured
    read = read_file(captured.body)
    stated = captured.headers.get("content-type", "").partition(";")[0].strip().lower()
    attachment.sha256 = hashlib.sha256(captured.body).hexdigest()
    attachment.media_type = read.media_type or attachment.media_type or stated or None
    attachment.text, attachment.problem = read.text, read.problem
    return captured
