"""Bulletins of one form that come again and again with other numbers: none is a copy of another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import count
from random import Random

from copies import words
from copies.articles import Text
from copies.forms import form
from copies.words import LAST_DAY, communes, days, decimal, dotted, place, slashed

Series = Callable[[Random], Iterator[Text]]

SKIES = (
    "trời nhiều mây, có mưa rào", "mây thay đổi, ngày nắng", "sương mù nhẹ lúc sáng sớm", "mưa nhỏ rải rác",
    "có lúc có dông",
)  # fmt: skip
WINDS = ("gió đông bắc cấp 2", "gió nhẹ", "gió nam cấp 2-3", "lặng gió")
GOODS = {
    "Gạo tẻ thường": 16, "Gạo nếp nương": 32, "Thịt lợn mông sấn": 115, "Thịt bò thăn": 260, "Gà ta nguyên con": 130,
    "Cá trắm": 75, "Tôm sú": 240, "Trứng vịt (chục)": 34, "Cải bắp": 12, "Cà chua": 22, "Khoai tây": 18,
    "Hành khô": 45, "Tỏi ta": 60, "Đường kính": 24, "Dầu ăn (lít)": 48, "Nước mắm (lít)": 55, "Muối hạt": 6,
    "Xi măng PCB30 (bao)": 82, "Thép phi 10 (cây)": 118, "Cát vàng (khối)": 390, "Đạm urê": 13, "Kali": 15,
    "Cám lợn (bao)": 310, "Xăng E5 (lít)": 21, "Gas bình 12 kg": 420, "Cam sành": 28, "Bưởi Diễn (quả)": 35,
    "Chuối tiêu (nải)": 20, "Chè búp khô": 180, "Ngô hạt": 9, "Sắn lát": 7,
}  # fmt: skip  # thousands of đồng
MATTERS = (
    "họp giao ban", "tiếp công dân", "nghe báo cáo đền bù", "dự giao ban trực tuyến với Chính phủ",
    "kiểm tra hồ đập", "làm việc với nhà đầu tư", "dự khai giảng lớp bồi dưỡng", "họp ban chỉ đạo",
)  # fmt: skip
ROOMS = ("phòng số 1", "hội trường lớn", "trụ sở tiếp dân", "phòng họp trực tuyến", "hiện trường")
POSTS = ("Chủ tịch", "Phó Chủ tịch", "Phó Chủ tịch", "Chánh Văn phòng")
MEETINGS = ("công tác dân vận", "công tác nội chính", "hoạt động của Hội Nông dân", "phong trào bảo vệ an ninh")
DISEASES = ("sốt xuất huyết", "COVID-19", "tay chân miệng", "sởi")
LEVELS = {2: "trung bình", 3: "cao", 4: "nguy hiểm", 5: "cực kỳ nguy hiểm"}
REASONS = ("thay sứ và phát quang hành lang tuyến", "thí nghiệm định kỳ máy biến áp", "đấu nối trạm mới")
PRIZES = (("Đặc biệt", 1, 6), ("Nhất", 1, 5), ("Nhì", 1, 5), ("Ba", 2, 5), ("Tư", 7, 5), ("Năm", 1, 4), ("Sáu", 3, 4),
          ("Bảy", 1, 3), ("Tám", 1, 2))  # fmt: skip  # how many numbers of how many digits


def weather(rng: Random) -> Iterator[Text]:
    """Daily, by district: most of the words are drawn anew for each district, from few."""
    (province, districts), bulletin = place(rng, rng.randint(4, 7)), form("weather", rng)
    for when in days(rng, 1):
        lines = []
        for district in districts:
            low = rng.randint(9, 25)
            lines.append(
                f"Huyện {district}: {rng.choice(SKIES)}, {rng.choice(WINDS)}. Nhiệt độ từ {low} đến "
                f"{low + rng.randint(4, 11)} độ, độ ẩm {rng.randint(55, 98)}%, khả năng mưa {rng.randint(0, 19) * 5}%."
            )
        yield bulletin.filled(when, tinh=province, dong="\n".join(lines))


def calm_weather(rng: Random) -> Iterator[Text]:
    """Daily, for one town: only five numbers and the date are other than the day before."""
    (province, (town,)), bulletin = place(rng, 1), form("calm", rng)
    for when in days(rng, 1):
        low, rain = rng.randint(12, 24), decimal(rng.random() * 60)
        numbers = {"thap": low, "cao": low + rng.randint(4, 12), "am": rng.randint(58, 97), "gio": rng.randint(1, 4)}
        yield bulletin.filled(when, tinh=province, huyen=town, mua=rain, **numbers)


def salinity(rng: Random) -> Iterator[Text]:
    """Daily, at a few river mouths: four to six numbers and the date."""
    (province, _), sluices, bulletin = place(rng, 1), communes(rng, rng.randint(3, 5)), form("salinity", rng)
    for when in days(rng, 1):
        measured = "; ".join(f"cống {sluice} {decimal(1 + rng.random() * 28)} gam/lít" for sluice in sluices)
        yield bulletin.filled(when, tinh=province, diem=measured, cach=rng.randint(18, 75))


def prices(rng: Random) -> Iterator[Text]:
    """Weekly: four to six of the prices change, all others stay."""
    (province, markets), bulletin = place(rng, 3), form("prices", rng)
    goods = rng.sample(list(GOODS), rng.randint(14, 28))
    cost = {good: round(GOODS[good] * rng.uniform(1.7, 2.3)) * 500 for good in goods}
    for week, when in enumerate(days(rng, 7), 1):
        for good in rng.sample(goods, rng.randint(4, 6)):
            cost[good] = max(1000, cost[good] + rng.choice((-2, -1, 1, 2)) * 500)
        listed = "\n".join(f"{good}: {dotted(price)} đồng" for good, price in cost.items())
        yield bulletin.filled(when, tinh=province, huyen=", ".join(markets), tuan=week, dong=listed)


def auction(rng: Random) -> Iterator[Text]:
    """Notices of plots sold at auction, the same conditions in each."""
    (province, districts), bulletin = place(rng, 4), form("auction", rng)
    for when in days(rng, 9):
        area = rng.randint(80, 900)
        start = area * rng.randint(300, 9000) * 1000
        plot = {"thua": rng.randint(1, 900), "to": rng.randint(1, 120), "xa": words.commune(rng), "dt": area}
        sums = {"gia": start, "coc": start // 5, "phi": rng.randint(2, 10) * 50_000, "buoc": rng.randint(1, 20) * 10**6}
        written = {name: dotted(amount) for name, amount in sums.items()}
        deadline, hour = slashed(when - timedelta(days=rng.randint(2, 4))), rng.randint(8, 15)
        known = {"tinh": province, "huyen": rng.choice(districts), "han": deadline, "gio": hour}
        yield bulletin.filled(when, **known, **plot, **written)


def schedule(rng: Random) -> Iterator[Text]:
    """The week of the leaders: few people, few rooms, few matters, each week in another order."""
    (province, _), bulletin = place(rng, 1), form("schedule", rng)
    leaders = [f"{post} {words.person(rng)}" for post in POSTS]
    for when in days(rng, 7):
        lines = [
            f"{half} {when + timedelta(days=offset):%d/%m}: {rng.choice(leaders)} {rng.choice(MATTERS)}, "
            f"{rng.choice(hours)} giờ {rng.choice(('00', '15', '30'))}, tại {rng.choice(ROOMS)}."
            for offset in range(5)
            for half, hours in (("Sáng", (7, 8, 9)), ("Chiều", (13, 14, 15)))
        ]
        yield bulletin.filled(when, tinh=province, den=slashed(when + timedelta(days=4)), dong="\n".join(lines))


def yearly(rng: Random) -> Iterator[Text]:
    """The same meeting each year: same offices, same phrases, other people and figures."""
    (province, districts), bulletin = place(rng, 2), form("yearly", rng)
    known = {"tinh": province, "huyen": ", ".join(districts), "viec": rng.choice(MEETINGS)}
    chair, guest = words.person(rng), words.person(rng)
    for year in range(2009, 2026):
        if rng.random() < 0.35:
            chair, guest = guest, words.person(rng)
        figures = {"xong": rng.randint(11, 24), "tong": rng.randint(25, 34), "lop": rng.randint(90, 900)}
        figures |= {"mo_hinh": rng.randint(40, 400), "tap_the": rng.randint(8, 40), "ca_nhan": rng.randint(10, 70)}
        written = {"luot": dotted(rng.randint(2000, 30000)), "pct": decimal(1 + rng.random() * 20)}
        people = {"chu_tri": chair, "khach": guest, "nam": str(year), "truoc": str(year - 1)}
        held = date(year, 1, 3) + timedelta(days=rng.randint(0, 20))
        yield bulletin.filled(held, **known, **figures, **written, **people)


def epidemic(rng: Random) -> Iterator[Text]:
    """Daily figures of a disease by district, with the running total."""
    (province, districts), bulletin = place(rng, rng.randint(5, 7)), form("epidemic", rng)
    disease, total = rng.choice(DISEASES), rng.randint(40, 3000)
    for when in days(rng, 1):
        cases = [rng.randint(0, 60) for _ in districts]
        total += sum(cases)
        listed = "; ".join(f"{district}: {new}" for district, new in zip(districts, cases, strict=True))
        figures = {"dieu_tri": rng.randint(20, 900), "khoi": rng.randint(5, 300), "nang": rng.randint(0, 9)}
        known = {"tinh": province, "benh": disease, "moi": sum(cases), "diem": listed, "tong": dotted(total)}
        yield bulletin.filled(when, **known, **figures)


def accidents(rng: Random) -> Iterator[Text]:
    """Monthly accident figures."""
    (province, districts), bulletin, first = place(rng, 6), form("accidents", rng), rng.randint(2011, 2016)
    for month in range(12 * (LAST_DAY.year - first)):
        worst = rng.sample(districts, 2)
        counts = {"vu": (9, 40), "chet": (2, 15), "thuong": (3, 40), "lech": (1, 9), "lech2": (0, 5), "v1": (3, 5),
                  "v2": (2, 3), "xe": (90, 700), "gplx": (20, 200)}  # fmt: skip
        figures = {name: rng.randint(*span) for name, span in counts.items()}
        written = {"bb": dotted(rng.randint(900, 4000)), "tien": decimal(1 + rng.random() * 5, 2)}
        known = {"tinh": province, "h1": worst[0], "h2": worst[1]}
        yield bulletin.filled(date(first + month // 12, month % 12 + 1, 26), **known, **figures, **written)


def fire_level(rng: Random) -> Iterator[Text]:
    """Daily fire levels: the level, three numbers and the date."""
    (province, districts), bulletin = place(rng, 5), form("fire", rng)
    for when in days(rng, 1):
        level = rng.choice(list(LEVELS))
        known = {"tinh": province, "huyen": ", ".join(districts), "cap": level, "ten": LEVELS[level]}
        figures = {"kho": rng.randint(3, 40), "nong": rng.randint(26, 40)}
        yield bulletin.filled(when, **known, **figures, chi_so=dotted(rng.randint(900, 14000)))


def exam(rng: Random) -> Iterator[Text]:
    """Results of an examination, school by school."""
    (province, districts), bulletin, year = place(rng, 7), form("exam", rng), rng.randint(2012, 2022)
    for number in count():
        named = f"{districts[number % 7]} {rng.choice('ABC')}" if rng.random() < 0.5 else words.person(rng)
        counts = {"du": rng.randint(120, 600), "vang": rng.randint(0, 12), "liet": rng.randint(1, 40)}
        means = {f"d{subject}": decimal(4 + rng.random() * 5, 2) for subject in range(1, 6)}
        best = {"em": words.person(rng), "cao": decimal(22 + rng.random() * 7, 2)}
        held = date(year, 4, 1) + timedelta(days=number % 40)
        known = {"tinh": province, "truong": f"THPT {named}", "lan": number % 3 + 1}
        yield bulletin.filled(held, **known, **counts, **means, **best)


def lottery(rng: Random) -> Iterator[Text]:
    """Weekly: hardly anything but numbers changes, and all of those do."""
    (province, _), bulletin, letter = place(rng, 1), form("lottery", rng), rng.choice("ABCDEK")
    for week, when in enumerate(days(rng, 7), 1):
        lines = [
            f"Giải {prize}: {' – '.join(f'{rng.randrange(10**digits):0{digits}d}' for _ in range(several))}"
            for prize, several, digits in PRIZES
        ]
        yield bulletin.filled(when, tinh=province, ky=f"{letter}{week}", dong="\n".join(lines))


def power(rng: Random) -> Iterator[Text]:
    """Power cuts: date, hours, and where."""
    (province, (district,)), villages, bulletin = place(rng, 1), communes(rng, 12), form("power", rng)
    reason = rng.choice(REASONS)
    for when in days(rng, 2):
        start = rng.randint(5, 9)
        dark = ", xã ".join(rng.sample(villages, rng.randint(2, 3)))
        hours = {"tu": start, "den": start + rng.randint(3, 9), "day": rng.randint(371, 378)}
        yield bulletin.filled(when, tinh=province, huyen=district, viec=reason, xa=dark, **hours)


def reservoir(rng: Random) -> Iterator[Text]:
    """Levels of reservoirs: most lakes stay as they were, a few centimetres up or down in two or three."""
    (province, _), bulletin = place(rng, 1), form("reservoir", rng)
    lakes = {name: (rng.randint(3000, 21000), rng.randint(30, 99)) for name in communes(rng, rng.randint(5, 11))}
    for when in days(rng, 1):
        for name in rng.sample(list(lakes), rng.randint(2, 3)):
            level, full = lakes[name]
            lakes[name] = level + rng.choice((-9, -4, 3, 7, 12)), min(100, max(5, full + rng.choice((-1, 1))))
        listed = "\n".join(
            f"Hồ {name}: mực nước {decimal(level / 100, 2)} m, đạt {full}% dung tích"
            for name, (level, full) in lakes.items()
        )
        yield bulletin.filled(when, tinh=province, dong=listed)


def police(rng: Random) -> Iterator[Text]:
    """The weekly report of a commune's police."""
    (province, (district,)), where, bulletin = place(rng, 1), words.commune(rng), form("police", rng)
    for week, when in enumerate(days(rng, 7), 1):
        reported = rng.randint(1, 9)
        figures = {"tuan": week, "tuan_tra": rng.randint(2, 14), "luu_tru": rng.randint(5, 90), "tin": reported}
        figures |= {"nhac": rng.randint(1, 30), "xong": rng.randint(0, reported), "phat": rng.randint(1, 12)}
        figures |= {"ho_so": rng.randint(2, 80), "dinh_danh": rng.randint(3, 120)}
        fines = dotted(rng.randint(1, 90) * 250_000)
        yield bulletin.filled(when, xa=where, huyen=district, tinh=province, tien=fines, **figures)


SERIES: dict[str, Series] = {
    "weather": weather, "calm": calm_weather, "salinity": salinity, "prices": prices, "auction": auction,
    "schedule": schedule, "yearly": yearly, "epidemic": epidemic, "accidents": accidents, "fire": fire_level,
    "exam": exam, "lottery": lottery, "power": power, "reservoir": reservoir, "police": police,
}  # fmt: skip
