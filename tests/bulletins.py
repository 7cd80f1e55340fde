"""Invented articles to compare: a report, and bulletins of one form that say different things."""

from __future__ import annotations

REPORT = (
    (
        "Sáng 14/9/2022, tại thị trấn Chợ Rã, Ủy ban nhân dân huyện Ba Bể tổ chức hội nghị sơ kết hai năm thực "
        "hiện đề án phát triển cây dược liệu dưới tán rừng. Dự hội nghị có đồng chí Hoàng Văn Thiên, Chủ tịch Ủy "
        "ban nhân dân huyện, và lãnh đạo 15 xã, thị trấn."
    ),
    (
        "Theo báo cáo, toàn huyện đã trồng được 126 ha dược liệu, trong đó có 48 ha ba kích, 37 ha gừng đá và 41 "
        "ha sa nhân; 286 hộ tham gia, thu nhập bình quân đạt 42 triệu đồng mỗi héc-ta. Hợp tác xã Yến Dương và "
        "Hợp tác xã Nhung Lũy đã ký hợp đồng bao tiêu với hai doanh nghiệp chế biến ở Thái Nguyên."
    ),
    (
        "Các đại biểu cho rằng khó khăn lớn nhất là nguồn giống chưa ổn định, đường lâm sinh xuống cấp sau mỗi "
        "mùa mưa, người dân còn bán sản phẩm thô cho thương lái, giá cả bấp bênh. Nhiều xã kiến nghị huyện hỗ trợ"
        " làm vườn ươm tại chỗ và cấp chứng nhận vùng trồng để sản phẩm vào được siêu thị."
    ),
    (
        "Kết luận hội nghị, đồng chí Hoàng Văn Thiên yêu cầu Phòng Nông nghiệp rà soát lại quỹ đất, phối hợp với "
        "Trung tâm Khuyến nông mở 12 lớp tập huấn trong quý IV, đồng thời giao Hạt Kiểm lâm hướng dẫn người dân "
        "ký cam kết bảo vệ rừng trước ngày 30/10/2022."
    ),
)
TITLE = "Ba Bể: Sơ kết đề án phát triển cây dược liệu"
OTHER = (
    (
        "Chiều qua, đoàn viên Chi đoàn Công an phường Sông Hiến cùng giáo viên Trường Mầm non Hoa Ban tổ chức "
        "trung thu sớm cho trẻ em có hoàn cảnh khó khăn. Các cháu được xem múa lân, thi bày mâm ngũ quả và nhận "
        "đèn ông sao do cha mẹ tự làm."
    ),
    (
        "Chị Lý Thị Mỷ, bí thư chi đoàn, cho biết kinh phí do các hộ kinh doanh quanh chợ ủng hộ; phần còn lại "
        "được gửi vào quỹ khuyến học của phường để mua sách vở cho học sinh mồ côi trước năm học mới."
    ),
)


def text(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs)


def prices(week: int, day: str, rice: int, pork: int, fuel: int, fish: int) -> tuple[str, str]:
    """A weekly bulletin: title and text."""
    said = (
        f"Sở Công Thương tỉnh Bắc Kạn thông báo giá bán lẻ một số mặt hàng thiết yếu tại chợ Đức Xuân, tính đến ngày "
        f"{day}. Gạo Bao thai bán lẻ bình quân {rice} đồng một ki-lô-gam, thịt lợn mông sấn {pork} đồng một ki-lô-gam, "
        f"cá trắm cỏ loại trên hai cân {fish} đồng một ki-lô-gam. Giá xăng tại các cửa hàng của Công ty Xăng dầu Bắc "
        f"Thái là {fuel} đồng một lít. Nguồn hàng trong tuần dồi dào, sức mua ổn định, các đội quản lý thị trường "
        "không phát hiện trường hợp găm hàng; người dân được khuyến cáo mua sắm tại nơi có niêm yết giá."
    )
    return f"Thông tin giá cả thị trường tuần {week} năm 2023", said


def appointment(person: str, office: str) -> tuple[str, str]:
    """A notice whose copies for others differ in names only."""
    said = (
        f"Văn phòng Tỉnh ủy vừa tổ chức hội nghị công bố quyết định điều động, bổ nhiệm đồng chí {person} giữ chức vụ "
        f"{office}. Thay mặt Ban Thường vụ, đồng chí Phó Bí thư Thường trực chúc mừng đồng chí {person}, mong đồng chí "
        f"{person} phát huy kinh nghiệm, giữ gìn đoàn kết, cùng tập thể {office} hoàn thành nhiệm vụ. Đồng chí "
        f"{person} cảm ơn sự tin tưởng của cấp trên và hứa đem hết sức mình phục vụ nhân dân."
    )
    return "Trao quyết định về công tác cán bộ", said
