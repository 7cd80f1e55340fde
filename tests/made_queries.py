"""What people would type to find articles of the sample portal and a few invented ones, and what they mean to find.

The expectations were decided by reading the articles. An article is named by the end of its address, or a part of that
no other one has.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

from bulletins import REPORT, prices, text


@dataclass(frozen=True)
class Written:
    """An invented article; attachments are of names and texts."""

    name: str
    title: str
    body: str
    lead: str | None = None
    portal: str = "bao_songnhue"
    files: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """A query and the articles that belong to its first ten hits; `first` is the one who typed it had in mind."""

    words: str
    first: str | None
    also: tuple[str, ...] = ()

    @property
    def wanted(self) -> set[str]:
        return {name for name in (self.first, *self.also) if name}


WRITTEN = (
    Written(
        "da-nang-don-khach",
        "Đà Nẵng đón chuyến tàu biển đầu tiên sau hai năm",
        "Cảng Tiên Sa sáng nay đón 900 du khách. Lãnh đạo thành phố Đà Nẵng tặng hoa cho thuyền trưởng.\n\nKhách đi "
        "thăm bán đảo Sơn Trà rồi ghé Hội An trong ngày.",
    ),
    Written(
        "da-nang-khong-dau",
        "Thong bao lich bay Da Nang - Buon Ma Thuot",
        "Tu ngay 15/6, hang hang khong mo lai duong bay Da Nang - Buon Ma Thuot, moi tuan ba chuyen.",
    ),
    Written(
        "nang-da-nong",
        "Nắng nóng, thợ đá Phú Xuyên nghỉ trưa sớm",
        "Đá đã nung dưới nắng từ sáng, thợ đục phải nghỉ tay trước mười giờ. Chủ xưởng đã đặt thêm quạt nước, lắp mái "
        "che và nâng tiền bồi dưỡng ca trưa.",
    ),
    Written("hoi-nghi-duoc-lieu", "Hội nghị sơ kết phát triển cây dược liệu ở Ba Bể", text(*REPORT)),
    Written(
        "ba-con-be-thung",
        "Ba con bê sổng chuồng, cả thôn đi tìm",
        "Hội nông dân thôn nghỉ họp để đi tìm bê. Bà con be bờ, be ruộng, hỏi từng nhà; nghị viên nhí của trường cũng "
        "tham gia. Đến tối thì ba con bê về chuồng.",
    ),
    Written(
        "hoa-binh-thuy-dien",
        "Thủy điện Hòa Bình mở cửa xả đáy thứ hai",
        "Lúc 14 giờ, hồ Hoà Bình mở thêm một cửa xả. Người dân vùng hạ du được báo trước sáu giờ qua loa xã.",
    ),
    Written(
        "thuy-loi-khoe",
        "Chị Thuý kể chuyện giữ kênh thuỷ lợi",
        "Mười năm làm thuỷ nông viên, chị Thuý thuộc từng khúc kênh. Chị bảo: còn khoẻ thì còn giữ nước cho đồng.",
    ),
    Written(
        "giao-thong-nfd",
        unicodedata.normalize("NFD", "Cấm đường phục vụ lễ hội đua thuyền"),
        unicodedata.normalize("NFD", "Từ 6 giờ đến 11 giờ, cấm xe tải trên đường ven sông để nhường chỗ cho khán giả."),
    ),
    Written("gia-tuan-31", *prices(31, "04/8/2022", 17_500, 132_000, 24_600, 88_000)),
    Written("gia-tuan-32", *prices(32, "11/8/2022", 17_400, 134_000, 24_100, 90_000)),
    Written("gia-tuan-33", *prices(33, "18/8/2022", 17_800, 131_000, 23_900, 86_000)),
    Written(
        "quyet-dinh-123",
        "Ban hành quy chế quản lý chợ nông thôn",
        "Quyết định số 123/QĐ-UBND ngày 30/6/2025 quy định chợ hạng ba do xã quản lý. Phí chỗ ngồi không quá 2.500 "
        "đồng mỗi buổi.",
        portal="cong_songnhue",
        files={"123-qd-ubnd.pdf": "QUYẾT ĐỊNH\nĐiều 1. Chợ phiên họp vào ngày rằm.\nĐiều 2. Cấm đốt vàng mã."},
    ),
    Written(
        "quyet-dinh-124",
        "Phê duyệt danh sách hộ được hỗ trợ xoá nhà tạm",
        "Quyết định số 124/QĐ-UBND ngày 30/7/2025 duyệt 1.234 hộ, mỗi hộ 60 triệu đồng. Số 123 của danh sách trước "
        "được bổ sung sau khi xác minh.",
        portal="cong_songnhue",
    ),
    Written(
        "van-ban-dinh-kem",
        "Hướng dẫn chuẩn bị hồ sơ dự tuyển",
        "Chi tiết xem trong tệp đính kèm.",
        portal="cong_songnhue",
        files={
            "huong-dan.docx": "Hồ sơ gồm đơn theo mẫu.",
            "phu-luc.xls": "Chỉ tiêu lớp chuyên Ngữ văn | 35\nMôn thi năng khiếu: thẩm âm, tiết tấu",
        },
    ),
    Written(
        "nguyen-thi-hang",
        "Nghệ nhân Nguyễn Thị Hằng truyền nghề dệt lanh",
        "Ở tuổi 71, bà Nguyễn Thị Hằng vẫn ngồi khung cửi mỗi sáng. Học trò của bà là phụ nữ ba xã vùng cao.",
    ),
    Written(
        "nguyen-thi-hang-khac",
        "Trao giải viết thư cho học sinh tiểu học",
        "Giải nhất thuộc về em Nguyễn Minh Anh; cô Hằng, giáo viên chủ nhiệm, nhận giấy khen. Thị xã Hàng Bông cử đoàn "
        "dự, ông Thi phát biểu.",
    ),
    Written(
        "covid-19",
        "Ba chốt kiểm soát Covid-19 dừng hoạt động",
        "Sau 19 ngày không có ca mới, ba chốt trên quốc lộ dừng hoạt động; chợ huyện mở lại.",
        lead="Dịch lắng xuống, quốc lộ thông xe trở lại.",
    ),
    Written(
        "nuoc-thai-lang-nghe",
        "Làng nghề bún Phú Đô xây trạm xử lý nước thải",
        "Trạm công suất 400 mét khối mỗi ngày đêm gom nước thải của 300 hộ làm bún.",
    ),
    Written(
        "nuoc-sach",
        "Nước sạch về với ba thôn vùng cao",
        "Công trình dẫn nước từ khe núi, qua bể lọc, đủ cho 180 hộ. Không còn cảnh gùi nước qua đèo.",
    ),
)

CASES = (
    # accented
    Case("khởi công cầu Lạng Thủy 2", "khoi-cong-cau-lang-thuy"),
    Case("bàn giao kho hồ sơ lưu trữ", "ban-giao-kho-ho-so"),
    Case("hồ chứa nước Khe Trúc", "kiem-tra-tien-do-du-an-ho-chua"),
    Case("nghỉ Tết Nguyên đán Ất Tỵ", "thong-bao-nghi-tet"),
    Case("quy hoạch tỉnh Tân Sơn tầm nhìn 2050", "nhung-dinh-huong-lon"),
    Case("miến dong Bản Chiềng", "hop-tac-xa-mien-dong"),
    Case("giấy gói từ bẹ chuối rừng", "cuoc-thi-y-tuong"),
    Case("nam giới vào bếp", "cong-doan-so-to-chuc"),
    Case("mẹ Việt Nam Anh hùng", "tri-an-cac-gia-dinh"),
    Case("đường bê tông thôn Nà Phường", "xa-yen-thuong"),
    Case("trạm đo mưa tự động", "ky-hiep-dinh-vay-von"),
    Case("lịch tiếp công dân", "thong-bao-lich-tiep-cong-dan"),
    Case("Đà Nẵng", "da-nang-don-khach", ("da-nang-khong-dau",)),
    Case("bàn giao giấy dó giòn rách", "ban-giao-kho-ho-so"),
    # without marks
    Case("da nang", "da-nang-don-khach", ("da-nang-khong-dau",)),
    Case("hoi nghi ba be", "hoi-nghi-duoc-lieu"),
    Case("xuc tien dau tu bay nha dau tu", "tan-son-ky-bien-ban-ghi-nho-voi-bay-nha-dau-tu"),
    Case("giai ngan von dau tu cong quy iv", "day-nhanh-giai-ngan"),
    Case("ket qua xet tuyen vien chuc", "thong-bao-ket-qua-xet-tuyen"),
    Case("tuyen dung vien chuc trung tam xuc tien dau tu", "thong-bao-tuyen-dung"),
    Case("ban dau gia xe o to", "thong-bao-ban-dau-gia"),
    Case("nang luc canh tranh", "cong-bo-ket-qua-khao-sat"),
    Case("dau thau qua mang cap xa", "tap-huan-dau-thau"),
    Case("cai cach hanh chinh nam 2023", "ke-hoach-cai-cach-hanh-chinh"),
    Case("dieu tra hop tac xa", "tan-son-hoan-thanh-dieu-tra"),
    Case("che bien duoc lieu", None, ("hoi-nghi-duoc-lieu", "tan-son-ky-bien-ban", "quy-i-2023")),
    Case("khong con canh gui nuoc", "nuoc-sach"),
    Case("nghe nhan det lanh", "nguyen-thi-hang"),
    Case("le hoi dua thuyen", "giao-thong-nfd"),
    # partly
    Case("hội nghi Ba Be", "hoi-nghi-duoc-lieu"),
    Case("khu dân cu Cao Bình", "moi-quan-tam-du-an"),
    Case("cay dược lieu", "hoi-nghi-duoc-lieu"),
    Case("doi thoai với doanh nghiệp", "lanh-dao-tinh-doi-thoai"),
    Case("thuy dien Hòa Bình", "hoa-binh-thuy-dien"),
    Case("đà nang", "da-nang-don-khach", ("da-nang-khong-dau",)),
    # the tone elsewhere, case, composition, old letters
    Case("hoà bình", "hoa-binh-thuy-dien"),
    Case("thúy", "thuy-loi-khoe"),
    Case("thủy lợi khỏe", "thuy-loi-khoe"),
    Case("HỘI NGHỊ BA BỂ", "hoi-nghi-duoc-lieu"),
    Case(unicodedata.normalize("NFD", "hồ chứa nước Khe Trúc"), "kiem-tra-tien-do-du-an-ho-chua"),
    Case("Ðà Nẵng".replace("Ð", "ð"), "da-nang-don-khach", ("da-nang-khong-dau",)),
    Case("cấm đường lễ hội", "giao-thong-nfd"),
    # names and places
    Case(
        "Hà Minh Đạo",
        None,
        ("hop-giao-ban-cong-tac", "chi-bo-van-phong", "thong-bao-nghi-tet", "kinh-te-tan-son", "day-nhanh-giai-ngan"),
    ),
    Case("Nông Văn Páo", "xa-yen-thuong"),
    Case("hua bich lien", None, ("ban-giao-kho-ho-so", "thong-bao-ket-qua-xet-tuyen")),
    Case("Bàn Thị Lưu", "cuoc-thi-y-tuong"),
    Case("Nguyễn Thị Hằng", "nguyen-thi-hang"),
    Case("thao seo lu", "giam-sat-chuong-trinh"),
    Case("Phan Hữu Nghị", None, ("thong-bao-nghi-tet", "thong-bao-lich-tiep")),
    Case("cửa khẩu Lũng Pìa", None, ("khoi-cong-cau-lang-thuy", "nhung-dinh-huong-lon")),
    Case("chợ Đức Xuân", None, ("gia-tuan-31", "gia-tuan-32", "gia-tuan-33")),
    # numbers
    Case("123/QĐ-UBND", "quyet-dinh-123"),
    Case("124/qd-ubnd", "quyet-dinh-124"),
    Case("918/QĐ-UBND", "cong-bo-danh-muc-thu-tuc"),
    Case("1086/SKHĐT-THQH", "cong-van-huong-dan"),
    Case("1.234", "quyet-dinh-124"),
    Case("30/6/2025", "quyet-dinh-123"),
    Case("11.362", "ban-giao-kho-ho-so"),
    Case("chỉ thị 06/CT-UBND", "chi-thi-ve-chan-chinh"),
    Case(
        "bản tin đăng ký doanh nghiệp tháng 3 năm 2024",
        "ban-tin-dang-ky-doanh-nghiep-thang-3",
        ("ban-tin-dang-ky-doanh-nghiep-thang-4",),
    ),
    Case("giá bán lẻ ngày 11/8/2022", "gia-tuan-32"),
    Case("38,6 triệu USD", "ky-hiep-dinh-vay-von"),
    Case("covid-19", None, ("covid-19", "ho-tro-doanh-nghiep")),
    # phrases
    Case('"khu công nghiệp Đồng Mai"', None, ("kinh-te-tan-son", "ho-tro-doanh-nghiep", "tan-son-ky-bien-ban")),
    Case('"da nang"', "da-nang-don-khach", ("da-nang-khong-dau",)),
    Case("“ba bể”", "hoi-nghi-duoc-lieu"),
    Case('"thu hồi giấy chứng nhận" 2020', "thu-hoi-giay-chung-nhan-dang-ky-doanh-nghiep-dot-2"),
    Case('"nông thôn mới', None, ("xa-yen-thuong", "tap-huan-dau-thau")),
    # beginnings, exclusion
    Case("nghệ nh*", "nguyen-thi-hang"),
    Case("khoi ngh*", "cuoc-thi-y-tuong"),
    Case("xử lý nước thải -Covid", "nuoc-thai-lang-nghe"),
    Case("nước thôn -thải", None, ("nuoc-sach",)),
    Case('quyết định UBND -"124/QĐ-UBND"', None, ("quyet-dinh-123", "cong-bo-danh-muc-thu-tuc")),
    # attachments
    Case("thẩm âm tiết tấu", "van-ban-dinh-kem"),
    Case("cam dot vang ma", "quyet-dinh-123"),
    Case("lớp chuyên ngữ văn", "van-ban-dinh-kem"),
    # too much, in another order, or not quite what is there
    Case("Công đoàn Sở tổ chức hội thi nấu ăn ngày 8/3", "cong-doan-so-to-chuc"),
    Case("thương binh liệt sĩ 27/7 tri ân", "tri-an-cac-gia-dinh"),
    Case("trang thông tin điện tử chức năng mới", "trang-thong-tin-cua-so"),
    Case("dự án chậm quyết toán", "ra-soat-cac-du-an-cham"),
    Case("đại hội chi bộ văn phòng", "chi-bo-van-phong"),
)

MISSPELT = {
    "hội ngị ba bể": "hội nghị ba bể",
    "mien dongg ban chieng": "miến dong bản chiềng",
    "nguyen thi hangg": "nguyễn thị hằng",
    "thuydien hoa binh": "thủy điện hòa bình",
    "khoi congg cau lang thuy": "khởi công cầu lạng thủy",
    "lễ hội đua thuyeen": "lễ hội đua thuyền",
    "danang": "đà nẵng",
}
"""What is typed, and what was meant."""
