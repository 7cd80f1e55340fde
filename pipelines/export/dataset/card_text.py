"""The text of a data set's card: a Jinja template of Markdown; `md` makes any text plain in it."""

TEXT = """\
# {{ wishes.title | md }}

{{ summary }}

{{ '{:,}'.format(total.articles) }} articles of {{ total.portals | length }} {{ 'portal' if total.portals | length == 1 else 'portals' }}, \
{{ '{:,}'.format(total.characters) }} characters, {{ '{:,}'.format(total.syllables) }} syllables; \
{{ size(d.bytes) }} of Parquet{% if d.day %}; the newest was captured on {{ d.day }}{% endif %}.

```python
from datasets import load_dataset

articles = load_dataset("PATH/TO/THIS/FOLDER")
```

```sql
SELECT portal, count(*) FROM 'data/*.parquet' GROUP BY portal;  -- DuckDB
```

`pandas.read_parquet("data")` and `polars.read_parquet("data/*.parquet")` read it, too; `croissant.json` describes it for
[mlcroissant](https://pypi.org/project/mlcroissant/), and `sha256sum -c SHA256SUMS` tells whether it is whole.

## Splits

| split | articles | files | bytes | published |
|---|--:|--:|--:|---|
{% for name in d.splits %}
| `{{ name }}` | {{ '{:,}'.format(d.counts[name].articles) }} | {{ d.of_split(name) | length }} | {{ '{:,}'.format(d.of_split(name) | sum(attribute='bytes')) }} | {{ spans[name] }} |
{% endfor %}

{% if d.test_from %}
By day of publication (in Hanoi): what was published on {{ d.test_from }} or later is `test`, from {{ d.validation_from }} on
`validation`, all before and all without a date `train`. Boundaries fall between days. Near copies of one text (`cluster`)
are never in two splits: all of a family is where its original is, so that a later copy may be in an earlier split.
Members of a `series` are no copies and may be in several.
{% else %}
All is `train`: these articles are too few, or of too few days, to hold some back by date.
{% endif %}

## Where it is from

| portal | | province | articles | published | captured | gone since |
|---|---|---|--:|---|---|---|
{% for row in sources %}
| `{{ row.name }}` | {{ row.title | md }} | {{ row.province | md }} | {{ '{:,}'.format(row.articles) }} | {{ row.published }} | {{ row.captured }} | {{ row.gone }} |
{% endfor %}

{% if more_sources %}
And {{ more_sources }} more, which `statistics.json` lists.

{% endif %}
"Gone since" is when a portal lost its publisher: on 1 July 2025 sixty-three provinces became thirty-four, and every
district was abolished.{% if total.filled['gone_at'] %} {{ '{:,}'.format(total.filled['gone_at']) }} articles were seen to be gone from the web \
(`gone_at`).{% endif %}


## How it was collected

{{ collected }} Made with luutin {{ d.luutin }}. `warc_file`, `warc_offset` and `warc_digest` name the record an article was read from,
`extractor` and `evidence` what read it.

{% if wishes.filters %}
Chosen were articles {{ wishes.filters | map('md') | join('; ') }}.
{% else %}
All articles of the archive are here, the newest version of each, each text once with its near copies.
{% endif %}

## Fields

| field | type | | filled |
|---|---|---|--:|
{% for name, kind, text in fields %}
| `{{ name }}` | {{ kind }} | {{ text | cell }} | {{ share(total.filled[name]) }} |
{% endfor %}

Times of publication are those of the portal, in `Asia/Ho_Chi_Minh`; captures' are in UTC.

## Statistics

The same as numbers: `statistics.json`.

{% for name, alt in plots %}
![{{ alt | md }}](statistics/{{ name }})

{% endfor %}
| | articles | share |
|---|--:|--:|
{% for name, count in figures %}
| {{ name }} | {{ '{:,}'.format(count) }} | {{ share(count) }} |
{% endfor %}

Languages: {% for code, count in languages %}`{{ code }}` {{ '{:,}'.format(count) }}{{ ', ' if not loop.last }}{% endfor %}.

## Known limits

{% for limit in limits %}
- {{ limit }}
{% endfor %}
- Here the generic reader read {{ share(total.generic) }} of the bodies, and {{ share(total.articles - total.filled['published_at']) }} of the articles have no date.

## Personal data

{{ personal }} {% if wishes.redacted %}What looks like a telephone number, an e-mail address or a number of an identity paper was masked in
this data set (`redacted` counts them); names were not.{% else %}Nothing was masked: `luutin export --redact` masks telephone numbers, e-mail
addresses and numbers of identity papers.{% endif %}


Who wants an article withdrawn names its `id` or `url` to {{ (wishes.contact | md) or 'whoever this data set was had from' }}; \
`luutin remove` takes it out of the archive, its captures, and every later export, and keeps it out.

## Licence

{% if wishes.licence %}
{{ wishes.licence | md }}
{% else %}
Unknown. The articles are their publishers' own; nobody has said under which licence this collection may be used.
{% endif %}

## Citation

```bibtex
{{ bibtex }}
```

The same for machines: `CITATION.cff`. An article is cited by its portal, its `url` and the day it was captured.
"""
