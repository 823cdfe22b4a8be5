"""Mails of a clerk's life of kinds that nobody thinks of: orders passed on, other units' cases, quotes, signatures,
words of translation programs, lines that only look like those of our letters. They too decide nothing."""

_OUR_LINES = """Kính gửi: Xã Vĩnh Ô
Phòng Nội vụ xin nhắc đơn vị về thời hạn trả lời phiếu.
Xin thêm thời gian hoặc hẹn ngày thì điền vào dòng dưới đây:
GIA HẠN: 5 ngày, lý do mất điện
HẸN: ngày 20/02/2025"""


def _marked(text: str, sign: str = "> ") -> str:
    return "\n".join(sign + line for line in text.split("\n"))


QUOTES: tuple[str, ...] = (
    f"Em nhận rồi ạ.\n\n-----Original Message-----\nFrom: Phòng Nội vụ\nSent: Monday, January 20, 2025\n\n{_OUR_LINES}",
    f"Em nhận rồi ạ.\n\n----- Thư gốc -----\nTừ: Phòng Nội vụ\n\n{_OUR_LINES}",
    f"-----Original Message-----\n{_OUR_LINES}",
    f"Em nhận rồi ạ.\n\n{_marked(_OUR_LINES)}",
    f"{_marked(_OUR_LINES)}\n\nEm đọc rồi ạ.",
    f"{_marked(_OUR_LINES, '>')}",
    f"Dạ.\n{_marked(_OUR_LINES, '>> ')}",
    f"Dạ.\n{_marked(_OUR_LINES, '> > ')}",
    f"Dạ.\n{_marked(_OUR_LINES, ' > ')}",
    f"Dạ.\n{_marked(_OUR_LINES, '| ')}",
    "Dòng này điền thế nào ạ?\n> GIA HẠN: 5 ngày, lý do mất điện",
    "> HẸN: ngày 20/02/2025\nNgày ấy là ai hẹn vậy chị, em không nhớ.",
    "Vào Th 2, 20 thg 1, 2025 vào lúc 08:00 Phòng Nội vụ <dancho@vinhlinh.example> đã viết:\n"
    f"{_OUR_LINES}\n\nEm đã xem.",
    f"Dạ vâng.\n\nOn Mon, Jan 20, 2025 at 8:00 AM Phòng Nội vụ <dancho@vinhlinh.example> wrote:\n\n{_OUR_LINES}",
    f"Dạ vâng.\n\n________________________________\nFrom: Phòng Nội vụ\nSent: Monday\nTo: xã\n\n{_OUR_LINES}",
    f"Em chuyển chị xem.\n\n---------- Forwarded message ---------\nFrom: Phòng Nội vụ\n\n{_OUR_LINES}",
    f"Begin forwarded message:\n\nFrom: Phòng Nội vụ\n\n{_OUR_LINES}",
    f"Từ: Phòng Nội vụ\nĐã gửi: Thứ Hai\nTới: xã\nChủ đề: phiếu\n\n{_OUR_LINES}",
)
PASSED_ON: tuple[str, ...] = (
    "Chuyển đ/c Mận thực hiện.\n\n---------- Thư chuyển tiếp ----------\nTừ: Chủ tịch xã\n\nHẸN: ngày 20/02/2025",
    "Đ/c văn thư vào sổ giúp. Chủ tịch đã bút phê: “Gia hạn đến 25/02, giao Văn phòng”.",
    "Kính chuyển Phòng công văn của Sở: các huyện được gia hạn báo cáo đến 28/02/2025.",
    "Bút phê của đ/c Bí thư: hẹn ngày 20/02/2025 họp chi bộ, đ/c Mận chuẩn bị phiếu.",
    "Chỉ đạo: 1. GIA HẠN cho các thôn 5 ngày. 2. Báo cáo UBND huyện sau.",
    "Đ/c Phó Chủ tịch giao: văn phòng gửi phiếu trước 20/02, không xin gia hạn nữa.",
    "Theo giấy mời số 12/GM-UBND, 8 giờ ngày 20/02/2025 họp trực tuyến, kính mời Phòng dự.",
    "Giao ban tuần: 1) phiếu dân chủ: Mận, hạn 20/2; 2) đường thôn 3: gia hạn 10 ngày.",
    "Xin chuyển lời chị Châu: hẹn ngày 20/02/2025 chị lên huyện lấy sổ.",
)
OTHERS: tuple[str, ...] = (
    "Xã Vĩnh Hà nhờ em nhắn Phòng: họ xin gia hạn 5 ngày, lý do mất điện.",
    "Bên thị trấn Hồ Xá: GIA HẠN: 5 ngày, lý do mất điện. Em nhắn hộ họ thôi ạ.",
    "Mã phiếu của bên Hồ Xá là DCCS-2025-131187-DDY4, họ hẹn ngày 20/02/2025 mới gửi.",
    "Em nhầm phiếu của xã bên, phiếu xã em chưa làm.",
    "Thôn Hiền Lương nộp chậm, xã cho thôn gia hạn 5 ngày.",
    "Trường tiểu học hẹn xã ngày 20/02/2025 nộp danh sách.",
    "Doanh nghiệp xin gia hạn hợp đồng thuê đất đến 20/02/2026.",
    "Hộ ông Ba xin lùi ngày trả nợ vay sang 20/02/2025.",
    "Anh Nam (thanh tra huyện) hẹn ngày 20/02/2025 về xã, có liên quan phiếu này không ạ?",
)
SIGNATURES: tuple[str, ...] = (
    "Em đã nhận.\n\n-- \nHồ Thị Mận\nHẹn: trước khi đến xin gọi 0912 345 678",
    "Em đã nhận.\n\n-- \nHồ Thị Mận\nHẸN: ngày 20/02/2025",
    "Em đã nhận.\n\n--\nVăn phòng xã\nGIA HẠN: 5 ngày",
    "Em đã nhận.\nTrân trọng./.\nLịch hẹn: thứ Hai, thứ Tư hằng tuần",
    "Vâng.\n\nGửi từ iPhone của tôi\nHẹn: gặp lại",
    "Vâng.\n\n-- \n“Hẹn gặp mùa hoa ban 20/02” – thông điệp du lịch xã nhà",
    "Đã nhận.\n\nThông báo: thư này có thể chứa thông tin mật. Gia hạn lưu trữ: 60 ngày.",
    "Đã nhận.\n\nKhắc phục: nếu thư lỗi phông, xin cài bộ gõ Unicode.",
)
TRANSLATED: tuple[str, ...] = (
    "Dear Department, commune will report on 20/02/2025. Thank you.",
    "EXTENSION: 5 days, reason power outage.",
    "[Bản dịch tự động] Tôi xin được kéo dài thêm 5 ngày vì lý do cúp điện.",
    "Được dịch từ tiếng Anh: cuộc hẹn: ngày 20/02/2025 lúc 9 giờ.",
    "Cuộc hẹn: ngày 20/02/2025",
    "BỔ NHIỆM: ngày 20/02/2025",
    "GIA HAN NUOC: 5 ngay",
    "Xa chung toi hua se gui lai phieu vao ngay 20 thang 2 (dich boi may).",
)
NEARLY: tuple[str, ...] = (
    "GIA HẠN: … ngày, lý do …",
    "GIA HẠN: ..... ngày, lý do .....\nHẸN: ngày ...../...../.....",
    "HẸN: ngày …/…/2025",
    "HẸN: tuần sau",
    "HẸN: ngày 30/02/2025",
    "GIA HẠN: có",
    "GIA HẠN: không",
    "GIA HẠN: 500 ngày",
    "GIA HẠN: 5 ngày hay 10 ngày thì được ạ?",
    "HẸN: ngày 20/02/2025 được không chị?",
    "HẸN: ngày 20/02/2025 hoặc 21/02/2025",
    "HẸN: ngày 20/02/2025\nHẸN: ngày 25/02/2025",
    "Gia hạn của giấy phép xây dựng: 5 ngày",
    "Dòng HẸN: ngày 20/02/2025 ghi vậy đúng mẫu chưa ạ?",
    "“HẸN: ngày 20/02/2025” là em chép mẫu hỏi chị.",
    "Ví dụ: HẸN: ngày 20/02/2025",
)
MAILS: tuple[str, ...] = (*QUOTES, *PASSED_ON, *OTHERS, *SIGNATURES, *TRANSLATED, *NEARLY)
