"""What stands below a short reply: our own letter as mail programs quote it, signatures, disclaimers."""

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
