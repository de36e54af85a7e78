"""EDGAR's nightly archives, for a first load of many companies: their members take the place of single answers.

They are streamed to the disk, read member by member, and deleted at the end. What is archived in the landing archive is
the member, under the URL at which it is answered singly.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from sources.edgar import Edgar, EdgarError

log = logging.getLogger("ledger.bulk")


@contextmanager
def nightly_archives(edgar: Edgar) -> Iterator[Edgar]:
    """EDGAR, answering from submissions.zip and companyfacts.zip what they hold.

    Raises   EdgarError, where one can't be had whole; nothing was landed then
    """
    landing = edgar.home / "landing"
    landing.mkdir(parents=True, exist_ok=True)
    # beside the archive, which has room for it; /tmp is often memory
    with tempfile.TemporaryDirectory(prefix="bulk-", dir=landing) as folder, ExitStack() as opened:
        archives = {}
        for answers, url in edgar.bulk().items():
            path = Path(folder) / url.rpartition("/")[2]
            log.info("fetching %s", url)
            edgar.download(url, path)
            log.info("%s: %.1f MB", path.name, path.stat().st_size / 1e6)
            try:
                archives[answers] = opened.enter_context(ZipFile(path))
            except BadZipFile as error:
                raise EdgarError(f"{path.name} came cut off or damaged ({error}): start the load again.") from error
        edgar.archives = archives
        try:
            yield edgar
        finally:
            edgar.archives = {}
