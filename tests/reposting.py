"""Two portals that repost each other, newest first: the same text, cut ones, other headlines, weekly bulletins."""

from __future__ import annotations

from dataclasses import dataclass

from made_portal import frame
from small_portals import LIST, SmallPortal

BEFORE = (
    "Theo Ban quản lý chợ trung tâm thị trấn Nà Sầm, trong tuần qua giá một số mặt hàng nông sản trên địa bàn cơ bản "
    "ổn định. Gạo tẻ thơm bán lẻ {0}.500 đồng một ki-lô-gam, thịt lợn nạc vai {1}.000 đồng, cá chép sông {2}.000 "
    "đồng, trứng gà ta {3}.000 đồng một chục, tăng giảm không đáng kể so với phiên chợ trước."
)
AFTER = (
    "Sức mua của người dân không biến động nhiều, nguồn cung rau xanh từ các hợp tác xã trong vùng dồi dào. Ban quản "
    "lý khuyến cáo tiểu thương niêm yết giá đầy đủ và bán đúng giá niêm yết, phản ánh kịp thời khi phát hiện hàng giả."
)
TOLD = {
    "Khởi công cầu treo bắc qua suối Nậm Khao": (
        (
            "Ngày 12/3, tại bản Huổi Lếch đã diễn ra lễ khởi công cây cầu treo dài 86 mét bắc qua suối Nậm Khao, thay "
            "cho chiếc cầu tạm bị lũ cuốn trôi mùa mưa năm trước."
        ),
        (
            "Công trình có mặt cầu rộng 2 mét, tải trọng một tấn rưỡi, nguồn vốn xã hội hóa do một nhóm thiện nguyện "
            "ở Hải Phòng quyên góp, bà con trong bản đóng góp hơn 300 ngày công vận chuyển cát sỏi."
        ),
        (
            "Cầu hoàn thành sẽ giúp học sinh điểm trường lẻ đi lại an toàn, nông sản không còn bị thương lái ép giá "
            "vì cách sông cách đò như lâu nay."
        ),
    ),
    "Học sinh nội trú thi nấu ăn ngày hội": (
        (
            "Sân trường phổ thông dân tộc nội trú sáng chủ nhật rộn ràng tiếng cười khi 18 đội thi trổ tài nấu mâm "
            "cơm truyền thống chào mừng ngày hội văn hóa."
        ),
        (
            "Em Quàng Thị Duyên lớp mười cho biết cả đội đã dậy từ bốn giờ để đồ xôi ngũ sắc, gói cá nướng trong lá "
            "dong theo cách bà ngoại chỉ dạy."
        ),
        (
            "Ban giám khảo trao giải nhất cho đội khối mười hai, phần thưởng là bộ nồi mới cho bếp ăn tập thể và một "
            "chuyến tham quan bảo tàng."
        ),
    ),
    "Phát hiện thêm hang động có dấu tích cư trú cổ": (
        (
            "Các nhà khảo cổ vừa công bố kết quả thám sát một hang đá vôi ở độ cao 640 mét, nơi người đi rừng nhặt "
            "được nhiều mảnh tước và xương thú hóa thạch."
        ),
        (
            "Hố đào rộng 4 mét vuông cho thấy hai lớp văn hóa dày, bếp lửa còn nguyên tro than, bước đầu đoán định "
            "niên đại khoảng mười nghìn năm cách ngày nay."
        ),
        (
            "Bảo tàng tỉnh đề nghị khoanh vùng bảo vệ, cấm khai thác đá trong bán kính nửa cây số và lập hồ sơ xếp "
            "hạng trước cuối năm."
        ),
    ),
    "Nông dân chuyển ruộng bạc màu sang trồng dâu": (
        (
            "Vài năm trở lại đây, nhiều hộ ở vùng hạ huyện mạnh dạn bỏ lúa một vụ, đưa giống dâu lai lên những chân "
            "ruộng bạc màu để nuôi tằm lấy kén."
        ),
        (
            "Ông Đinh Văn Thược tính toán mỗi sào dâu cho thu 14 lứa lá, trừ chi phí còn lãi gấp ba lần cấy lúa, kén "
            "được công ty tơ lụa thu mua tận nhà."
        ),
        (
            "Khó khăn lớn nhất là thiếu nhà tằm đúng quy cách và vốn mua nong né, hội nông dân đang đứng ra tín chấp "
            "với ngân hàng chính sách."
        ),
    ),
    "Bệnh viện đa khoa đưa máy chụp cắt lớp vào sử dụng": (
        (
            "Từ đầu tháng, người bệnh ở vùng cao không phải chuyển tuyến để chụp cắt lớp vi tính vì bệnh viện đa khoa "
            "đã vận hành hệ thống 32 lát cắt."
        ),
        (
            "Bác sĩ trưởng khoa chẩn đoán hình ảnh cho hay mỗi ngày máy phục vụ chừng 25 lượt, kết quả hội chẩn từ xa "
            "với tuyến trung ương chỉ mất ít phút."
        ),
        (
            "Bảo hiểm xã hội đồng ý thanh toán theo giá quy định, hộ nghèo được hỗ trợ tiền ăn và xe đưa đón trong "
            "thời gian điều trị."
        ),
    ),
}
TITLES = tuple(TOLD)


@dataclass(frozen=True)
class Story:
    """An article as a portal shows it; `day` is that of March 2024, at which it says it was published."""

    title: str
    day: int
    paragraphs: tuple[str, ...]


def story(number: int, day: int, *, parts: tuple[int, ...] = (0, 1, 2), title: str | None = None) -> Story:
    """One of five stories, or some parts of it."""
    told = TOLD[TITLES[number]]
    return Story(title or TITLES[number], day, tuple(told[part] for part in parts))


def bulletin(week: int) -> Story:
    """A week's prices."""
    numbers = (17 + week, 118 + 3 * week, 88 + 2 * week, 36 + week)
    return Story(f"Giá cả thị trường tuần {week}", week, (BEFORE.format(*numbers), AFTER))


FIRST = (
    story(0, 20),
    story(1, 19, parts=(0, 1)),
    bulletin(9),
    bulletin(8),
    story(2, 7),
    bulletin(6),
    story(3, 5),
    story(0, 3, title="Bản Huổi Lếch sắp có cầu mới"),
    story(4, 2),
)
SECOND = (
    story(3, 21),
    story(2, 20, title="Dấu vết người xưa trong hang đá"),
    story(4, 19, parts=(1, 2)),
    bulletin(11),
    story(0, 6),
    story(1, 2),
)


class Reposting(SmallPortal):
    """Lists its stories newest first."""

    def __init__(self, number: int, stories: tuple[Story, ...]) -> None:
        super().__init__(number)
        self.stories = stories

    def page(self, path: str) -> tuple[int, str]:
        if path in ("/", LIST):
            rows = (
                f"<div class=tin><a href='/tin?id={n}'>{one.title}</a><i>{one.day:02d}/03/2024</i></div>"
                for n, one in enumerate(self.stories)
            )
            return 200, frame("".join(rows))
        if path.startswith("/tin?id="):
            one = self.stories[int(path.removeprefix("/tin?id="))]
            text = "".join(f"<p>{paragraph}</p>" for paragraph in one.paragraphs)
            date = f"{one.day:02d}/03/2024 08:30"
            head = f"<h2 class=td>{one.title}</h2><div class=ng>Ngày đăng: {date}</div>"
            return 200, frame(f"{head}<div class=nd>{text}</div>", one.title)
        return super().page(path)
