"""The item pipelines, in their order, over a real archive."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pipelines.archive.folder import Archive
from pipelines.dedup import Dedup
from pipelines.errors import Dropped
from pipelines.items import Article, Attachment, Image
from pipelines.normalise import Normalise
from pipelines.store import Store
from pipelines.validate import Validate

Make = Callable[..., Article]


@dataclass
class Spider:
    archive: Archive


@dataclass
class Crawler:
    spider: Spider


class Chain:
    """All pipelines one after the other, made as Scrapy makes them."""

    def __init__(self, archive: Archive) -> None:
        crawler = Crawler(Spider(archive))
        self.archive = archive
        self.steps: list[Any] = [Normalise(), Validate(), Dedup.from_crawler(crawler), Store.from_crawler(crawler)]

    def __call__(self, article: Article) -> Article:
        for step in self.steps:
            article = step.process_item(article)
        return article


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Chain]:
    with Archive(tmp_path, "so_thu", "luutin/test") as archive:
        yield Chain(archive)


def test_text_is_stored_in_nfc_with_clean_spaces(chain: Chain, make_article: Make) -> None:
    title = unicodedata.normalize("NFD", "Tỉnh  ủy\u00a0viên \u200bhọp")
    image = Image("https://x/a.jpg", caption="  Quang  cảnh ", credit="")
    article = chain(make_article(title=title, images=[image], tags=["Đầu tư", "Đầu  tư", ""], section=" "))
    assert article.title == "Tỉnh ủy viên họp"
    assert article.images == [Image("https://x/a.jpg", "Quang cảnh", None)]
    assert article.tags == ["Đầu tư"]
    assert article.section is None


def test_the_id_is_of_the_canonical_url(chain: Chain, make_article: Make) -> None:
    article = chain(make_article(url="HTTPS://So.tinhthu.example:443/Tin/?utm_source=zalo&b=2&a=1#top"))
    assert article.canonical_url == "http://so.tinhthu.example/Tin/?a=1&b=2"
    assert article.id == hashlib.blake2b(article.canonical_url.encode(), digest_size=8).hexdigest()


@pytest.mark.parametrize("stated", ["https://khac.example/tin/", "javascript:alert(1)", "http://[bad", ""])
def test_a_canonical_url_elsewhere_is_not_believed(chain: Chain, make_article: Make, stated: str) -> None:
    article = chain(make_article(canonical_url=stated))
    assert article.canonical_url == "http://so.tinhthu.example/hop-giao-ban-thang-ba/"


def test_the_digest_covers_title_lead_and_body_and_nothing_else(chain: Chain, make_article: Make) -> None:
    step = Normalise()
    digests = {
        step.process_item(make_article(**change)).digest
        for change in ({}, {"title": "Khác"}, {"lead": "Sapô."}, {"body": "Khác."}, {"authors": ["Thu Hà"]})
    }
    assert len(digests) == 4


def test_the_same_page_again_is_unchanged(chain: Chain, make_article: Make) -> None:
    chain(make_article())
    with pytest.raises(Dropped) as dropped:
        chain(make_article(authors=["Thu Hà"]))
    assert dropped.value.reason == "unchanged"


def test_an_edit_is_the_next_version(chain: Chain, make_article: Make) -> None:
    first = chain(make_article())
    second = chain(make_article(body="Sáng 04/3/2024, Sở họp giao ban (đã cập nhật)./."))
    third = chain(make_article())
    assert [second.version, third.version] == [2, 3]
    assert second.previous_digest == first.digest
    assert third.digest == first.digest


def test_a_repost_elsewhere_keeps_its_place_but_not_its_text(chain: Chain, make_article: Make) -> None:
    original = chain(make_article())
    folded = make_article(
        url="https://so.tinhthu.example/dang-lai/",
        title="HỌP GIAO BAN CÔNG TÁC THÁNG 3 NĂM 2024",
        lead="Sáng 04/3/2024, Sở tổ chức họp giao ban.",
        body="Giám đốc yêu cầu các phòng rà soát hồ sơ tồn đọng.",
    )
    repost = chain(folded)
    assert repost.duplicate_of == original.id
    assert (repost.lead, repost.body, repost.body_html) == (None, "", "")
    with pytest.raises(Dropped, match="unchanged"):
        chain(
            make_article(
                url="https://so.tinhthu.example/dang-lai/",
                title="HỌP GIAO BAN CÔNG TÁC THÁNG 3 NĂM 2024",
                lead="Sáng 04/3/2024, Sở tổ chức họp giao ban.",
                body="Giám đốc yêu cầu các phòng rà soát hồ sơ tồn đọng.",
            )
        )


def test_other_numbers_make_another_article(chain: Chain, make_article: Make) -> None:
    chain(make_article())
    other = chain(make_article(url="https://so.tinhthu.example/4/", title="Họp giao ban công tác tháng 4 năm 2024"))
    assert other.duplicate_of is None


def test_a_former_text_of_an_edited_article_is_no_original(chain: Chain, make_article: Make) -> None:
    chain(make_article())
    chain(make_article(body="Nội dung đã thay hẳn."))
    assert chain(make_article(url="https://so.tinhthu.example/5/")).duplicate_of is None


def test_an_article_with_nothing_to_read_is_refused(chain: Chain, make_article: Make) -> None:
    for change, reason in (({"title": " "}, "no-title"), ({"body": "\n"}, "empty-body")):
        with pytest.raises(Dropped) as dropped:
            chain(make_article(**change))
        assert dropped.value.reason == reason
    assert chain(make_article(body="", attachments=[Attachment("https://x/a.pdf", "Tải về")])).body == ""


@pytest.mark.parametrize("at", [datetime(1970, 1, 1, tzinfo=UTC), datetime(2025, 6, 2, tzinfo=UTC) + timedelta(days=9)])
def test_a_date_that_cannot_be_true_is_null_and_says_why(chain: Chain, make_article: Make, at: datetime) -> None:
    article = chain(make_article(published_at=at, published_raw="1/1/1970", modified_at=at, published_precision="day"))
    assert (article.published_at, article.published_precision, article.modified_at) == (None, None, None)
    assert article.published_raw == "1/1/1970"
    assert "refused" in article.evidence["published_at"]


def test_the_record_has_a_json_schema_that_names_every_field() -> None:
    schema = msgspec.json.schema(Article)["$defs"]["Article"]
    assert schema["properties"].keys() == set(Article.__dataclass_fields__)
