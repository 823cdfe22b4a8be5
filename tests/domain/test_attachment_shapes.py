"""A filled form is found under its name, however a mail program wrote the name and wherever it put the file.

Composed by the standard library and not by the pieces of tests/corpus, which has a case for each shape that mail.md
names; here names, spellings and nestings are chosen by chance.
"""

import re
import unicodedata
import zipfile
from collections.abc import Callable
from email.encoders import encode_base64
from email.header import Header
from email.message import Message as Mail
from email.mime.application import MIMEApplication
from email.mime.base import MIMEBase
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import encode_rfc2231
from io import BytesIO

from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.domain.message import Message, read_message
from tasks.domain.triage import Facts, Verdict, triage
from tests.corpus import CORPUS
from tests.corpus.shaping import FORM

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyÁẮẤĐÉẾÍÓỐỚÚỨÝảẳẩẻểỉỏổởủửỷãẵẫẽễĩõỗỡũữỹạặậẹệịọộợụựỵ0123456789"
WORDS = st.text(LETTERS, min_size=1, max_size=12)
NAMES = st.lists(WORDS, min_size=1, max_size=8).map(lambda words: " ".join(words) + ".xlsx")


# --- how the name is written ---------------------------------------------------------------------------------------


def _whole(part: Mail, name: str) -> None:
    part["Content-Disposition"] = f"attachment; filename*={encode_rfc2231(name, 'utf-8')}"


def _in_pieces(part: Mail, name: str) -> None:
    """Between any two octets, also those of one letter."""
    octets = re.findall(r"%..|.", encode_rfc2231(name, "utf-8"))
    pieces = ["".join(octets[start : start + 11]) for start in range(0, len(octets), 11)]
    part["Content-Disposition"] = "attachment" + "".join(
        f";\r\n filename*{number}*={piece}" for number, piece in enumerate(pieces)
    )


def _encoded_words(part: Mail, name: str) -> None:
    part["Content-Disposition"] = f'attachment; filename="{Header(name, "utf-8", maxlinelen=60).encode()}"'


def _in_the_type_alone(part: Mail, name: str) -> None:
    part.set_param("name", name, charset="utf-8")


def _as_it_is(part: Mail, name: str) -> None:
    part.set_param("name", Header(name, "utf-8").encode())
    part["Content-Disposition"] = "inline"


def _taken_apart(part: Mail, name: str) -> None:
    _whole(part, unicodedata.normalize("NFD", name))


SPELLINGS = (_whole, _in_pieces, _encoded_words, _in_the_type_alone, _as_it_is, _taken_apart)

# --- where the file is put -----------------------------------------------------------------------------------------


def _beside_the_text(part: Mail) -> Mail:
    mail = MIMEMultipart("mixed")
    mail.attach(MIMEText("Gửi phiếu trả lời.", "plain", "utf-8"))
    mail.attach(part)
    return mail


def _under_the_html(part: Mail) -> Mail:
    inner = MIMEMultipart("related")
    inner.attach(MIMEText("<p>Gửi phiếu.</p>", "html", "utf-8"))
    inner.attach(part)
    mail = MIMEMultipart("alternative")
    mail.attach(MIMEText("Gửi phiếu.", "plain", "utf-8"))
    mail.attach(inner)
    return mail


def _alone(part: Mail) -> Mail:
    return part


def _forwarded(part: Mail) -> Mail:
    inner = _beside_the_text(part)
    inner["From"], inner["Subject"] = "nhan-vien@donvi.example", "phieu"
    mail = MIMEMultipart("mixed")
    mail.attach(MIMEText("Chuyển tiếp.", "plain", "utf-8"))
    mail.attach(MIMEMessage(inner))
    return mail


def _signed(part: Mail) -> Mail:
    mail = MIMEMultipart("signed", protocol="application/pkcs7-signature", micalg="sha-256")
    mail.attach(_beside_the_text(part))
    mail.attach(MIMEApplication(b"0\x80", "pkcs7-signature", name="smime.p7s"))
    return mail


PLACES = (_beside_the_text, _under_the_html, _alone, _forwarded, _signed)
KINDS = (
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/octet-stream",
    "application/x-zip-compressed",
    "application/vnd.ms-excel",
    "image/png",
)


@settings(max_examples=200)
@given(NAMES, st.sampled_from(SPELLINGS), st.sampled_from(PLACES), st.sampled_from(KINDS))
def test_the_form_is_found_under_its_name(
    name: str, spell: Callable[[Mail, str], None], put: Callable[[Mail], Mail], kind: str
) -> None:
    part = MIMEBase(*kind.split("/"))
    part.set_payload(FORM)
    spell(part, name)
    encode_base64(part)
    message = _read(put(part))
    assert [(one.name, one.data) for one in message.attachments if one.data == FORM] == [(name, FORM)]
    assert triage(Facts(message, from_ourselves=False)).verdict is Verdict.REPLY


@settings(max_examples=200)
@given(NAMES, st.sampled_from(PLACES))
def test_the_form_is_found_in_an_archive(name: str, put: Callable[[Mail], Mail]) -> None:
    store = BytesIO()
    with zipfile.ZipFile(store, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"thư mục/{name}", FORM)
    part = MIMEApplication(store.getvalue(), "zip")
    part["Content-Disposition"] = 'attachment; filename="phieu.zip"'
    message = _read(put(part))
    assert (name, FORM) in [(one.name, one.data) for one in message.attachments]


def test_the_corpus_has_more_accepted_shapes_than_the_trial_that_went_before() -> None:
    assert sum(case.forms > 0 for case in CORPUS) >= 60


def _read(mail: Mail) -> Message:
    mail["From"], mail["To"], mail["Subject"] = "hoa@vinhthuy.example", "dccs@vinhlinh.example", "Re: phieu"
    return read_message(mail.as_bytes())
