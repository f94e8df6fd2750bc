"""Invented places of the demo province; none of them is meant to be a real one."""

from organizations.models import Flag, UnitKind

PROVINCE = ("MAU", "Tỉnh Mẫu", "Tỉnh Mẫu")

# (kind, name, flags of the district, township or wards, communes)
DISTRICTS = (
    (UnitKind.DISTRICT, "Đá Biếc", (Flag.POOR_DISTRICT, Flag.BORDER, Flag.ETHNIC_AREA),
     ("Đá Biếc",), ("Khe Lụa", "Dốc Mơ", "Đèo Mận", "Nà Sương", "Thác Mây", "Bản Tơ",
                    "Suối Ngà", "Đồi Mật", "Vách Én")),
    (UnitKind.DISTRICT, "Mây Ngàn", (Flag.POOR_DISTRICT, Flag.ETHNIC_AREA),
     ("Mây Ngàn",), ("Mây Trắng", "Mây Hồng", "Sương Sớm", "Dốc Gió", "Đỉnh Thông", "Khe Ngọc",
                     "Nà Hương", "Suối Rêu", "Bản Mây", "Thung Lau")),
    (UnitKind.DISTRICT, "Suối Đàn", (Flag.ETHNIC_AREA,),
     ("Suối Đàn",), ("Đàn Đá", "Khe Sáo", "Ghềnh Trúc", "Bến Trúc", "Suối Thơ", "Nà Nhạc",
                     "Vực Trong", "Thác Bụi", "Đồi Trầm")),
    (UnitKind.DISTRICT, "Ngàn Sao", (Flag.ETHNIC_AREA,),
     ("Ngàn Sao",), ("Sao Hôm", "Sao Khuê", "Trăng Khuya", "Gió Lành", "Đồng Rạng", "Khe Sáng",
                     "Bãi Lau", "Mây Thưa")),
    (UnitKind.DISTRICT, "Trăng Non", (),
     ("Trăng Non",), ("Trăng Thượng", "Trăng Hạ", "Đầm Nguyệt", "Gò Sim", "Đồi Sim",
                      "Bàu Nguyệt", "Xóm Rằm")),
    (UnitKind.DISTRICT, "Cửa Sóng", (),
     ("Cửa Sóng",), ("Cát Vàng", "Sóng Xanh", "Bãi Ngọc", "Ghềnh Muối", "Hải Âu",
                     "Cồn Phi Lao", "Vụng Yên", "Đầm Rong")),
    (UnitKind.DISTRICT, "Lúa Vàng", (),
     ("Lúa Vàng",), ("Đồng Lúa", "Đồng Mía", "Bãi Ngô", "Gò Thóc", "Bờ Xôi", "Ruộng Mật",
                     "Đồng Sen", "Kênh Xanh")),
    (UnitKind.TOWN, "Bến Sen", (),
     ("Sen Hồng", "Sen Trắng", "Bến Cũ", "Chợ Sen"), ("Đầm Sen", "Cầu Ngói", "Vườn Cau")),
    (UnitKind.CITY, "Hoa Nắng", (),
     ("Nắng Mai", "Nắng Chiều", "Hoa Cúc", "Hoa Mai", "Cầu Vồng", "Phố Chợ"), ("Vườn Hoa",)),
)  # fmt: skip

KIND_WORDS = {
    UnitKind.DISTRICT: "Huyện",
    UnitKind.TOWN: "Thị xã",
    UnitKind.CITY: "Thành phố",
    UnitKind.COMMUNE: "Xã",
    UnitKind.WARD: "Phường",
    UnitKind.TOWNSHIP: "Thị trấn",
}

# Communes in extreme difficulty, by district (the first ones of its list).
EXTREMELY_DIFFICULT = {"Đá Biếc": 9, "Mây Ngàn": 10, "Suối Đàn": 6, "Ngàn Sao": 4, "Cửa Sóng": 2}
BORDER_COMMUNES = ("Vách Én", "Nà Sương", "Đèo Mận")

AGENCIES = (
    ("VPUBND", UnitKind.AGENCY, "Văn phòng Ủy ban nhân dân tỉnh", "Văn phòng UBND tỉnh"),
    ("SKHDT", UnitKind.AGENCY, "Sở Kế hoạch và Đầu tư", "Sở KH&ĐT"),
    ("STC", UnitKind.AGENCY, "Sở Tài chính", ""),
    ("SXD", UnitKind.AGENCY, "Sở Xây dựng", ""),
    ("SNNPTNT", UnitKind.AGENCY, "Sở Nông nghiệp và Phát triển nông thôn", "Sở NN&PTNT"),
    ("SLDTBXH", UnitKind.AGENCY, "Sở Lao động - Thương binh và Xã hội", "Sở LĐ-TB&XH"),
    ("SVHTTDL", UnitKind.AGENCY, "Sở Văn hóa, Thể thao và Du lịch", "Sở VH,TT&DL"),
    ("STTTT", UnitKind.AGENCY, "Sở Thông tin và Truyền thông", "Sở TT&TT"),
    ("SGTVT", UnitKind.AGENCY, "Sở Giao thông vận tải", "Sở GTVT"),
    ("SGDDT", UnitKind.AGENCY, "Sở Giáo dục và Đào tạo", "Sở GD&ĐT"),
    ("SYT", UnitKind.AGENCY, "Sở Y tế", ""),
    ("STNMT", UnitKind.AGENCY, "Sở Tài nguyên và Môi trường", "Sở TN&MT"),
    ("SNV", UnitKind.AGENCY, "Sở Nội vụ", ""),
    ("STP", UnitKind.AGENCY, "Sở Tư pháp", ""),
    ("BDT", UnitKind.AGENCY, "Ban Dân tộc", ""),
    ("CATINH", UnitKind.AGENCY, "Công an tỉnh", ""),
    ("VPDPNTM", UnitKind.OFFICE, "Văn phòng Điều phối nông thôn mới tỉnh", "VPĐP NTM tỉnh"),
    ("KBNN", UnitKind.TREASURY, "Kho bạc Nhà nước tỉnh", "Kho bạc Nhà nước"),
    ("MTTQ", UnitKind.FRONT, "Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh", "Mặt trận tỉnh"),
    ("HLHPN", UnitKind.FRONT, "Hội Liên hiệp Phụ nữ tỉnh", "Hội LHPN tỉnh"),
)

OWNERS = {
    "NTM": "VPDPNTM",
    "GNBV": "SLDTBXH",
    "DTTS": "BDT",
    "OCOP": "VPDPNTM",
    "DTVM": "SVHTTDL",
}
