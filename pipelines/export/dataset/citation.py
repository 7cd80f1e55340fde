"""How a data set is cited: `CITATION.cff` and BibTeX."""

from __future__ import annotations

from pipelines.export.dataset.described import KEYWORDS, SUMMARY, Described, licence_id
from pipelines.export.dataset.plain_yaml import dumped
from pipelines.web.citations import tex

KEEPERS = "The keepers of this Lưu Tin archive"
"""Who made the selection; the articles are their portals' own."""


def cff(described: Described) -> str:
    """The file, as https://citation-file-format.github.io/ has it in version 1.2.0."""
    wishes = described.wishes
    keeper = {"name": KEEPERS, **wishes.contact_address}
    licence = licence_id(wishes.licence)
    return dumped(
        {
            "cff-version": "1.2.0",
            "message": "If you use this data set, please cite it, and the articles by their portals and addresses.",
            "type": "dataset",
            "title": wishes.title,
            "abstract": SUMMARY,
            "authors": [keeper],
            **({"contact": [keeper]} if wishes.contact_address else {}),
            "version": described.version,
            **({"date-released": described.day} if described.day else {}),
            **({"license": licence} if licence else {}),
            "keywords": list(KEYWORDS),
        }
    )


def bibtex(described: Described) -> str:
    """An `@misc` entry."""
    at = described.newest
    fields = {
        "title": f"{{{tex(described.wishes.title)}}}",
        "author": f"{{{tex(KEEPERS)}}}",
        "year": f"{at.year}" if at else "",
        "version": described.version,
        "note": f"{described.total.articles:,} articles. Made with luutin {described.luutin}",
        "howpublished": described.wishes.contact_address.get("website", ""),
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@misc{{luutin_{described.version.replace('.', '_')},\n{lines}}}"
