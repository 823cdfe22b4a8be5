"""The addresses that a letter carries: where its answer goes, and where its bounce goes."""

from tasks.domain.mailing import bounce_tag, return_path
from tasks.toolbox import House


def reply_address(house: House, code: str) -> str:
    """The office's address with the case code as its tag, where the mail server knows plus addresses."""
    if not house.plus_addressing:
        return house.reply_address
    name, _, domain = house.reply_address.rpartition("@")
    return f"{name}+{code.lower()}@{domain}"


def sender_and_tag(house: House, message_id: str) -> tuple[str, str]:
    """The envelope's sender, to whom a bounce goes, and the envelope's id (RFC 3461 section 4.4).

    With bounce tags that is the mailbox that we read, told apart letter by letter.
    """
    if not house.bounce_tags:
        return house.sender_address, bounce_tag(message_id)
    return return_path(house.reply_address, message_id), bounce_tag(message_id)
