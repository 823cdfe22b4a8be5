"""Mails as they really come, each with what it must be read as: nobody's real mail, everybody's mistakes."""

from tests.corpus.bounces import BOUNCES
from tests.corpus.broken import BROKEN
from tests.corpus.case import Case
from tests.corpus.machines import MACHINES
from tests.corpus.shapes import SHAPES

CORPUS: list[Case] = [*SHAPES, *BOUNCES, *MACHINES, *BROKEN]
