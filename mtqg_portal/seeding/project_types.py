"""What kinds of works and activities the demo province runs, and why some stand still."""

from dataclasses import dataclass

from disbursement.models import Nature, ProjectKind

DIFFICULT, ETHNIC, RURAL, URBAN = "difficult", "ethnic", "rural", "urban"
DISTRICT, AGENCY = "district", "agency"


@dataclass(frozen=True)
class ProjectType:
    """`count` projects of the year 2023; sizes in triệu đồng."""

    component: str
    name: str
    where: str
    count: int
    sizes: tuple[int, int]
    nature: str = Nature.INVESTMENT
    agencies: tuple[str, ...] = ()

    @property
    def kind(self):
        is_works = self.nature == Nature.INVESTMENT
        return ProjectKind.WORKS if is_works else ProjectKind.ACTIVITY


R = Nature.RECURRENT
TYPES = (
    ProjectType("NTM-02.01", "Đường trục xã {place}", RURAL, 34, (1800, 5200)),
    ProjectType("NTM-02.01", "Bê tông hóa đường thôn xã {place}", RURAL, 26, (900, 2600)),
    ProjectType("NTM-02.02", "Kiên cố hóa kênh mương xã {place}", RURAL, 18, (1200, 3800)),
    ProjectType("NTM-02.04", "Nhà lớp học trường tiểu học {place}", RURAL, 20, (2500, 6800)),
    ProjectType("NTM-02.05", "Nhà văn hóa, khu thể thao xã {place}", RURAL, 20, (1500, 4200)),
    ProjectType("NTM-02.08", "Nâng cấp trạm y tế xã {place}", RURAL, 10, (1400, 3200)),
    ProjectType("NTM-02.10", "Cấp nước sạch tập trung xã {place}", RURAL, 12, (2800, 7400)),
    ProjectType("GN-1.1", "Đường liên xã đến {place}", DIFFICULT, 20, (4200, 11500)),
    ProjectType("GN-1.1", "Cầu dân sinh xã {place}", DIFFICULT, 12, (2200, 6400)),
    ProjectType("GN-1.1", "Trường mầm non xã {place}", DIFFICULT, 10, (2600, 5600)),
    ProjectType("DT-1", "Công trình nước sinh hoạt xã {place}", ETHNIC, 24, (1800, 5200)),
    ProjectType("DT-2", "Khu định canh, định cư tập trung xã {place}", DIFFICULT, 12,
                (5200, 15800)),
    ProjectType("DT-4.1", "Đường đến thôn đặc biệt khó khăn xã {place}", DIFFICULT, 28,
                (2400, 7600)),
    ProjectType("DT-4.1", "Thủy lợi nhỏ xã {place}", ETHNIC, 16, (1500, 4800)),
    ProjectType("DT-4.1", "Nhà sinh hoạt cộng đồng xã {place}", ETHNIC, 16, (800, 2200)),
    ProjectType("DT-5.1", "Trường phổ thông dân tộc bán trú {place}", DIFFICULT, 10,
                (3800, 9600)),
    ProjectType("DT-6", "Bảo tồn làng truyền thống xã {place}", ETHNIC, 6, (1800, 4600)),
    ProjectType("DTVM-01", "Chỉnh trang tuyến phố trung tâm {place}", URBAN, 13, (600, 1900)),
    ProjectType("NTM-03.04", "Hỗ trợ sản phẩm OCOP, {place}", DISTRICT, 9, (400, 1300), R),
    ProjectType("NTM-07.01", "Thu gom, xử lý chất thải rắn, {place}", DISTRICT, 9, (500, 1600), R),
    ProjectType("NTM-11.03", "Truyền thông nông thôn mới", AGENCY, 3, (600, 1500), R,
                ("VPDPNTM", "SNV", "MTTQ")),
    ProjectType("NTM-08.03", "Mô hình xã nông thôn mới thông minh", AGENCY, 2, (900, 2200), R,
                ("STTTT", "VPDPNTM")),
    ProjectType("NTM-11.02", "Tập huấn cán bộ nông thôn mới", AGENCY, 1, (700, 1500), R,
                ("VPDPNTM",)),
    ProjectType("GN-2", "Mô hình sinh kế giảm nghèo xã {place}", DIFFICULT, 24, (600, 1900), R),
    ProjectType("GN-3.1", "Hỗ trợ phát triển sản xuất xã {place}", DIFFICULT, 16, (500, 1500), R),
    ProjectType("GN-3.2", "Cải thiện dinh dưỡng trẻ em", AGENCY, 1, (1200, 2600), R, ("SYT",)),
    ProjectType("GN-4.1", "Đào tạo nghề cho lao động nghèo, {place}", DISTRICT, 5, (900, 2600), R),
    ProjectType("GN-4.3", "Thông tin thị trường lao động", AGENCY, 1, (1500, 2900), R,
                ("SLDTBXH",)),
    ProjectType("GN-6.1", "Giảm nghèo về thông tin", AGENCY, 1, (1200, 2400), R, ("STTTT",)),
    ProjectType("GN-7.1", "Tập huấn cán bộ giảm nghèo", AGENCY, 1, (800, 1700), R, ("SLDTBXH",)),
    ProjectType("DT-1", "Hỗ trợ đất ở, nhà ở, chuyển đổi nghề xã {place}", DIFFICULT, 20,
                (700, 2300), R),
    ProjectType("DT-3.1", "Khoán bảo vệ rừng, {place}", DISTRICT, 4, (2800, 6500), R),
    ProjectType("DT-3.2", "Chuỗi giá trị dược liệu xã {place}", ETHNIC, 10, (900, 2700), R),
    ProjectType("DT-5.4", "Đào tạo năng lực cộng đồng", AGENCY, 1, (1800, 3600), R, ("BDT",)),
    ProjectType("DT-7", "Chăm sóc sức khỏe bà mẹ, trẻ em vùng dân tộc", AGENCY, 1, (1500, 2800),
                R, ("SYT",)),
    ProjectType("DT-8", "Tổ truyền thông cộng đồng, địa chỉ tin cậy", AGENCY, 1, (1600, 3200), R,
                ("HLHPN",)),
    ProjectType("DT-9.2", "Giảm tảo hôn, hôn nhân cận huyết", AGENCY, 1, (700, 1500), R, ("BDT",)),
    ProjectType("DT-10.1", "Tuyên truyền, phổ biến pháp luật", AGENCY, 2, (600, 1500), R,
                ("BDT", "STP")),
    ProjectType("OCOP-01", "Phát triển sản phẩm OCOP, {place}", DISTRICT, 9, (200, 600), R),
    ProjectType("DTVM-01", "Tuyến phố văn minh, {place}", DISTRICT, 4, (200, 700), R),
)  # fmt: skip

LOCAL_PROGRAMS = ("OCOP", "DTVM")

# Works with no payment of the money given at the start of 2023: how many, by district.
STANDING_STILL = {"Đá Biếc": 8, "Mây Ngàn": 6, "Suối Đàn": 4}
REASONS = (
    "Chưa xong giải phóng mặt bằng do còn hộ chưa thống nhất đơn giá bồi thường",
    "Đang điều chỉnh thiết kế, dự toán theo ý kiến thẩm định",
    "Đấu thầu lần 1 không có nhà thầu đáp ứng, đang tổ chức lại",
    "Chưa chuyển đổi mục đích sử dụng rừng, đang chờ quyết định",
    "Mỏ vật liệu chưa được cấp phép, nhà thầu chưa khởi công",
    "Thủ tục chọn dự án chậm vì chưa có hướng dẫn về mẫu hồ sơ",
)
