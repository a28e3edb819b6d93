"""Backlogs: files of complaints in, files of suggestions out."""

from agent.batch.columns import ColumnMap as ColumnMap
from agent.batch.columns import map_columns as map_columns
from agent.batch.columns import parse_overrides as parse_overrides
from agent.batch.engines import in_process as in_process
from agent.batch.engines import in_workers as in_workers
from agent.batch.progress import Progress as Progress
from agent.batch.readers import SourceRow as SourceRow
from agent.batch.readers import SourceTable as SourceTable
from agent.batch.readers import kind_of as kind_of
from agent.batch.readers import open_table as open_table
from agent.batch.readers import parse_time as parse_time
from agent.batch.readers import read_rows as read_rows
from agent.batch.run import BatchOptions as BatchOptions
from agent.batch.run import check_job as check_job
from agent.batch.run import score_file as score_file
from agent.batch.scoring import BatchAgent as BatchAgent
from agent.batch.tally import ScoreSummary as ScoreSummary
from agent.batch.writers import ResultWriter as ResultWriter
from agent.batch.writers import neutralise as neutralise
from agent.batch.writers import open_writer as open_writer

__all__ = [
    "BatchAgent",
    "BatchOptions",
    "ColumnMap",
    "Progress",
    "ResultWriter",
    "ScoreSummary",
    "SourceRow",
    "SourceTable",
    "check_job",
    "in_process",
    "in_workers",
    "kind_of",
    "map_columns",
    "neutralise",
    "open_table",
    "open_writer",
    "parse_overrides",
    "parse_time",
    "read_rows",
    "score_file",
]
