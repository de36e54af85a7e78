"""Sources: from the outside world to the landing archive, and from the archive to documents and company facts.

Here: what is watched (YAML), the one HTTP client, feeds, articles, the inbox, EDGAR, the archive, `Document`.
Not here: what a text says (`extraction/`), where rows are kept (`warehouse/`), when anything runs (`orchestration/`).
"""
