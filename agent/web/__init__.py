"""HTTP: the application with login, API, tools and limits; pages are mounted onto it by `app.py`."""

from agent.web.build import build_web as build_web
from agent.web.identity import page_user as page_user
from agent.web.ports import Desk as Desk
from agent.web.ports import Job as Job
from agent.web.ports import Jobs as Jobs
from agent.web.ports import JobState as JobState
from agent.web.ports import ScoreOptions as ScoreOptions
from agent.web.rates import Rates as Rates

__all__ = ["Desk", "Job", "JobState", "Jobs", "Rates", "ScoreOptions", "build_web", "page_user"]
