"""The words of mail servers, of many makes and in many tongues, as they stand in subjects and texts of bounces.

All but the server's own answer are compared without accents and in lower case (`fold`).
"""

import re

from tasks.domain.vietnamese import folded_pattern

MACHINE = re.compile(
    r"(mailer?[-_.]?daemon|mdaemon|mmdf|uucp|daemon|post[-_.]?master|mail[-_.]?(delivery|admin)|delivery|bounces?"
    r"|mailer|mailsystem|microsoftexchange[0-9a-f]*)([-_.+=0-9][^@]{0,60})?(@|$)"
)
NO_REPLY = re.compile(r"(.{0,30}[-_.+])?(no|do[-_.]?not)[-_.]?reply([-_.+=0-9][^@]{0,60})?@")
ANSWER_SUBJECT = folded_pattern(
    r"((re|fw|fwd|tl|ct|aw|wg|sv|vs|tr|rv|i|r|trả lời|chuyển tiếp) ?(\[\d+\]|\(\d+\))? ?[:\uff1a] ?)+"
)
MACHINE_NAME = folded_pattern(
    r"mail(er)?[- ]?daemon|mail delivery|delivery (sub)?system|post ?master|(system|mail) administrator"
    r"|mail (sub)?system|mail server|microsoft outlook|he thong (thu|mail|email)|may chu (thu|mail|email)"
    r"|quan tri (thu|mail|email)"
)
FAILED_SUBJECT = folded_pattern(
    r"undeliver(able|ed)|un[- ]deliverable|non[- ]?delivery|not delivered|nondeliverable|(un)?deliverable mail"
    r"|(mail|message|delivery|system)\b.{0,30}(fail(ed|ure|s)?|error|problem|rejected|returned|bounced)\b"
    r"|fail(ed|ure) (notice|notification|to deliver|mail|message)|returned (mail|e-?mail|message|to sender)"
    r"|return(ed)? to sender|delivery (status )?notification|delivery (report|status|has failed)"
    r"|could ?n.?t be (sent|delivered)|(could not|cannot|unable to) (be )?(send|sent|deliver)|can.?t be delivered"
    r"|user unknown|unknown user|bounce (notification|message)|(mail|message) rejected|rejected (mail|message)"
    r"|message you sent blocked|unzustellbar|nicht zugestellt|unzustellbarkeits|nicht zustellbar|zustellung"
    r"|retour(ne|mail)|non remis|non distribu|echec de (la )?(remise|distribution)|mancata consegna"
    r"|impossibile recapitare|no se puede entregar|no entregado|devolucion|devuelto|entrega fallida|nao entregue"
    r"|falha na entrega|onbestelbaar|niedoreczon|nie dostarczon|ej levererat|недостав|не доставлен"
    r"|не удалось доставить|khong (duoc |the )?(gui|chuyen|phat|giao)\b"
    r"|thu (bi )?(tra lai|hoan tra|tu choi)"
    r"|(gui|chuyen|phat) (thu|mail|email).{0,20}(that bai|khong thanh cong|loi)|tra lai thu|loi (gui|chuyen) thu"
    r"|送信|配信不能|配送|退信|退回|系统退信|メールエラー|エラー通知|반송|전송 실패"
)
# At the beginning, where only a machine puts it: a person's answer has its 'Re:' or 'TL:' before it.
SURE_SUBJECT = folded_pattern(
    r"(\W{0,3}(warning|auto|spam|external)\W{1,4}){0,2}(undeliver(able|ed)( mail returned|:| message|$)"
    r"|mail delivery fail|delivery status notification|failure notice|returned mail( -|:)"
    r"|mail delivery (system|failed)|message delivery fail|non[- ]?delivery( report| notif|:)"
    r"|delivery (failure|notification|has failed)|undelivered mail|mail (could not be|system error)|unzustellbar:"
    r"|non remis|khong gui duoc( thu)?:|thu bi tra lai($|:)|khong (gui|chuyen|phat) duoc thu|mail failure"
    r"|email (not delivered|delivery failure)|bounce notification)"
)
FAILED_WORDS = folded_pattern(
    r"(could|can|was|were|is|are|did|do|does|has|have)( ?n.?t| not|not) (been |be )?(successfully )?(deliver|sent"
    r"|send\b|reach|accept|found|forwarded|relay)|unable to (deliver|relay|send|find|reach|process|complete)"
    r"|undeliver(able|ed)|delivery (has |to .{0,80})?fail|fail(ed|ure) (to|of|for|permanent|recip)"
    r"|permanent (fatal )?error|permanently (fail|reject)|returned (to|as) |(following|these|this"
    r"|your) .{0,60}(fail|could not|were not|was not|has been rejected|was rejected|undeliver)|was rejected"
    r"|been (rejected|returned)|encountered an error|rejected (by|your|the|for)|refused (by|to accept|your)"
    r"|giving up|given up|gave up|transcript of (the )?session|fatal errors|<<< [45]\d\d|said: [45]\d\d"
    r"|returned error|refused to accept|(user|recipient|mailbox|address|account).{0,40}(unknown|not exist"
    r"|n.t exist|invalid|not found|disabled|is full)|unknown (user|recipient|address|mailbox)|no such (user"
    r"|recipient|mailbox|address|person|domain)|unrouteable|(over|exceed(ed|s)?).{0,20}quota|host (unknown"
    r"|not found)|remote host said|smtp error|message (is )?too (large|big)|i.?m (sorry|afraid)|i wasn.?t able"
    r"|bounced|sorry,? (to|but|we|no)|mail system at host|konnte( leider)? nicht|nicht zugestellt"
    r"|n.a (pas )?pu etre|non e stato|impossibile|no (se )?pudo|nao foi|kon niet|khong (duoc |the )?(gui|chuyen|phat"
    r"|giao|nhan)|khong (tim thay|ton tai|hop le)|bi (tra lai|tu choi)|that bai|hop thu.{0,30}(day"
    r"|khong ton tai|bi khoa)|не (удалось|может|был|доставлен|существует)|отклон"
    r"|できません|届きません|見つかりません|ませんでした|无法|退回"
    r"|失败|不存在|실패"
)
DELAYED_WORDS = folded_pattern(
    r"will (now )?(continue|keep) (to |on )?(be )?(try|retry|attempt|deliver|be retr)"
    r"|will (be )?(retry|retried|try again)|(has|have|could) not (yet )?been? (yet )?delivered (yet|after|for)"
    r"|not yet been (sent|delivered)|(attempts?|tries) to deliver .{0,60}will (continue|be)"
    r"|delivery (attempts|of .{0,60}) will (continue|be (re)?tr)|delay(ed)? (notification|message|mail|delivery)"
    r"|(is|been|was|being) delayed|queued for (re)?delivery|do(es)? not need to resend|need not resend"
    r"|this is (only )?a warning|warning message only|still (trying|being)|no action (is )?required|wird weiterhin"
    r"|sera (de nouveau|a nouveau|retent|reessay|differe)|(continuera|seguira) "
    r"|(se|dang) (duoc )?(tiep tuc )?(thu )?(gui|chuyen) lai|tam thoi chua (gui|chuyen)|bi (cham|tri hoan)|gui cham"
)
DELAYED_SUBJECT = folded_pattern(
    r"delay|warning: (could not|message|mail)|still (trying|being retried)|\(retry|verzoger|bi cham|tri hoan"
    r"|chua gui duoc"
)
SMTP_ANSWER = re.compile(
    r"(?<![\w.:/-])(?:[45]\d\d[-: ](?:\d+ )?\(?#?[45]\.\d{1,2}\.\d{1,3}|[45][0-7]\d[-: ] ?\S.{0,20}"
    r"|#?[45]\.\d{1,2}\.\d{1,3}\b)"
)
RETURNED_BELOW = folded_pattern(
    r"(old|original|returned|undelivered|bounced|rejected|failed|unsent|your) (message|mail|e-?mail"
    r"|header)s?( text)? ?(follows|below|headers|is|was|-|:)|copy of (the|your) (message|mail|original|headers)"
    r"|text of your (message|mail)|(message|mail) headers? follow|noi dung thu goc|thu goc"
)
# Of a list that shows our letter to its moderator first.
MODERATED_SUBJECT = folded_pattern(
    r"(your message to .{1,200}|.{0,200}\bpost(ing)?\b.{0,100}) (a?waits|is (awaiting|waiting for)|requires)"
    r" (moderator |list )?(approval|moderation)|(your )?(message|mail|post(ing)?) .{0,120}"
    r"(held for|awaiting|pending|waiting for) (moderator |moderation|approval)|thu .{0,60}cho (kiem )?duyet( dang)?$"
)
MODERATED_WORDS = folded_pattern(
    r"is being held until the (list )?moderator can review|(has been|was|is) (being )?held for (moderat|approval)"
    r"|waiting for (the )?moderator|awaits moderator approval|pending (the )?moderator"
)
AMAZON = re.compile(r'\\?"notificationtype\\?": ?\\?"(bounce|delivery|complaint)')
# Where the letter that comes back begins, in a notice of plain words.
LETTER_BEGINS = re.compile(r"^(Received|Return-Path|DKIM-Signature|Message-ID|MIME-Version|ARC-Seal): ", re.I | re.M)
