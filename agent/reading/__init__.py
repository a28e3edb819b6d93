"""Reading one complaint: its kind, its time, its separate matters, its gist."""

from agent.reading.gist import make_summary as make_summary
from agent.reading.gist import make_title as make_title
from agent.reading.kind import fired_cues as fired_cues
from agent.reading.manner import find_manner as find_manner
from agent.reading.split import IssueSpan as IssueSpan
from agent.reading.split import split_issues as split_issues
from agent.reading.when import find_occurred as find_occurred
