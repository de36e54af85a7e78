"""The data dictionary: `data-dictionary.md`, made from what the dbt project says of its tables.

    python docs/dictionary.py            write the file
    python docs/dictionary.py --check    change nothing; exit code 1 where the file is out of date

A description is mended in `dbt/models/marts/marts.yml` or `dbt/seeds/seeds.yml`, never in the file that is made here.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from orchestration.marts import ensure_manifest

PAGE = Path(__file__).with_name("data-dictionary.md")
# The families of tables in a reader's order; the rest of the name sorts within.
FAMILIES = ("fct_compute", "fct_claims", "fct_", "rpt_", "dim_")
OPENING = """\
# Data dictionary

Made by `make docs` from the dbt project: change a description there, not here.

These are the tables of the published snapshot, which `ledger sql` and any DuckDB client open. In the snapshot they have
no schema prefix. A table macro, `facts_as_known(date)`, gives the rows of
[`fct_compute_capacity_capex`](#fct_compute_capacity_capex) as they were known at the end of a past day (UTC).
Another, `statements_ranked(fact_id)`, gives the statements that stand on a fact, with the rule by which each lost.
The tables `quarantine_documents`, `quarantine_claims` and `quarantine_company_facts` hold the rows that a gate refused:
their key, the rules that they broke, the reasons in words, and the row as JSON.

"Key" and "not null" are constraints that the build enforces; "one of" and "in" are tests that run at each build.
"""
VOCABULARY = """\
## Vocabulary

The CSV files of `dbt/seeds/` that the tables above refer to, published as they are. The lexicons, which say how texts
are read, are not part of the snapshot.
"""

Node = dict[str, Any]


def dictionary(manifest: Node) -> str:
    """The page in Markdown: the marts, then the published part of the vocabulary.

    manifest   dbt's manifest.json
    """
    tests: dict[tuple[str, str], list[Node]] = defaultdict(list)
    for node in manifest["nodes"].values():
        if node["resource_type"] == "test" and node.get("column_name") and node.get("attached_node"):
            tests[node["attached_node"], node["column_name"]].append(node["test_metadata"])
    marts = [node for node in manifest["nodes"].values() if node["schema"] == "marts" and _is(node, "model")]
    seeds = [node for node in manifest["nodes"].values() if _is(node, "seed") and not _is_lexicon(node)]
    marts.sort(key=lambda node: (_family(node["name"]), node["name"]))
    seeds.sort(key=lambda node: node["name"])
    index = "\n".join(f"- [`{node['name']}`](#{node['name']}): {_first_sentence(node)}" for node in marts)
    return "\n".join([OPENING, index, "", *_sections(marts, tests), VOCABULARY, *_sections(seeds, tests, 3)])


def _is(node: Node, kind: str) -> bool:
    return bool(node["resource_type"] == kind)


def _is_lexicon(node: Node) -> bool:
    return str(node["name"]).startswith("lexicon_")


def _family(name: str) -> int:
    return next((place for place, start in enumerate(FAMILIES) if name.startswith(start)), len(FAMILIES))


def _first_sentence(node: Node) -> str:
    return re.split(r"(?<=\.)\s", node["description"], maxsplit=1)[0]


def _sections(nodes: Iterable[Node], tests: dict[tuple[str, str], list[Node]], level: int = 2) -> Iterable[str]:
    for node in nodes:
        keys = {
            name for rule in node.get("constraints", []) if rule["type"] == "primary_key" for name in rule["columns"]
        }
        types = node["config"].get("column_types") or {}
        yield f"{'#' * level} {node['name']}\n\n{node['description']}\n"
        yield "| column | type | holds | what |\n|---|---|---|---|"
        for name, column in node["columns"].items():
            holds = [*_constraints(name in keys, column), *map(_test, tests[node["unique_id"], name])]
            kind = column["data_type"] or types[name]
            yield f"| `{name}` | {kind} | {', '.join(filter(None, holds))} | {_cell(column['description'])} |"
        yield ""


def _constraints(is_key: bool, column: Node) -> list[str]:
    found = {rule["type"] for rule in column["constraints"]}
    return (["key"] if is_key else []) + (["not null"] if "not_null" in found else [])


def _test(test: Node) -> str:
    arguments = test["kwargs"]
    match test["name"]:
        case "accepted_values":
            return "one of " + " ".join(f"`{value}`" for value in arguments["values"])
        case "relationships":
            table = arguments["to"].removeprefix("ref('").removesuffix("')")
            return f"in [`{table}`](#{table})"
        case "not_null":
            return "not null"
        case name:
            return str(name).replace("_", " ")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main(arguments: list[str]) -> int:
    """Write the page or check it; the exit code."""
    if arguments not in ([], ["--check"]):
        print("dictionary.py knows one option: --check", file=sys.stderr)
        return 2
    page = dictionary(json.loads(ensure_manifest().read_text(encoding="utf-8")))
    if not arguments:
        PAGE.write_text(page, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page:
        print(f"{PAGE.name} is out of date: run `make docs` and commit what it changes.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
