"""How good suggestions are on labelled messages: figures with intervals, coverage, calibration, the dial."""

from agent.evaluation.report import Report as Report
from agent.evaluation.run import evaluate as evaluate
