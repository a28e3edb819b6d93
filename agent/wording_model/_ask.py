"""One question to the model; whatever goes wrong becomes a sentence for the operator.

The sentence holds no word of the model, the server or the prompt.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from models.llm import Answer, Cancel, LanguageModel, LanguageModelError, Request, T

_LOG = logging.getLogger(__name__)
_REASONS = {
    "unreachable": "语言模型连接不上",
    "timeout": "语言模型未在时限内答完",
    "refused": "语言模型服务拒绝了请求",
    "invalid": "语言模型的输出不合格式",
    "budget": "内容超出语言模型的长度预算",
    "cancelled": "语言模型调用已取消",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """No answer; `reason` is a Chinese clause without an end mark."""

    reason: str


def ask(model: LanguageModel, request: Request[T], cancel: Cancel | None) -> Answer[T] | Failure:
    """Ask once; never raises because of the model."""
    try:
        return model.complete(request, cancel=cancel)
    except LanguageModelError as error:
        return Failure(_REASONS.get(error.code, "语言模型没有给出可用的回答"))
    except Exception as error:  # the border to foreign runtimes: out of memory, a broken weight file, a driver
        # The message may hold the prompt, so only the type is kept.
        _LOG.warning("the language model failed with %s; its help was done without", type(error).__name__)
        return Failure("语言模型无法运行")
