"""Short replies as clerks write them, each with what a careful person at the office would do on Monday 13/10/2025.

Nobody's real mail. DAYS and UNTIL: more time is asked for, and how much is beyond doubt. PROMISES: a day is named by
the unit itself. FOR_A_PERSON: neither may be read out of it; a person reads the mail.
"""

from collections.abc import Sequence
from datetime import date

RECEIVED_ON = date(2025, 10, 13)

# Our own letter below the answer, in the shapes that mail programs give it; full of days that are not the sender's.
_LETTER = """Kính gửi: UBND xã Vĩnh Ô (ông/bà Hồ Văn Hai)

Phòng Nội vụ xin nhắc đơn vị về thời hạn trả lời phiếu dưới đây.

- Đợt: Kiểm tra thực hiện dân chủ ở cơ sở năm 2025
- Thời hạn: hết thứ Sáu, ngày 17/10/2025
- Tình trạng: còn 4 ngày làm việc

Nếu gặp khó khăn hoặc cần gia hạn, đề nghị đơn vị trả lời thư này, nêu lý do và ngày đề nghị, ví dụ:
GIA HAN 5 ngay, ly do mat dien. Hoặc: Đã nhận, sẽ trả lời ngày 16/10.
Nếu đơn vị vừa gửi trả lời, xin bỏ qua thư này.

Trân trọng./.
Phòng Nội vụ
Thư này do hệ thống theo dõi thực hiện dân chủ ở cơ sở của Phòng Nội vụ gửi tự động."""
_MARKED = "\n".join(f"> {line}" for line in _LETTER.split("\n"))
GMAIL = f"\n\nVào Th 2, 13 thg 10, 2025 vào lúc 07:35 Phòng Nội vụ <dancho@vinhlinh.example> đã viết:\n\n{_MARKED}"
GMAIL_WRAPPED = (
    f"\n\nVào Th 2, 13 thg 10, 2025 vào lúc 07:35 Phòng Nội vụ <dancho@vinhlinh.example>\nđã viết:\n\n{_LETTER}"
)
OUTLOOK = (
    "\n\n________________________________\nTừ: Phòng Nội vụ <dancho@vinhlinh.example>\nĐã gửi: Thứ Hai, 13 Tháng Mười "
    f"2025 07:35\nĐến: xa Vinh O\nChủ đề: [DCCS-2025-AAAA] Nhắc trả lời phiếu\n\n{_LETTER}"
)
OUTLOOK_BOLD = f"\n\n*From:* Phòng Nội vụ\n*Sent:* Monday, October 13, 2025 7:35 AM\n\n{_LETTER}"
ZIMBRA = f"\n\n----- Thư gốc -----\nTừ: dancho@vinhlinh.example\n\n{_LETTER}"
ZIMBRA_ENGLISH = f"\n\n----- Original Message -----\nFrom: dancho@vinhlinh.example\n\n{_LETTER}"
ZOHO = f"\n\n---- Vào Th 2, 13 thg 10 2025 07:35:00 +0700 dancho@vinhlinh.example đã viết ----\n\n{_LETTER}"
PHONE = f"\n\nĐã gửi từ iPhone của tôi\n\nVào 13 thg 10, 2025, lúc 07:35, Phòng Nội vụ đã viết:\n\n{_LETTER}"
UNMARKED = f"\n\n{_LETTER}"
SIGNED = (
    "\n\nTrân trọng!\n--\nHồ Văn Hai\nVăn phòng HĐND và UBND xã Vĩnh Ô\nĐT: 0905.12.10.25 – 0233 3820 115\n"
    "Quyết định bổ nhiệm số 15/QĐ-UBND ngày 20/10/2024"
)
DISCLAIMED = (
    "\n\nThư điện tử này chỉ dành cho người nhận. Nếu quý vị không phải người nhận, xin xóa trong vòng 3 ngày và báo "
    "lại cho người gửi trước ngày 30/10/2025."
)

DAYS: Sequence[tuple[str, int]] = (
    # formal
    ("UBND xã Vĩnh Ô kính đề nghị Phòng Nội vụ gia hạn nộp báo cáo thêm 05 ngày làm việc. Trân trọng.", 5),
    ("Kính gửi Phòng Nội vụ,\nĐơn vị đề nghị được gia hạn 03 (ba) ngày, lý do: cán bộ đi tập huấn đến 20/10.", 3),
    ("Căn cứ tình hình thực tế, UBND xã đề nghị cho phép kéo dài thời gian nộp phiếu thêm 5 ngày.", 5),
    ("Trường kính xin được hoãn nộp báo cáo thêm 3 ngày do đang thi giữa kỳ 2 ngày.", 3),
    ("Đề nghị Quý Phòng xem xét cho đơn vị lùi thời hạn nộp phiếu thêm 1 tuần.", 5),
    ("Đơn vị xin phép nộp chậm 02 ngày so với thời hạn.", 2),
    ("Vì lý do khách quan, đơn vị kính mong được gia hạn thêm mười (10) ngày.", 10),
    # the way it is said at the counter
    ("GIA HAN 5 ngay, ly do mat dien", 5),
    ("gia hạn 5n", 5),
    ("Gia hạn 3n nữa nhé", 3),
    ("gia han 05n, ly do lu", 5),
    ("xin phép chậm 3 ngày", 3),
    ("Em xin phép trễ 2 ngày ạ", 2),
    ("xin nộp muộn 2 ngày", 2),
    ("cho xã nộp trễ 1 tuần nhé chị", 5),
    ("cần thêm 3 ngày", 3),
    ("Xã cần thêm 3 ngày nữa chị ơi", 3),
    ("Chị ơi em cần thêm 2 hôm", 2),
    ("xin hoãn nộp thêm 3 ngày", 3),
    ("Xin hoãn thêm 3 ngày ạ", 3),
    ("cho em xin khất 3 ngày", 3),
    ("xin khất thêm 2 hôm với ạ", 2),
    ("Cho bên em xin thêm 4 ngày nghe chị", 4),
    ("xin lùi lại 2 ngày", 2),
    ("Đề nghị lùi ngày nộp thêm 3 ngày", 3),
    ("cho lùi hạn nộp 4 bữa nghe anh", 4),
    ("Dạ cho xã em xin thêm ba hôm, o Lan nghỉ sinh", 3),
    ("Cho xã gia hạn 3 ngày được không ạ?", 3),
    ("Chi cho em xin thêm 1 tuần nha", 5),
    ("Xin gia hạn, 5 ngày", 5),
    ("Xin gia han: 05 ngay. Ly do: bao so 10 gay mat dien 4 ngay lien tuc", 5),
    ("gia hạn 5 ngày, mất điện 3 ngày nay rồi", 5),
    ("Mất điện 3 ngày nay, xin gia hạn thêm 2 ngày", 2),
    ("Xã ngập 4 ngày liền. Xin gia hạn 5 ngày.", 5),
    ("Xin gia hạn 5 ngày, cán bộ nghỉ ốm 3 ngày.", 5),
    ("Xin gia hạn thêm 2 ngày do ngày 15/10 họp HĐND xã", 2),
    ("Xin gia hạn cho UBND xã Vĩnh Ô 3 ngày", 3),
    ("Xã đã được gia hạn 3 ngày, nay vẫn chưa xong, xin gia hạn thêm 2 ngày", 2),
    ("Lần trước xã xin gia hạn 3 ngày chưa đủ. Nay xin gia hạn thêm 2 ngày.", 2),
    ("Cho hỏi có được gia hạn không ạ? Xã xin gia hạn 5 ngày.", 5),
    # with what programs and people put below
    ("GIA HAN 4 ngay" + GMAIL, 4),
    ("Xin gia hạn 4 ngày" + GMAIL_WRAPPED, 4),
    ("xin gia hạn thêm 3 ngày vì lũ" + OUTLOOK, 3),
    ("Xin gia hạn 3 ngày" + SIGNED, 3),
    ("Xin gia hạn 2 ngày." + DISCLAIMED, 2),
    ("xin cho nộp chậm 2 ngày" + PHONE, 2),
    ("xin khất 3 ngày" + UNMARKED, 3),
)

UNTIL: Sequence[tuple[str, date]] = (
    ("xin khất đến 20/10", date(2025, 10, 20)),
    ("xin khất nộp đến ngày 20/10", date(2025, 10, 20)),
    ("kéo dài thời gian đến 20/10", date(2025, 10, 20)),
    ("Đề nghị kéo dài thời gian nộp báo cáo đến hết ngày 24/10/2025.", date(2025, 10, 24)),
    ("xin hoãn nộp đến 20/10", date(2025, 10, 20)),
    ("Xin hoãn đến 20/10", date(2025, 10, 20)),
    ("lùi ngày nộp đến 21/10", date(2025, 10, 21)),
    ("lui den 20/10", date(2025, 10, 20)),
    ("xin lùi đến thứ Hai tuần sau", date(2025, 10, 20)),
    ("Xin được lùi thời gian gửi báo cáo sang ngày 22 tháng 10 năm 2025 do lãnh đạo đi vắng.", date(2025, 10, 22)),
    ("gia hạn đến 2025-11-05", date(2025, 11, 5)),
    ("gia hạn đến 05/11/25", date(2025, 11, 5)),
    ("Xin gia hạn đến ngày mùng 5/11", date(2025, 11, 5)),
    ("gia hạn đến mồng 5 tháng 11 nhé", date(2025, 11, 5)),
    ("xin gia han toi 5-11-2025", date(2025, 11, 5)),
    ("xin gia hạn tới 5.11", date(2025, 11, 5)),
    ("Đề nghị gia hạn 5 ngày (đến hết 24/10)", date(2025, 10, 24)),
    ("Xin gia hạn từ 17/10 đến 24/10", date(2025, 10, 24)),
    ("Xin gia hạn. Đề nghị cho lùi đến 24/10.", date(2025, 10, 24)),
    ("Xin gia hạn, đến hết ngày 24/10", date(2025, 10, 24)),
    ("Xã xin phép nộp muộn đến 20/10 ạ", date(2025, 10, 20)),
    ("Kính đề nghị gia hạn đến trước ngày 25/10/2025", date(2025, 10, 24)),
    ("Xin gia hạn đến thứ 6 tuần sau" + ZIMBRA, date(2025, 10, 24)),
    ("Đề nghị lùi hạn đến 22/10 vì bão số 12" + OUTLOOK_BOLD, date(2025, 10, 22)),
    ("xin khất đến 20/10" + ZOHO, date(2025, 10, 20)),
    ("cho xã khất tới 20/10 nghe" + SIGNED, date(2025, 10, 20)),
)

PROMISES: Sequence[tuple[str, date]] = (
    ("mai gửi", date(2025, 10, 14)),
    ("Mai em gửi chị nhé", date(2025, 10, 14)),
    ("Dạ mai xã gửi ạ", date(2025, 10, 14)),
    ("chiều mai nộp", date(2025, 10, 14)),
    ("Sáng mai em nộp phiếu ạ", date(2025, 10, 14)),
    ("hẹn 15/10", date(2025, 10, 15)),
    ("Xin hẹn ngày 15/10 ạ", date(2025, 10, 15)),
    ("Đã nhận. Hẹn thứ 6", date(2025, 10, 17)),
    ("dự kiến 15/10 xong", date(2025, 10, 15)),
    ("Dự kiến ngày 15/10 sẽ xong ạ", date(2025, 10, 15)),
    ("Xã dự kiến 16/10 hoàn thành", date(2025, 10, 16)),
    ("sẽ phúc đáp trước ngày 15/10", date(2025, 10, 14)),
    ("Đơn vị sẽ phúc đáp chậm nhất ngày 15/10/2025.", date(2025, 10, 15)),
    ("cuối tuần gửi", date(2025, 10, 19)),
    ("Cuối tuần này xã nộp nhé", date(2025, 10, 19)),
    ("Đã nhận được thư, sẽ trả lời ngày 15/10", date(2025, 10, 15)),
    ("Đã nhận, sẽ gửi ngày mùng 1/11", date(2025, 11, 1)),
    ("DA NHAN, SE TRA LOI NGAY 2025-10-15", date(2025, 10, 15)),
    ("Sẽ gửi ngày 15/10/25", date(2025, 10, 15)),
    ("Không cần gia hạn, mai gửi", date(2025, 10, 14)),
    ("Đơn vị không xin gia hạn. Ngày 16/10 sẽ gửi phiếu.", date(2025, 10, 16)),
    ("Không phải xin gia hạn đâu ạ, chiều mai em nộp", date(2025, 10, 14)),
    ("Đơn vị đã được gia hạn đến 17/10. Chúng tôi sẽ gửi ngày 16/10.", date(2025, 10, 16)),
    ("Đã nhận, sẽ trả lời ngày 15/10" + GMAIL, date(2025, 10, 15)),
    ("Mai em gửi" + OUTLOOK, date(2025, 10, 14)),
    ("hẹn 15/10" + SIGNED, date(2025, 10, 15)),
    ("hẹn 15/10" + UNMARKED, date(2025, 10, 15)),
    ("Sẽ gửi trong ngày mai" + DISCLAIMED, date(2025, 10, 14)),
    ("Sẽ hồi âm vào thứ Tư", date(2025, 10, 15)),
)

FOR_A_PERSON: Sequence[str] = (
    # a question
    "Có được gia hạn không?",
    "Có được gia hạn 5 ngày không ạ?",
    "Được gia hạn 5 ngày không ạ?",
    "Cho em hỏi có gia hạn đến 20/10 không?",
    "Có cần xin gia hạn 5 ngày không chị?",
    "Xin gia hạn thế nào ạ, 5 ngày có được không",
    "Xin gia hạn 5 ngày thì làm công văn gửi ai ạ?",
    "Có phải huyện gia hạn đến 20/10 không ạ",
    "Hạn là 17/10 hay được gia hạn đến 20/10 vậy chị",
    "Bao giờ hết hạn? Được kéo dài thời gian đến 20/10 không?",
    "Nộp muộn 2 ngày có sao không ạ?",
    "Nộp chậm 2 ngày có bị trừ điểm không?",
    "Nghe nói được gia hạn 5 ngày phải không ạ",
    "Mai gửi có kịp không ạ?",
    "Hẹn 15/10 được không chị?",
    "15/10 gửi được không?",
    # a denial, a withdrawal
    "không cần gia hạn",
    "Ko cần gia hạn 5 ngày đâu ạ",
    "k xin gia hạn 3 ngày nữa",
    "Xã không có nhu cầu gia hạn đến 20/10",
    "Không nhất thiết phải gia hạn 5 ngày",
    "Khỏi gia hạn 5 ngày, xong rồi",
    "Đơn vị chưa cần thêm 3 ngày",
    "Không cần thêm 3 ngày đâu",
    "Xã không xin khất đến 20/10",
    "Không xin hoãn nộp đến 20/10",
    "Xin rút đề nghị gia hạn 5 ngày",
    "Xã xin hủy đề nghị gia hạn đến 20/10, đã có số liệu",
    "Việc gia hạn 5 ngày là không cần thiết",
    "Không lùi đến 20/10 nữa ạ",
    "Đơn vị sẽ không nộp muộn 2 ngày",
    # somebody else's
    "Đơn vị bạn xin gia hạn 5 ngày, xã em thì không",
    "Các thôn xin gia hạn 5 ngày mới có số liệu",
    "Thôn Thúc xin gia hạn đến 20/10",
    "Huyện đã gia hạn cho xã bên 5 ngày",
    "Điện lực cần thêm 3 ngày để khắc phục",
    "Nhà mạng xin lùi đến 20/10 mới sửa xong",
    "Điện lực hẹn 15/10",
    "Bác sĩ hẹn 15/10 tái khám",
    "Phòng Nội vụ hẹn 15/10 làm việc với xã",
    "Chị Mai gửi rồi ạ",
    "Nhà thầu cần thêm 5 ngày",
    "Chị kế toán dự kiến 15/10 sinh",
    "Sở gia hạn đến 20/10 cho toàn tỉnh rồi",
    "Theo công văn gia hạn đến 20/10 của tỉnh, xã đang làm",
    "Thông báo gia hạn 5 ngày của huyện xã chưa nhận được",
    # the past
    "đã gia hạn 5 ngày hôm trước",
    "Hôm trước xã có xin gia hạn 5 ngày",
    "Tuần trước xin gia hạn đến 20/10 chưa thấy trả lời",
    "Xã đã xin khất đến 20/10",
    "Năm ngoái xã xin lùi đến 20/10",
    "Cảm ơn phòng cho gia hạn 5 ngày",
    "Cảm ơn Phòng đã gia hạn đến 20/10",
    "Đơn vị được gia hạn 5 ngày",
    "Xã được gia hạn đến 20/10 rồi",
    "Đã nộp muộn 2 ngày, mong thông cảm",
    "Xã đã gửi phiếu ngày 10/10",
    "Mới gửi hôm qua",
    # a condition, a maybe
    "nếu được gia hạn 5 ngày thì tốt",
    "Nếu không kịp xã sẽ xin gia hạn 5 ngày",
    "Nếu mưa tiếp thì xin khất đến 20/10",
    "Có thể xã sẽ xin gia hạn 3 ngày",
    "Chắc phải xin gia hạn 3 ngày",
    "Khi nào cần xã sẽ xin gia hạn 3 ngày",
    "Trường hợp không kịp, xin gia hạn đến 20/10",
    "Sẽ xin gia hạn 5 ngày sau",
    "Nếu có mạng thì mai gửi",
    "Chắc mai gửi",
    "Có thể hẹn 15/10",
    "Nếu kịp thì dự kiến 15/10 xong",
    # no clear amount
    "xin gia hạn 5-7 ngày",
    "xin gia hạn 5 – 7 ngày",
    "Xin gia hạn 5 hoặc 7 ngày",
    "Xin gia hạn 5 ngày hoặc 7 ngày",
    "Xin gia hạn khoảng 5 ngày",
    "cần thêm 2,3 ngày",
    "cần thêm hai ba hôm",
    "Xin gia hạn 1 tuần rưỡi",
    "Xin gia hạn đến 20-22/10",
    "Xin gia hạn đến 20 hoặc 21/10",
    "Xin gia hạn đến khoảng 20/10",
    "Xin gia hạn đến 31/11",
    "Xin gia hạn đến 10/10/2025",
    "Xin gia hạn đến cuối tuần",
    "xin gia hạn đến 05/11/52",
    "Xin gia hạn vài hôm",
    "Xin gia hạn thêm ít ngày",
    "Xin gia hạn phần A 5 ngày. Phần B xin gia hạn 7 ngày.",
    "Xin gia hạn tới khi có điện",
    "hẹn 15-16/10",
    "Hẹn 15 hoặc 16/10",
    "Dự kiến từ 15 đến 17/10 xong",
    "Đầu tuần sau gửi",
    "Cuối tuần tới hoặc đầu tháng gửi",
    "Mai mốt gửi",
    "Mai hoặc mốt gửi",
    # the days of the reason, and of other things
    "xin gia hạn, xã mất điện 3 ngày",
    "Xin gia hạn. Bão làm mất điện 5 ngày.",
    "mất điện 3 ngày",
    "Mất điện 3 ngày, mạng đứt 2 ngày nên chưa làm được, xin gia hạn",
    "xin gia hạn, ngày 20/10 họp HĐND",
    "Xin gia hạn, đến 20/10 mới có điện",
    "Xin gia hạn nộp số liệu tính đến ngày 30/10",
    "Xin gia hạn báo cáo theo Kế hoạch số 45 ngày 20/10",
    "Xã nghỉ phép 3 ngày",
    "Cán bộ xin nghỉ thêm 3 ngày",
    "Em xin nghỉ chăm con đến 20/10",
    "Mưa kéo dài đến 20/10",
    "Hội nghị kéo dài thời gian đến 20/10",
    "Bưu điện chuyển thư chậm 3 ngày",
    "Thư đến chậm 3 ngày nên xã mới nhận",
    "Xin lùi lịch kiểm tra đến 20/10",
    "Đề nghị hoãn buổi làm việc đến 20/10",
    "Xin mượn máy 3 ngày",
    "Đoàn có thể lùi ngày kiểm tra đến 20/10 không",
    "Hoàn thành nộp đến 20/10 là xong",
    "Khát nước quá, đến 20/10 mới có nước",
    "Gia hạn chữ ký số đến 20/10",
    "Xin gia hạn hợp đồng lao động thêm 30 ngày",
    "Hẹn gặp lại ngày 15/10",
    "Họp ngày 15/10 xong mới làm",
    "Xã còn 4 ngày làm việc nữa là hết hạn",
    "Đã nhận.",
    "Đã nhận, đang làm.",
    "Vâng ạ",
    "Gửi phiếu ạ",
    "",
    # telex and typing that nobody should guess at
    "xin gia hajn 5 ngafy",
    "xin gia hạn 5 ngsy",
    "xin gia hạn năm sáu ngày",
    "Xin gia hạn ngày",
    "Gia hạn 50/10",
    # nothing but what is quoted
    "Đã nhận." + GMAIL,
    "Đã nhận." + GMAIL_WRAPPED,
    "Đã nhận." + OUTLOOK,
    "Đã nhận." + OUTLOOK_BOLD,
    "Đã nhận." + ZIMBRA,
    "Đã nhận." + ZIMBRA_ENGLISH,
    "Đã nhận." + ZOHO,
    "Đã nhận." + PHONE,
    "Đã nhận." + UNMARKED,
    GMAIL,
    OUTLOOK,
    UNMARKED,
    "Gửi chị" + SIGNED,
    "Gửi chị" + DISCLAIMED,
    "Trong thư có câu “GIA HAN 5 ngay, ly do …” là sao ạ",
    'Phòng ghi "GIA HAN 5 ngay" nghĩa là ngày làm việc hay ngày lịch?',
)

# What people say clearly enough for a person, and the program leaves to one all the same; none is a wrong reading.
MISSED: Sequence[str] = ()
