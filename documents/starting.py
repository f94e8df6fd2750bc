"""Templates and ways of signing that an agency may begin with and then reword."""

from .models import Authority, DocumentKind, LetterTemplate, SignatureBlock

SIGNATURES = (
    (Authority.FOR_HEAD, "TRƯỞNG BAN\nPHÓ TRƯỞNG BAN"),
    (Authority.OWN, "TRƯỞNG BAN"),
    (Authority.ON_BEHALF, "BAN CHỈ ĐẠO\nTRƯỞNG BAN"),
    (Authority.BY_ORDER, "TRƯỞNG BAN\nCHÁNH VĂN PHÒNG"),
)
URGING = """{{co_quan}} nhận được báo cáo, số liệu đến ngày lập văn bản này và có ý kiến như sau:
{{noi_dung}}
Đề nghị {{don_vi_nhan}}:
- Rà soát từng việc nêu trong phụ lục kèm theo, xác định rõ nguyên nhân, trách nhiệm.
- Có giải pháp hoàn thành và báo cáo kết quả trên hệ thống trong 05 ngày làm việc.
- Nêu kiến nghị vượt thẩm quyền, nếu có, để được xem xét.
Đề nghị {{don_vi_nhan}} nghiêm túc thực hiện"""
INVITING = """{{co_quan}} trân trọng kính mời đại diện lãnh đạo {{don_vi_nhan}} dự cuộc họp về việc:
{{su_viec}}.
- Thời gian: … giờ …, ngày … tháng … năm {{nam}}.
- Địa điểm: …, {{dia_danh}}.
Đề nghị chuẩn bị báo cáo và cử đại biểu dự đúng thành phần, thời gian"""
TELLING = """{{co_quan}} thông báo về việc {{su_viec}} như sau:
{{noi_dung}}
{{co_quan}} thông báo để {{don_vi_nhan}} biết, thực hiện"""
TEMPLATES = (
    ("Công văn đôn đốc", DocumentKind.LETTER, "đôn đốc {{su_viec}}", URGING),
    ("Giấy mời họp", DocumentKind.INVITATION, "Họp về {{su_viec}}", INVITING),
    ("Thông báo", DocumentKind.NOTICE, "Về việc {{su_viec}}", TELLING),
)


def start_letters(profile):
    """For an agency that has none of its own yet; what is there already stays as it is."""
    if not profile.signatures.exists():
        for order, (mode, titles) in enumerate(SIGNATURES, start=1):
            SignatureBlock.objects.create(profile=profile, mode=mode, titles=titles, order=order)
    for name, kind, abstract, body in TEMPLATES:
        LetterTemplate.objects.get_or_create(
            unit=profile.unit,
            name=name,
            defaults={"kind": kind, "abstract": abstract, "body": body},
        )
