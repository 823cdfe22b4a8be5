"""The lines that a clerk has for the statistical tables of its form: made to agree with the figures of its unit."""

import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from infra.sandbox.unit_facts import Unit, rate, working_day, written

Line = Mapping[str, Any]
YES, NO = "Có", "Không"
BOARD, PROJECTS = "Ban Thanh tra nhân dân", "Ban Giám sát đầu tư của cộng đồng"
RULES = "Hương ước, quy ước"
RELIEF = 8
"""Clause of the law on help after a disaster."""
PUBLISHED: Sequence[tuple[str, int]] = (
    ("Dự toán và tình hình thực hiện ngân sách xã", 2),
    ("Danh mục công trình xây dựng cơ bản trong năm", 3),
    ("Các khoản Nhân dân đóng góp làm đường giao thông", 5),
    ("Danh sách hộ nghèo, hộ cận nghèo sau rà soát", 7),
    ("Danh sách hộ được hỗ trợ khắc phục thiên tai", RELIEF),
    ("Danh sách công dân đủ điều kiện nhập ngũ", 9),
    ("Mức thu phí, lệ phí do xã trực tiếp thu", 12),
)
ROADS = ("Bê tông hóa đường trục", "Kiên cố kênh mương nội đồng", "Điện chiếu sáng đường", "Sửa chữa nhà văn hóa")
ASKED = (
    ("Dự thảo quy chế thực hiện dân chủ", "Họp dân"),
    ("Phương án bồi thường, hỗ trợ khi làm đường", "Hội nghị đối thoại"),
    ("Đề án sắp xếp, đặt tên địa bàn dân cư", "Phiếu lấy ý kiến hộ gia đình"),
    ("Kế hoạch sử dụng đất năm sau", "Cổng thông tin điện tử"),
)
WATCHED = ("Thu, chi các quỹ do Nhân dân đóng góp", "Bình xét hộ nghèo", "Chi trả chính sách hỗ trợ")


def lines_of(unit: Unit, dice: random.Random, today: date) -> dict[str, list[Line]]:
    """Table -> its lines in order; of a table with fixed lines one for each."""
    petitions = [_petitions(dice, most) for most in (4, 2, 14)]
    if "thon" not in unit.facts:
        return {"BCQ": [_office(unit)], "BDN": [_enterprise(unit, dice)], "BVII": petitions}
    facts = unit.facts
    watched = _watched(unit, dice, today)
    return {
        "BI": _published(dice, today),
        "BITH": [{"co": YES, "phai": 14, "da": 14 - dice.randrange(3), "danh_gia": dice.choice(("Tốt", "Trung bình"))}],
        "BII": _decided(unit, dice, today),
        "BIII": _asked(dice, today),
        "BIV": watched,
        "BV": [_board(unit, dice, watched)],
        "BVI": [_projects(unit, dice, watched)],
        "BVII": petitions,
        "BVIII": [{"tong": facts["thon"], "mot_lan": facts["hop_mot"], "hai_lan": facts["hop_hai"], "khac": 0}],
    }  # fmt: skip


def summed(lines: Mapping[str, list[Line]]) -> dict[str, Any]:
    """What the sentences and rows say of the tables."""
    facts: dict[str, Any] = {
        "don": _sum(lines["BVII"], "nhan_luy_ke"),
        "don_gq": _sum(lines["BVII"], "gq_luy_ke"),
    }
    if "BII" in lines:
        decided = {line["noi_dung"] for line in lines["BII"]}
        votes = [line for line in lines["BII"] if "gia_tri" in line]
        facts |= {
            "dan_gop": _sum(votes, "dan_gop"),
            "ngay_cong": _sum(votes, "ngay_cong"),
            "tan_thanh": min((rate(one["tan_thanh"], one["tong_ho"]) for one in votes), key=_number),
            "y_kien": _sum(lines["BIII"], "y_kien"),
            "tiep_thu": _sum(lines["BIII"], "tiep_thu"),
            "quy_uoc": int(RULES in decided),
            "cuu_tro": int(any(line["khoan"] == RELIEF for line in lines["BI"])),
            "kien_nghi": lines["BV"][0]["kien_nghi"] + lines["BVI"][0]["kien_nghi"],
        }
    return facts


def _sum(lines: Sequence[Line], column: str) -> int:
    return sum(int(line[column]) for line in lines)


def _number(words: str) -> float:
    return float(words.replace(",", "."))


def _day(dice: random.Random, today: date, before: int = 0) -> date:
    """A working day of this year that lies at least `before` days back."""
    return working_day(dice, date(today.year, 2, 10), max(date(today.year, 2, 11), today - timedelta(before)))


def _published(dice: random.Random, today: date) -> list[Line]:
    lines: list[Line] = []
    for what, clause in sorted(dice.sample(PUBLISHED, dice.randrange(3, 5)), key=lambda one: one[1]):
        decided = _day(dice, today, 45)
        shown_on = decided + timedelta(dice.randrange(2))
        lines.append({
            "noi_dung": what, "khoan": clause, "niem_yet": dice.choice(("Một nơi", "Hai nơi trở lên")),
            "cong": dice.choice((YES, YES, NO)), "truyen_thanh": YES, "truong_thon": YES,
            "khac": dice.choice(("Nhóm Zalo của khu dân cư", "Họp khu dân cư")),
            "ngay_qd": written(decided), "ngay_ck": written(shown_on),
            "den_ngay": written(shown_on + timedelta(dice.randrange(31, 38))), "phat_thanh": dice.randrange(3, 6),
            "tep_kh": "Ke-hoach-cong-khai.pdf", "tep_tt": f"Noi-dung-khoan-{clause}.pdf",
        })  # fmt: skip
    return lines


def _decided(unit: Unit, dice: random.Random, today: date) -> list[Line]:
    """What households voted on: first what they paid for, then now and then something without money."""
    works = [_work(unit, dice, today, name) for name in dice.sample(ROADS, dice.randrange(1, 4))]
    rules = {
        **_vote(unit, dice, today), "noi_dung": RULES, "phuong_an": 1,
        "tom_tat": f"Sửa quy ước {unit.facts['noi']} {unit.facts['noi_3']} về việc cưới, việc tang",
    }  # fmt: skip
    return [*works, rules] if dice.random() < 0.6 else works


def _work(unit: Unit, dice: random.Random, today: date, name: str) -> Line:
    state, people, others = dice.randrange(40, 300), dice.randrange(20, 120), dice.randrange(0, 40)
    place = unit.facts[dice.choice(("noi_1", "noi_2", "noi_3"))]
    return {
        **_vote(unit, dice, today),
        "noi_dung": "Đóng góp xây dựng hạ tầng, công trình",
        "tom_tat": f"{name} {unit.facts['noi']} {place}",
        "phuong_an": dice.randrange(1, 3),
        "gia_tri": state + people + others,
        "nsnn": state,
        "dan_gop": people,
        "nguon_khac": others,
        "ngay_cong": dice.randrange(30, 400),
    }


def _vote(unit: Unit, dice: random.Random, today: date) -> dict[str, Any]:
    """Of one village; the law wants two thirds, and nearly everybody who comes agrees."""
    households = unit.facts["ho"] // unit.facts["thon"] + dice.randrange(-15, 16)
    return {
        "chu_tri": f"Ban Công tác Mặt trận {unit.facts['noi']}",
        "hinh_thuc": dice.choice(("Hội nghị", "Hội nghị", "Phiếu")),
        "ngay_hop": written(_day(dice, today)),
        "tan_thanh": households * dice.randrange(72, 99) // 100,
        "tong_ho": households,
    }


def _asked(dice: random.Random, today: date) -> list[Line]:
    lines: list[Line] = []
    for what, how in dice.sample(ASKED, dice.randrange(1, 4)):
        began, opinions = _day(dice, today, 45), dice.randrange(6, 60)
        heard = opinions * dice.randrange(50, 90) // 100
        lines.append({
            "noi_dung": what, "hinh_thuc": how, "tu_ngay": written(began),
            "den_ngay": written(began + timedelta(dice.randrange(21, 32))), "y_kien": opinions, "tiep_thu": heard,
            "giai_trinh": opinions - heard, "tep_kh": "Ke-hoach-lay-y-kien.pdf", "tep_bc": "Bao-cao-giai-trinh.pdf",
            "tep_dt": "Du-thao.pdf",
        })  # fmt: skip
    return lines


def _watched(unit: Unit, dice: random.Random, today: date) -> list[Line]:
    """One line for each time that either board went to look, as its own line in tables V and VI counts them."""
    facts = unit.facts
    subjects = [(dice.choice(WATCHED), BOARD) for _ in range(facts["ttnd_cuoc"])]
    subjects += [
        (f"Công trình {dice.choice(ROADS).lower()} {facts['noi']} {facts['noi_1']}", PROJECTS)
        for _ in range(facts["gsdt_cuoc"])
    ]
    return [
        {
            "noi_dung": what, "co_quan": who, "ngay": written(_day(dice, today)), "kn_cap_uy": int(dice.random() < 0.2),
            "kn_chinh_quyen": dice.randrange(1, 3), "kn_khac": int(dice.random() < 0.2),
        }
        for what, who in subjects
    ]  # fmt: skip


def _proposals(watched: Sequence[Line], who: str) -> int:
    mine = [line for line in watched if line["co_quan"] == who]
    return sum(_sum(mine, column) for column in ("kn_cap_uy", "kn_chinh_quyen", "kn_khac"))


def _board(unit: Unit, dice: random.Random, watched: Sequence[Line]) -> Line:
    found = dice.randrange(2)
    return {
        "thanh_vien": unit.facts["ttnd"], "cuoc": unit.facts["ttnd_cuoc"], "sai_pham": found,
        "kien_nghi": _proposals(watched, BOARD), "thu_tien": found * dice.randrange(2, 9) * 500_000, "xl_tien": 0,
        "thu_dat": 0, "xl_dat": 0, "bat_cap": 0,
    }  # fmt: skip


def _projects(unit: Unit, dice: random.Random, watched: Sequence[Line]) -> Line:
    works, found = unit.facts["du_an"], dice.randrange(2)
    seen = works - dice.randrange(3)
    return {
        "so_ban": min(seen, 3), "du_an": works, "du_an_gs": seen, "it_nhat": 5, "nhieu_nhat": dice.choice((5, 7)),
        "cuoc": unit.facts["gsdt_cuoc"], "sai_pham": found, "kien_nghi": _proposals(watched, PROJECTS), "thu_tien": 0,
        "giam_tru": found * dice.randrange(3, 12) * 1_000_000, "xl_khac": 0,
    }  # fmt: skip


def _petitions(dice: random.Random, most: int) -> Line:
    """Of the year so far; what is open of it is open at the end."""
    taken = dice.randrange(most + 1)
    this_time, open_ = dice.randrange(taken + 1), dice.randrange(min(taken, 2) + 1)
    done = taken - open_
    return {
        "nhan_ky": this_time, "nhan_luy_ke": taken, "gq_ky": min(this_time, done), "gq_luy_ke": done, "chua": open_,
    }  # fmt: skip


def _office(unit: Unit) -> Line:
    facts = unit.facts
    return {
        "tong_so": facts["nguoi"], "ngay_hn": facts["ngay_hn"], "du_hn": facts["du_hn"],
        "y_kien": facts["hn_y_kien"], "da_gq": facts["hn_da_gq"], "ttnd": facts["ttnd"], "cuoc": facts["ttnd_cuoc"],
        "tiep_dan": facts["tiep_dan"],
    }  # fmt: skip


def _enterprise(unit: Unit, dice: random.Random) -> Line:
    facts = unit.facts
    return {
        "lao_dong": facts["nguoi"], "cong_doan": dice.choice((YES, YES, NO)), "quy_che": YES,
        "thoa_uoc": dice.choice((YES, NO)), "doi_thoai": facts["doi_thoai"], "ngay_hn": facts["ngay_hn"],
    }  # fmt: skip
