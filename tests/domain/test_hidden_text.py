"""A marked line of an HTML mail acts only where nothing on the page may keep text from whoever looks at it."""

from email.message import EmailMessage
from email.policy import SMTP

import pytest

from tasks.domain.hidden_text import hides_text
from tasks.domain.message import read_message

LINE = "<p class='x'>HẸN: ngày 20/05/2025</p>"
# As Word and Outlook, Gmail, Apple Mail, Thunderbird and our own letter write it.
ORDINARY = (
    f"<p>Kính gửi anh,</p>{LINE}",
    "<html xmlns:v='urn:x'><head><!--[if !mso]><style>v\\:* {behavior:url(#default#VML);}</style><![endif]-->"
    '<style><!-- /* Font Definitions */ @font-face {font-family:"Cambria Math"; panose-1:2 4 5 3 5 4 6 3 2 4;}'
    'p.MsoNormal, li.MsoNormal {margin:0in; margin-bottom:.0001pt; font-size:11.0pt; font-family:"Calibri",sans-serif;}'
    "a:link {mso-style-priority:99; color:#0563C1; text-decoration:underline;}"
    "p.MsoListParagraph {margin-left:36.0pt; text-indent:-18.0pt;} span.E17 {color:windowtext;}"
    ".MsoChpDefault {mso-style-type:export-only;} @page WordSection1 {size:8.5in 11.0in;}--></style></head>"
    f'<body lang=EN-US link="#0563C1" vlink="#954F72"><p class=MsoNormal>Kính gửi,<o:p></o:p></p>{LINE}</body>',
    f'<div dir="ltr"><font color="#0000ff">Em chào chị.</font><br></div><p style="color:rgb(34,34,34)">{LINE}</p>',
    f'<body style="overflow-wrap: break-word; -webkit-nbsp-mode: space; line-break: after-white-space;">{LINE}</body>',
    f'<body text="#000000" bgcolor="#FFFFFF"><p style="background-color: rgb(255, 255, 255)">{LINE}</p></body>',
    f'<body style="background:white;font:normal 13px/1.5 Arial">{LINE}<img src="cid:logo" width=0 height=0></body>',
    f'{LINE}<blockquote style="position:absolute"><p style="color:white">thư trước</p></blockquote>',
)
HIDING = (
    f"<style>.x{{display:none}}</style>{LINE}",
    f"<style><!-- .x{{display:none}} --></style>{LINE}",
    f"<style>/* */ .x{{dis/**/play : NONE !important}}</style>{LINE}",
    f"<style>.x{{d\\69 splay:none}}</style>{LINE}",
    f"<style>.x{{visibility:collapse}}</style>{LINE}",
    f"<style>.x{{font-size:0}}</style>{LINE}",
    f"<style>.x{{font:0/0 a}}</style>{LINE}",
    f"<style>.x{{font-size:0.1em}}</style>{LINE}",
    f"<style>.x{{font-size:1px}}</style>{LINE}",
    f"<style>.x{{line-height:0}}</style>{LINE}",
    f"<style>.x{{color:white}}</style>{LINE}",
    f"<style>.x{{color:#fefefe}}</style>{LINE}",
    f"<style>.x{{color:rgba(0,0,0,0)}}</style>{LINE}",
    f"<style>.x{{color:hsl(0 0% 100%)}}</style>{LINE}",
    f"<style>body{{background:#000}}</style>{LINE}",
    f"<style>.x{{text-indent:-9999px}}</style>{LINE}",
    f"<style>.x{{position:absolute;left:-5000px}}</style>{LINE}",
    f"<style>.x{{opacity:0}}</style>{LINE}",
    f"<style>.x{{height:0;overflow:hidden}}</style>{LINE}",
    f"<style>@import url(https://ngoai.example/x.css);</style>{LINE}",
    f'<link rel="stylesheet" href="https://ngoai.example/x.css">{LINE}',
    f"<style>.x{{display:none}}{LINE}",
    f'<font color="white">{LINE}</font>',
    f'<div style="color:#FFF">{LINE}</div>',
    f'<div style="color&#58;white">{LINE}</div>',
    f'<body bgcolor="black">{LINE}</body>',
    f'<body text="white">{LINE}</body>',
    '<p title=">" style="display:none">HẸN: ngày 20/05/2025</p>',
    f"<details><summary>x</summary>{LINE}</details>",
    f"<template>{LINE}</template>",
)


@pytest.mark.parametrize("page", ORDINARY)
def test_what_mail_programs_write_hides_nothing(page: str) -> None:
    assert not hides_text(page)


@pytest.mark.parametrize("page", HIDING)
def test_a_page_that_may_hide_text_is_told(page: str) -> None:
    assert hides_text(page)


@pytest.mark.parametrize(("page", "hides"), [(ORDINARY[0], False), (HIDING[0], True)])
def test_only_a_body_without_a_plain_twin_is_asked(page: str, hides: bool) -> None:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = "man@vinho.example"
    mail.set_content(page, subtype="html")
    assert read_message(mail.as_bytes()).hides_text is hides
    twins = EmailMessage(policy=SMTP)
    twins.set_content("HẸN: ngày 20/05/2025")
    twins.add_alternative(page, subtype="html")
    assert not read_message(twins.as_bytes()).hides_text


def test_a_page_made_to_keep_the_reader_busy_is_read_in_no_time() -> None:
    for piece in ("<style", "<p style=", "left:", "font:", "/*", "<p a='", "&#", "\\6", "color:rgb(", 'class="'):
        hides_text(f"<style>{piece * 20_000}")
        hides_text(f"<p {piece * 20_000}>" + piece * 100_000)
