"""By which way an answer came."""

from collections.abc import Mapping
from enum import StrEnum


class Channel(StrEnum):
    MAIL = "mail"
    PAPER = "giay"
    ZALO = "zalo"
    TELEPHONE = "dien-thoai"
    CORRECTION = "sua"
    """One answer, put right by the office on the unit's word."""


ENTERED: Mapping[Channel, str] = {
    Channel.PAPER: "bản giấy",
    Channel.ZALO: "tin Zalo",
    Channel.TELEPHONE: "điện thoại",
}
"""Whole forms that somebody of the office types in for the unit."""

SENT_BY: Mapping[Channel, str] = {
    Channel.MAIL: "thư gửi",
    Channel.CORRECTION: "lần cơ quan sửa",
    **{channel: f"{words} nhận" for channel, words in ENTERED.items()},
}
"""Before a moment: 'thư gửi lúc …'."""
