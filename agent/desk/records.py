"""What the desk answers, as values: tickets, the review queue, quality figures, replays, comparisons.

Values only; the figures say what they are counted over, and each carries the filter that opens its list. No text
of a citizen stands here but the masked one inside a suggestion.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from agent.ledger.records import Action, Choice, MatterState
from agent.schema import Deadline, Provenance, Route, Suggestion
from knowledge.vocabulary import Citation
from models.measures import Bin
from models.record import Record

# What a person may set otherwise than it was proposed, in the order in which a card shows it.
Label = Literal["category", "lead", "unit", "assist", "urgency", "track", "due", "place", "reply"]
Measured = Literal["lead", "category", "level2", "level1", "urgency"]


class Ticket(Record):
    """A complaint that was taken: what was proposed, and under which ids it stands in the ledger."""

    matter_id: str = Field(default="", description="'' when nothing was recorded")
    suggestion_id: str = ""
    suggestion: Suggestion


class Effect(Record):
    """What follows from a choice: which office acts, by when, and on what ground."""

    choice: Choice
    deadline: Deadline | None = Field(default=None, description="None when the time of receipt is not known")
    basis: tuple[Citation, ...] = ()
    topic: str = Field(default="", description="topic of the duty table that names the lead, '' for none")
    note: str = Field(default="", description="what of the draft no longer fits, in Chinese; '' when all does")


class QueueFilter(Record):
    """Which matters to show; what is not given does not filter, what is given must all hold."""

    department: str = Field(
        default="", description="id of the lead: of the decision, before there is one of the suggestion"
    )
    category: str = Field(default="", description="first digits of the code; as above")
    channel: str = ""
    days: int | None = Field(default=None, ge=1, description="recorded within so many days before now")
    since: dt.datetime | None = Field(default=None, description="recorded then or later")
    until: dt.datetime | None = Field(default=None, description="recorded before")
    operator: str = ""
    text: str = Field(default="", description="occurs in the masked text")
    states: tuple[MatterState, ...] = ()
    decided: bool | None = None
    action: Action | None = Field(default=None, description="what the operator did")
    changed: bool | None = Field(default=None, description="whether a person's labels differ from the proposed ones")
    returned: bool | None = Field(default=None, description="whether a unit sent it back")
    reviewed: bool | None = None
    route: Route | None = None
    field: Label | None = Field(default=None, description="the operator changed this one")
    reason: str = Field(default="", description="the operator's reason, whole")
    proposed_lead: str = ""
    final_lead: str = Field(default="", description="as the review has it, else the decision")
    wrong: Measured | None = Field(default=None, description="this one was proposed otherwise than a person chose")
    known: Measured | None = Field(default=None, description="a person said what is right here")
    confidence_of: Literal["lead", "category"] = "lead"
    confidence_from: float | None = Field(default=None, ge=0, le=1)
    confidence_below: float | None = Field(default=None, ge=0, le=1.01)


class Loss(Record):
    """Why a matter deserves a second look: three factors in [0, 1] and their product (`agent.desk.loss`)."""

    risk: float = Field(ge=0, le=1)
    doubt: float = Field(ge=0, le=1)
    disagreement: float = Field(ge=0, le=1)
    value: float = Field(ge=0, le=1, description="risk × doubt × disagreement")


class QueueItem(Record):
    """One matter of the review queue; everything in it is masked."""

    matter_id: str
    suggestion_id: str
    decision_id: str = Field(default="", description="'' while no operator has decided")
    recorded_at: dt.datetime
    title: str
    place: str = ""
    state: MatterState
    route: Route | None
    category: str = Field(default="", description="code proposed")
    proposed_lead: str = ""
    lead_confidence: float = Field(ge=0, le=1, description="calibrated; of the proposed lead")
    chosen_lead: str = Field(default="", description="'' while no operator has decided")
    operator: str = ""
    changed: tuple[str, ...] = Field(default=(), description="fields that the operator changed")
    due: dt.datetime | None = None
    urgent: bool = Field(default=False, description="somebody must act at once, and nobody has decided anything")
    loss: Loss
    why: str = Field(description="one Chinese sentence: why it stands where it stands")


class Arrival(Record):
    """A matter that something happened to, and that now stands in a list."""

    matter_id: str
    urgent: bool = False


class News(Record):
    """What came since somebody looked: no text, no label, only which matters."""

    mark: int = Field(ge=0, description="where to go on asking")
    arrivals: tuple[Arrival, ...] = ()


class Rate(Record):
    """A share of matters with its 95 % Wilson interval, and which matters these are.

    `coverage` is the share of all matters of the report over which the rate could be counted.
    """

    name: str
    n: int = Field(ge=0)
    hits: int = Field(ge=0)
    value: float | None = Field(description="None without matters")
    low: float | None = None
    high: float | None = None
    coverage: float = Field(ge=0, le=1)
    opens: QueueFilter = Field(description="the n matters")
    part: QueueFilter = Field(description="the matters of interest: the wrong of an accuracy, the hits of a share")


class Weighted(Record):
    """Accuracy over all decided matters, estimated from the reviewed ones alone.

    Reviewed matters are chosen because they look wrong, so their plain accuracy is too low. Each stratum (whether
    the operator changed the lead, and how sure the model was of it) is weighed by its share of all decided matters.
    """

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int = Field(ge=0, description="reviewed matters it rests on")
    unseen: float = Field(ge=0, le=1, description="share of decided matters in strata that nobody reviewed")


class Week(Record):
    """One week, Monday to Sunday, by the day of recording."""

    monday: dt.date
    matters: int
    lead: Rate
    category: Rate
    auto: Rate
    returned: Rate


class CalibrationBin(Record):
    """Suggestions of like confidence: how sure they were, and how often they were right."""

    bin: Bin
    low: float = Field(description="95 % Wilson interval of the accuracy")
    high: float
    opens: QueueFilter


class Confused(Record):
    """A lead that was proposed where another was right."""

    proposed: str
    right: str
    n: int
    opens: QueueFilter


class Counted(Record):
    """How often something was said or done."""

    name: str
    n: int
    opens: QueueFilter


class Seconds(Record):
    """How long operators took from the suggestion shown to the decision."""

    name: str
    n: int
    median: float | None
    p90: float | None


class Moved(Record):
    """One label whose share is not what it was."""

    label: str
    before: float = Field(ge=0, le=1)
    now: float = Field(ge=0, le=1)
    opens: QueueFilter


class Drift(Record):
    """How far the mix of labels is from that of the training.

    `distance` is total variation: the share of matters that would have to change their label. `by_chance` is what
    95 of 100 random splits of both together stay under: above it the mix has moved.
    """

    name: str
    n: int
    baseline_n: int
    distance: float = Field(ge=0, le=1)
    by_chance: float = Field(ge=0, le=1)
    stability: float = Field(ge=0, description="population stability index; over 0.25 is usually called a big shift")
    moved: bool
    most: tuple[Moved, ...] = Field(default=(), description="labels that moved most")


class QualityReport(Record):
    """Everything that the quality tab shows, over the matters of one filter.

    Attributes:
        opens: The matters of the report.
        matters: How many.
        figures: Accuracy against what a person finally said: the review, where there is none the decision.
        reviewed_figures: The same over reviewed matters only.
        weighted: The same weighed back to all decided matters.
        shares: Routes, decided, changed, reviewed, returned.
        reasons: Why operators changed or returned, in their words.
        fields: Which fields they changed.
        baseline: Which labels drift is measured against, in words; '' when there are none.
        notes: What the reader must know about these numbers, in Chinese.
    """

    opens: QueueFilter
    made_at: dt.datetime
    matters: int
    figures: tuple[Rate, ...]
    reviewed_figures: tuple[Rate, ...]
    weighted: tuple[Weighted, ...]
    shares: tuple[Rate, ...]
    weeks: tuple[Week, ...]
    lead_bins: tuple[CalibrationBin, ...]
    category_bins: tuple[CalibrationBin, ...]
    lead_error: float | None = Field(description="expected calibration error")
    category_error: float | None
    confusion: tuple[Confused, ...]
    departments: tuple[Rate, ...] = Field(description="share returned, by lead; `name` is the department id")
    reasons: tuple[Counted, ...]
    fields: tuple[Counted, ...]
    seconds: tuple[Seconds, ...]
    drift: tuple[Drift, ...]
    baseline: str = ""
    notes: tuple[str, ...] = ()

    def figure(self, name: str) -> Rate:
        """One accuracy by name.

        Raises:
            KeyError: there is none.
        """
        for one in (*self.figures, *self.shares):
            if one.name == name:
                return one
        raise KeyError(name)


class Difference(Record):
    """One field that is not as it was."""

    field: str = Field(description="dotted path, e.g. `dispatch.lead.id`")
    before: str
    after: str


ReplayState = Literal["identical", "differs", "not_rebuildable"]


class Replay(Record):
    """A past suggestion made again.

    `identical` and `differs` say that everything it rested on is as it was. `not_rebuildable` says what is not;
    `differences` then shows what today's agent says instead, where the text is still there.
    """

    suggestion_id: str
    matter_id: str
    state: ReplayState
    made_at: dt.datetime = Field(description="when the suggestion was made")
    changed: tuple[Difference, ...] = Field(
        default=(), description="what it rested on and how that is today, e.g. field `knowledge.cases`"
    )
    differences: tuple[Difference, ...] = ()
    without_cases: tuple[str, ...] = Field(
        default=(), description="past cases added since, which the replay did as if they were not there"
    )
    message: str = Field(description="one Chinese sentence for the reviewer")


class FieldComparison(Record):
    """One field under two versions; right and wrong where a person said what is right."""

    field: Measured
    n: int
    changed: int
    known: int = Field(description="matters whose right label is known")
    this_right: int
    other_right: int
    only_this: int = Field(description="right in this version and wrong in the other")
    only_other: int
    p: float = Field(ge=0, le=1, description="exact McNemar test: chance of a split at least so uneven by luck")


class RouteShare(Record):
    """How many matters take one route under two versions."""

    route: Route
    this: int
    other: int


class ComparedMatter(Record):
    """One matter that two versions see differently."""

    matter_id: str
    title: str
    differences: tuple[Difference, ...] = Field(description="before: this version; after: the other")
    right_category: str = Field(default="", description="as a person finally chose; '' where nobody did")
    right_lead: str = ""


class Comparison(Record):
    """Two versions over the same matters, without drafts and without a language model."""

    this: Provenance
    other: Provenance
    matters: int
    failed: int = Field(description="matters that one of them could not read")
    erased: int = Field(description="matters left out because their text is gone")
    taught: int = Field(description="matters left out of right and wrong: a past case was made of them")
    fields: tuple[FieldComparison, ...]
    routes: tuple[RouteShare, ...]
    changes: tuple[ComparedMatter, ...]
    note: str = Field(description="what the reader must know, in Chinese")
