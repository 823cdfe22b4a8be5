"""Whether a printed copy with signature and seal must follow an answer, as the form and our letters say it."""

from enum import StrEnum

from tasks.domain.channel import Channel


class SignedCopy(StrEnum):
    ALWAYS = "always"
    ENTERED = "entered"
    """Only of what the office typed in for the unit."""
    NEVER = "never"


NOT_NEEDED = "Không phải gửi thêm bản giấy."
PLEASE = "Đề nghị đơn vị gửi bản có chữ ký, đóng dấu của thủ trưởng đơn vị để lưu hồ sơ."


def in_form(policy: SignedCopy) -> str:
    if policy is SignedCopy.ALWAYS:
        return "Sau đó in phiếu, ký, đóng dấu và gửi bản giấy để lưu hồ sơ."
    return NOT_NEEDED


def of_entry(policy: SignedCopy, channel: Channel) -> str:
    """Of a form that somebody of the office typed in."""
    if policy is SignedCopy.NEVER:
        return NOT_NEEDED
    if channel is Channel.PAPER:
        return f"{NOT_NEEDED} Nếu bản giấy đã gửi chưa có chữ ký, đóng dấu thì đề nghị đơn vị gửi bản đã ký."
    return PLEASE
