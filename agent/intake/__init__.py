"""Intake: what a citizen sent becomes clean text, a statement, and text without personal data."""

from agent.intake.clean import CleanText as CleanText
from agent.intake.clean import check_text as check_text
from agent.intake.clean import clean as clean
from agent.intake.clean import simplify as simplify
from agent.intake.orders import blank_orders as blank_orders
from agent.intake.orders import find_orders as find_orders
from agent.intake.privacy import Masked as Masked
from agent.intake.privacy import PersonalData as PersonalData
from agent.intake.privacy import blank_out as blank_out
from agent.intake.privacy import mask as mask
from agent.intake.transcript import Statement as Statement
from agent.intake.transcript import Turn as Turn
from agent.intake.transcript import read_transcript as read_transcript

__all__ = [
    "CleanText",
    "Masked",
    "PersonalData",
    "Statement",
    "Turn",
    "blank_orders",
    "blank_out",
    "check_text",
    "clean",
    "find_orders",
    "mask",
    "read_transcript",
    "simplify",
]
