"""Why a file cannot be read as a form, and what its sender should do: one sentence for each reason."""

from collections.abc import Mapping
from typing import NoReturn

from tasks.domain.errors import UnreadableWorkbook

_SAVE_AS = "Hãy mở tệp, chọn Lưu dưới dạng (Save As), kiểu “Excel Workbook (.xlsx)”, rồi gửi lại."
_FILL_OURS = "Hãy điền vào tệp Excel (.xlsx) kèm thư giao phiếu rồi gửi lại tệp đó."

REASONS: Mapping[str, str] = {
    "empty": f"Tệp rỗng, không có nội dung. {_FILL_OURS}",
    "too_big": "Tệp lớn hơn 5 MB. Hãy bỏ ảnh và tệp nhúng ra khỏi phiếu (gửi minh chứng thành tệp riêng), rồi gửi lại.",
    "xlsb": f"Tệp là Excel nhị phân (.xlsb), chương trình không đọc được. {_SAVE_AS}",
    "encrypted": "Tệp có mật khẩu nên chương trình không mở được. Hãy bỏ mật khẩu (Tệp > Thông tin) rồi gửi lại.",
    "doc": f"Tệp là văn bản Word, không phải phiếu Excel. {_FILL_OURS}",
    "ppt": f"Tệp là bản trình chiếu, không phải phiếu Excel. {_FILL_OURS}",
    "pdf": f"Tệp là PDF, chương trình không đọc được câu trả lời trong đó. {_FILL_OURS}",
    "image": f"Tệp là ảnh, chương trình không đọc được câu trả lời trong đó. {_FILL_OURS}",
    "heic": f"Tệp là ảnh (HEIC) của điện thoại, chương trình không đọc được câu trả lời trong đó. {_FILL_OURS}",
    "video": f"Tệp là phim, chương trình không đọc được câu trả lời trong đó. {_FILL_OURS}",
    "audio": f"Tệp là ghi âm, chương trình không đọc được câu trả lời trong đó. {_FILL_OURS}",
    "msg": "Tệp là thư lưu của Outlook (.msg), chương trình không mở được. "
    "Hãy mở thư đó, lưu tệp phiếu (.xlsx) trong thư ra máy rồi gửi chính tệp phiếu.",
    "empty_archive": f"Tệp nén rỗng, không có tệp nào bên trong. {_FILL_OURS}",
    "calendar": f"Tệp là lịch hẹn, không phải phiếu Excel. {_FILL_OURS}",
    "card": f"Tệp là danh thiếp, không phải phiếu Excel. {_FILL_OURS}",
    "html": f"Tệp là trang web (HTML) mang đuôi Excel. {_SAVE_AS}",
    "xml": f"Tệp là XML, không phải sổ tính Excel (.xlsx). {_SAVE_AS}",
    "csv": f"Tệp là văn bản thuần (CSV), không còn đủ các cột của phiếu. {_FILL_OURS}",
    "numbers": "Tệp là của ứng dụng Numbers (Apple), chương trình không đọc được. Hãy xuất sang Excel rồi gửi lại.",
    "archive": "Tệp là tệp nén, bên trong không phải sổ tính Excel. Hãy giải nén và gửi chính tệp phiếu (.xlsx).",
    "truncated": "Tệp bị cắt cụt, có lẽ do gửi hoặc tải về chưa xong. Hãy gửi lại.",
    "corrupt": f"Tệp bị hỏng, không mở được. {_SAVE_AS}",
    "unknown": f"Chương trình không nhận ra kiểu tệp này. {_FILL_OURS}",
    "bomb": f"Tệp phình ra quá lớn khi giải nén nên bị từ chối. {_FILL_OURS}",
    "entities": f"Tệp chứa khai báo XML không an toàn (DOCTYPE, ENTITY) nên bị từ chối. {_FILL_OURS}",
    "encoding": f"Tệp chứa phần XML có kiểu mã hóa chữ không đọc được. {_SAVE_AS}",
    "complex": f"Bảng trong tệp lớn bất thường (quá nhiều ô, định dạng hoặc vùng gộp ô). {_FILL_OURS}",
    "stalled": f"Tệp làm chương trình đọc quá lâu hoặc quá tốn bộ nhớ nên bị dừng. {_FILL_OURS}",
}

# What is told beside the answers of a file that was read all the same.
MACROS = "Tệp có macro; chương trình không chạy macro, chỉ đọc giá trị đang lưu trong ô"
PICTURES = (
    "Trang “{sheet}” có hình, ảnh hoặc hộp chữ{words}: chương trình chỉ đọc chữ trong ô, không đọc phần này; "
    "hãy ghi vào ô, hoặc gửi thành tệp đính kèm"
)
UNREAD_BESIDE = "Trang “{sheet}”: chú thích (comment), hình vẽ trong tệp bị hỏng nên không đọc được; các ô vẫn được đọc"
LINKED = "Tệp có liên kết tới tệp khác; chương trình không mở tệp đó, chỉ đọc giá trị đang lưu trong ô"


class Refused(Exception):
    """A file that is not read on; `reason` is a key of REASONS."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def refuse(reason: str) -> NoReturn:
    raise Refused(reason)


def unreadable(reason: str) -> UnreadableWorkbook:
    return UnreadableWorkbook(REASONS.get(reason, REASONS["corrupt"]), reason)
