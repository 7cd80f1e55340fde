"""Describes a data set in Croissant 1.1, https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html."""

from __future__ import annotations

import json
from typing import Any

from pipelines.export.dataset.citation import KEEPERS, bibtex
from pipelines.export.dataset.described import (
    COLLECTED,
    KEYWORDS,
    LIMITS,
    PERSONAL,
    SUMMARY,
    Described,
    licence_id,
)
from pipelines.export.dataset.fields import croissant_fields
from pipelines.export.dataset.splits import SPLITS

RECORD_SET = "articles"
PARQUET = "application/x-parquet"
_SPLIT_OF_PATH = f"(?:data/)?({'|'.join(SPLITS)})(?:-.*\\.parquet)?$"
"""Once joined with the names of splits, it is asked of a name alone."""
_TERMS = (
    *("citeAs", "column", "containedIn", "equivalentProperty", "extract", "field", "fileProperty", "fileObject"),
    *("fileSet", "format", "includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet"),
    *("references", "regex", "repeated", "replace", "samplingRate", "separator", "source", "subField", "transform"),
    *("isArray", "arrayShape"),
)
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{term: f"cr:{term}" for term in _TERMS},
}


def croissant(described: Described) -> str:
    """The metadata as JSON-LD."""
    wishes = described.wishes
    licence = licence_id(wishes.licence)
    made: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"],
        "name": wishes.title,
        "description": SUMMARY,
        "license": f"https://spdx.org/licenses/{licence}" if licence else wishes.licence or "unknown",
        "version": described.version,
        "citeAs": bibtex(described),
        "creator": _creator(described),
        "inLanguage": described.languages,
        "keywords": list(KEYWORDS),
        "isLiveDataset": False,
        "rai:dataCollection": COLLECTED,
        "rai:dataLimitations": list(LIMITS),
        "rai:personalSensitiveInformation": [PERSONAL],
        "distribution": [*_files(described), *_sets(described)],
        "recordSet": [_splits(described), _articles(described)],
    }
    if described.day:
        made |= {"datePublished": described.day, "dateModified": described.day}
    if website := wishes.contact_address.get("website"):
        made["url"] = website
    return json.dumps({key: value for key, value in made.items() if value != []}, ensure_ascii=False, indent=1) + "\n"


def _creator(described: Described) -> dict[str, str]:
    address = described.wishes.contact_address
    return {
        "@type": "sc:Organization",
        "name": KEEPERS,
        **({"url": address["website"]} if "website" in address else {}),
        **({"email": address["email"]} if "email" in address else {}),
    }


def _files(described: Described) -> list[dict[str, Any]]:
    return [
        {
            "@type": "cr:FileObject",
            "@id": shard.path,
            "name": shard.path,
            "contentUrl": shard.path,
            "contentSize": f"{shard.bytes} B",
            "encodingFormat": PARQUET,
            "sha256": shard.sha256,
        }
        for shard in described.shards
    ]


def _sets(described: Described) -> list[dict[str, Any]]:
    return [
        {
            "@type": "cr:FileSet",
            "@id": "shards",
            "name": "shards",
            "description": "All shards of all splits.",
            "encodingFormat": PARQUET,
            "includes": [f"data/{split}-*.parquet" for split in described.splits],
        }
    ]


def _splits(described: Described) -> dict[str, Any]:
    named = {"train": "cr:TrainingSplit", "validation": "cr:ValidationSplit", "test": "cr:TestSplit"}
    return {
        "@type": "cr:RecordSet",
        "@id": "splits",
        "name": "splits",
        "dataType": "cr:Split",
        "key": {"@id": "splits/name"},
        "field": [
            {"@type": "cr:Field", "@id": "splits/name", "name": "name", "dataType": "sc:Text"},
            {"@type": "cr:Field", "@id": "splits/url", "name": "url", "dataType": "sc:URL"},
        ],
        "data": [
            {"splits/name": split, "splits/url": named[split].replace("cr:", _CONTEXT["cr"])}
            for split in described.splits
        ],
    }


def _articles(described: Described) -> dict[str, Any]:
    """A record for each article, with the split that its file's name tells."""
    source = {"fileSet": {"@id": "shards"}}
    split = {
        "@type": "cr:Field",
        "@id": f"{RECORD_SET}/split",
        "name": "split",
        "description": "Which split the article is in.",
        "dataType": "sc:Text",
        "references": {"field": {"@id": "splits/name"}},
        "source": {
            **source,
            "extract": {"fileProperty": "fullpath"},
            "transform": {
                "regex": f"(?:data/)?({'|'.join(SPLITS)})(?:-.*\\.parquet)?$"
            },  # once joined, it is the name alone
        },
    }
    return {
        "@type": "cr:RecordSet",
        "@id": RECORD_SET,
        "name": RECORD_SET,
        "description": "One record per article.",
        "key": {"@id": f"{RECORD_SET}/id"},
        "field": [split, *croissant_fields(described.schema, RECORD_SET, source)],
    }
