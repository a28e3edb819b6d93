"""A language model as a helper that is never trusted: it words, chooses and extracts, and code checks each answer.

Each door takes masked text and gives None, or a reason, where the model was of no use; none of them raises because
of a model.
"""

from agent.wording_model.arbiter import Choice as Choice
from agent.wording_model.arbiter import arbitrate as arbitrate
from agent.wording_model.condense import condense as condense
from agent.wording_model.prompts import Prompts as Prompts
from agent.wording_model.writer import ModelWriter as ModelWriter
from agent.wording_model.writer import Worded as Worded
from agent.wording_model.writer import adopt as adopt

__all__ = ["Choice", "ModelWriter", "Prompts", "Worded", "adopt", "arbitrate", "condense"]
