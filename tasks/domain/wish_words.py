"""The words that ask for more time, and those that only seem to: tables in plain letters, judged by `reply_words`."""

import re
from collections.abc import Sequence

PERIOD = r"(?:ngay|hom|bua|tuan|n)\b"
_NUMBER = r"(?:\d{1,3}|mot|hai|ba|bon|nam|sau|bay|tam|chin|muoi)"
_MUCH = rf"(?:them|lai|den|toi|sang|{_NUMBER}\s*(?:\([^)]{{1,12}}\)\s*)?{PERIOD})"
_AMOUNT = r"(?:thoi\s+gian|thoi\s+han|(?:\S+\s+){1,3}(?:ngay|hom|bua|tuan|thang)\b)"
_LATE = r"(?:nop|gui|bao\s+cao)\s+(?:bao\s+cao\s+|phieu\s+)?(?:cham|tre|muon)"
_OBJECT = r"(?:(?:viec|ngay|han|thoi\s+gian|thoi\s+han)\s+)?(?:(?:nop|gui|tra\s+loi|bao\s+cao|phieu|so\s+lieu)\s+){0,3}"
# The unit speaks of itself.
US = r"(?:em|xa|don\s+vi|truong|thi\s+tran|ubnd|chung\s+toi|chung\s+em|toi|minh|co\s+quan|phong|ben\s+em)"
_BEGINS = r"(?:^|[.,;:!?]\s*)"
_BEGS = r"\b(?:xin|de\s+nghi|mong|kinh\s+mong|cho\s+phep)\s+"
# Leave and loans are asked for in the same words: 'xin nghỉ thêm 3 ngày', 'xin mượn thêm 3 ngày'.
_GAP = r"(?:(?!(?:nghi|muon|hoc|di|o|tien|thue|no|luong|xem|biet|tang|thu)\b|bao\s+(?!cao))\S+\s+)"

ASKS = re.compile(
    "|".join(
        (
            # 'xin gia hạn', 'GIA HAN 5 ngay'
            r"\bgia\s*han\b",
            # 'lùi thời hạn', 'kéo dài thời gian nộp'
            r"\b(?:lui|doi|keo\s+dai|hoan)\s+(?:lai\s+)?(?:thoi\s+)?(?:han|gian\s+nop)\b",
            # 'cho xã xin thêm 2 ngày'
            rf"\b(?:xin|cho|de\s+nghi)\s+{_GAP}{{0,3}}?them\s+{_AMOUNT}",
            # 'nộp phiếu muộn'
            rf"\b{_LATE}\b",
            # 'xin khất đến 20/10', 'cho xã lùi ngày nộp thêm 3 ngày', 'lui den 20/10'; not 'lùi lịch kiểm tra'
            rf"(?:{_BEGS}(?:\S+\s+){{0,4}}?|\bcho\s+(?:\S+\s+){{0,4}}?|{_BEGINS})"
            rf"(?:lui|hoan|khat|doi|keo\s+dai)\s+{_OBJECT}(?={_MUCH})",
            # 'xin phép chậm 3 ngày'
            rf"(?:{_BEGS}|{_BEGINS}cho\s+(?={US}\b|phep\b)){_GAP}{{0,4}}?(?:cham|tre|muon)\s+(?={_MUCH})",
            # 'cần thêm 3 ngày', by the unit and not by 'nhà thầu'
            rf"(?:{_BEGINS}|\b(?:nen|vay|hien|van)\s+|\b{US}\s+(?:\S+\s+){{0,3}}?)can\s+(?:xin\s+)?them\s+"
            rf"(?:\S+\s+){{0,2}}?{PERIOD}",
        )
    )
)
_NO = r"\b(?:khong|chua|ko|kg|k|hong|chang|dung|khoi)\s+"
_NO_MORE = (
    r"(?:co\s+nhu\s+cau\s+|co\s+y\s+dinh\s+|can\s+|xin\s+|de\s+nghi\s+|phai\s+|muon\s+|dam\s+|nop\s+|nhat\s+thiet\s+"
    r"|thuoc\s+dien\s+|dong\s+y\s+|thay\s+|cho\s+|duoc\s+)*"
)
DENIES = re.compile(
    "|".join(
        (
            rf"{_NO}{_NO_MORE}(?:gia\s*han|{_LATE}|them|khat|lui|hoan|doi|keo\s+dai|cham|tre|muon)\b",
            r"\bgia\s*han\s*[:\-]\s*(?:khong|chua)\b",
            r"\bgia\s*han\b[^.;!?]{0,40}\bkhong\s+can\b",
            r"\b(?:rut|huy|thu\s+hoi)\s+(?:\S+\s+){0,5}?gia\s*han\b",
            # an earlier decision, or somebody's thanks for it
            r"\b(?:da|vua)\s+(?:duoc\s+|xin\s+|cho\s+|de\s+nghi\s+)*(?:gia\s*han|khat|lui|hoan)\b",
            rf"\b(?:da|vua|lo|bi)\s+(?:\S+\s+){{0,2}}?{_LATE}\b",
            rf"\bxin\s+loi\s+(?:\S+\s+){{0,4}}?{_LATE}\b",
            r"\bcam\s+on\s+(?:(?!xin\b|de\b)[^\s,.;!?]+\s+){0,6}?gia\s*han\b",
            r"\b(?:cong\s+van|thong\s+bao|quyet\s+dinh|van\s+ban"
            r"|chi\s+dao)\s+(?:ve\s+)?(?:viec\s+)?(?:cho\s+)?gia\s*han\b",
            # the letter was late, not the answer
            rf"\b(?:thu|cong\s+van|van\s+ban|huyen|tinh|buu\s+dien)\s+(?:\S+\s+)?{_LATE}\b",
            r"\bphong\s+gui\s+(?:phieu\s+)?(?:cham|tre|muon)\b",
            # more time for something else
            r"\bgia\s*han\s+(?:hop\s+dong|chu\s+ky\s+so|the\b|giay\s+phep|ten\s+mien|bao\s+hiem|dich\s+vu)",
        )
    )
)
# 'được gia hạn' tells of a decision unless somebody begs or asks for it.
TOLD = re.compile(r"(?<!\bco )\bduoc\s+(?:cho\s+)?$")
BEGGED = re.compile(r"\b(?:xin|de\s+nghi|mong|muon|kinh|can|cho\s+phep|cho)\b")

_MAYBE = r"\b(?:khong|ko|k|chua)\b"
# A question, somebody else's wish, a condition, a memory: a person reads it, and nothing is granted by itself.
UNCLEAR: Sequence[re.Pattern[str]] = (
    re.compile(r"\b(?:cho|xin|muon)\s+(?:em\s+)?hoi\b"),
    re.compile(rf"\bco\s+(?:duoc\s+)?gia\s*han\b.*{_MAYBE}"),
    re.compile(rf"\bco\s+(?:duoc|can|phai|nen|bi|sao|kip)\b.*{_MAYBE}|\b(?:phai|dung)\s+khong\b"),
    re.compile(r"\b(?:the\s+nao|lam\s+sao|cach\s+nao|bao\s+gio|khi\s+nao|bao\s+nhieu|bao\s+lau|gui\s+ai|la\s+sao)\b"),
    re.compile(rf"^(?!.*\b(?:xin|cho|de\s+nghi|mong|kinh)\b).*(?:\?|{_MAYBE}\s*(?:\S+\s*)?)$"),
    re.compile(r"\b(?:don\s+vi|xa|phong|truong)\s+(?:ban|khac)\b|\bxa\s+ben\b"),
    re.compile(
        r"\bcac\s+(?:xa|don\s+vi|phong|truong|co\s+quan|thon|khu\s+pho|to)\b|\bthon\s+\S+\s+(?:xin|de\s+nghi)\b"
    ),
    re.compile(r"\bnghe\s+(?:noi|tin|bao)\b"),
    re.compile(r"\b(?:neu(?!\s+(?:tren|ro))|truong\s+hop|khi\s+can|co\s+the|chac|co\s+le|hay\s+la|hoac|phong\s+khi)\b"),
    re.compile(r"\b(?:se|dinh|tinh)\s+(?:\S+\s+)?(?:xin|de\s+nghi)\b"),
    re.compile(r"\b(?:nop|gui|bao\s+cao)\s+dung\s+han\b"),
    re.compile(
        r"^(?!.*\b(?:xin|de\s+nghi|mong|kinh)\b).*\b(?:phong|huyen|tinh|so|chi"
        r"|anh)\s+(?:\S+\s+)?cho\s+(?:\S+\s+)?them\b"
    ),
    re.compile(r"^\W*(?:lui|hoan|doi|keo\s+dai)\b.*\b(?:a|ha|ah)\b\W*(?:\S+\W*)?$"),
    re.compile(r"\bnho\s+(?:em|toi|xa|minh)\b|\bkhac\s+(?:xa|truong|don\s+vi)\b"),
    re.compile(r"\bdang\s+(?:xem\s+xet|dinh|tinh)\b"),
    # about a request, not one: 'việc xã xin gia hạn 5 ngày đã được duyệt chưa'
    re.compile(r"\b(?:duyet|tung|truoc\s+day)\b|\by\s+kien\s+ve\b|\bviec\s+(?:\S+\s+)?xin\b"),
)
# Somebody begs in the clause, or nobody is named in it but the unit and whom it speaks to: else it tells of something.
BEGS = re.compile(r"\b(?:xin|de\s+nghi|mong|kinh|nho|can|muon)\b|(?:^|[,.]\s*)\W*cho\b")
SPEAKS = re.compile(rf"^\W*(?:(?:da|vang|chao|thua|chi|anh|em|oi|a|v/v|ve\s+viec|quy\s+phong|{US})\b\W*)*$")
# 'Mong thông cảm, xã nộp muộn 2 ngày': an excuse for what has been.
EXCUSE = re.compile(r"\bthong\s+cam\b")
# In the clause of the request itself; 'hôm qua mất điện, xin gia hạn 2 ngày' asks.
LONG_AGO = re.compile(
    r"\b(?:hom|ngay)\s+\d{1,2}/\d{1,2}\S*\s+(?:\S+\s+){0,5}(?:xin|de\s+nghi)\b"
    r"|\b(?:hom\s+(?:truoc|qua|kia|no)|(?:tuan|thang|lan|dot|ky|nam)\s+(?:truoc|roi)|nam\s+ngoai|luc\s+truoc)\b"
)
OF_OTHERS = re.compile(
    r"\b(?:doan|dan|dien\s+luc|buu\s+dien|nha\s+mang|nha\s+thau|ngan\s+hang|kho\s+bac|doan\s+kiem\s+tra"
    r"|ben\s+thi\s+cong|tho)"
    r"\s+(?:\S+\s+){0,3}$"
)
# Whoever may give more time does so, where nobody begs for it: 'Sở gia hạn đến 20/10 cho toàn tỉnh'.
GIVEN = re.compile(
    r"^(?!.*\b(?:xin|cho|de\s+nghi|mong|kinh)\b).*\b(?:tinh|huyen|so|noi\s+vu|cap\s+tren)\s+(?:\S+\s+)?$"
)
CLAUSE = re.compile(r"[,;:]|\bnen\b|\bnay\b")

# No number of days: '5-7 ngay', '1,5 ngay', '-5 ngay', '3 den 5 ngay', '1 tuan ruoi', 'khoang 5 ngay'.
UNCLEAR_AMOUNT: Sequence[re.Pattern[str]] = (
    re.compile(rf"\d\s*[-–,.]\s*\d+\s*{PERIOD}|(?<!\w)[-–]\s*\d+\s*{PERIOD}"),
    re.compile(rf"\d\s+(?:den|toi|hoac|hay)\s+\d+\s*{PERIOD}"),
    re.compile(rf"\d\s*[~/]\s*\d+\s*{PERIOD}"),
    re.compile(r"\b(?:ngay|tuan)\s+ruoi\b|\b(?:ngay|hom|bua|tuan)\s+(?:nua\s+)?moi\b"),
    # 'sau bao 3 ngay', and time for another thing
    re.compile(r"\b(?:(?<!thu )sau(?!\s*(?:\(|ngay|hom|bua|tuan))|he|ho\s+so|thue|tien|giai\s+quyet)\b"),
    re.compile(rf"\b(?:khoang|gan|hon|it\s+nhat|toi\s+thieu|chung)\s+(?:ngay\s+)?{_NUMBER}\b|\btam\s+\d"),
)
# No last day either: '20-22/10', '20 hoac 21/10'; nor where it is the day of something: 'den 20/10 moi co dien'.
UNCLEAR_DAY: Sequence[re.Pattern[str]] = (
    re.compile(r"\broi\b|\b(?:ho\s+so|thue|tien|giai\s+quyet)\b"),
    re.compile(r"(?<!thu )\d\s*(?:[-–,]|\b(?:hoac|hay|va)\b)\s*\d{1,2}\s*/\s*\d"),
    re.compile(r"\d\s+moi\b|\bkhoang\s+(?:ngay\s+)?\d"),
)

# What may stand behind a number of days; 'thêm 3 ngày tập huấn', '2 ngày rồi', '5 ngày thì tốt' ask for nothing.
BEHIND_DAYS = re.compile(
    rf"(?<![a-z]){PERIOD}\s*(?:$|[.,;:!?()]|(?:nua|lam\s+viec|a|nhe|nha|nghe|voi|de|so\s+voi|ke\s+tu|tinh\s+tu|tu"
    rf"|den|duoc|giup"
    r"|nop|gui|tra\s+loi|bao\s+cao|cho|chi|anh|em|thay|co|lan|o|-)(?:\b|\s))"
)
MOST_DAYS = 60

# Where the reason begins, with its word or without.
WHY = re.compile(
    r"\b(?:ly\s*do|li\s*do|(?<!don )vi|(?<!che )(?<!tien )(?<!muc )(?<!trong )do|tai(?!\s+lieu))\b"
    r"\s*(?:la\b)?\s*[:\-]?\s*"
)
HARDSHIP = re.compile(r"\b(?:mat\s+dien|mua|lu|lut|ngap|bao\s+so\s+\d+|om|(?<!de )nghi|dang|hong)\b")
# A clause after the first still says how long, or it tells of something else.
GOES_ON = re.compile(
    r"^\s*(?:\(|(?:xin|cho|de\s+nghi|them|trong|tuc|cu\s+the|thoi\s+gian|thoi\s+han|la|tu|den|toi|sang|nop)\b"
    rf"|{_NUMBER}\s*(?:\([^)]{{1,12}}\)\s*)?{PERIOD})"
)
