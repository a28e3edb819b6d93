"""The page on which one signs in: server-rendered, no script, nothing fetched, colours of the cards.

Returns text only; routes and cookies are `agent.web.login`.
"""

from __future__ import annotations

import base64
import hashlib
from html import escape

_STYLE = """
:root { color-scheme: light dark; --ink: #1f2a30; --dim: #5b6870; --line: #dfe4e6; --paper: #ffffff; --back: #f3f5f5;
  --accent: #1d5c7a; --on-accent: #ffffff; --warn: #7d5200; --warn-back: #fcf1d9; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaec; --dim: #a3afb5; --line: #38434a; --paper: #1d2529;
  --back: #151b1e; --accent: #7fbfdd; --on-accent: #10222c; --warn: #f0c878; --warn-back: #3a2f17; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 24px; background: var(--back);
  color: var(--ink); font: 15px/1.7 "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC",
  sans-serif; }
main { width: min(100%, 372px); padding: 32px 32px 26px; background: var(--paper); border: 1px solid var(--line);
  border-top: 3px solid var(--accent); border-radius: 8px; }
h1 { margin: 0; font-size: 22px; font-weight: 600; letter-spacing: .02em; }
h1 + p { margin: 2px 0 22px; }
p { margin: 0; color: var(--dim); font-size: 13px; }
label { display: block; margin: 0 0 14px; font-size: 13px; color: var(--dim); }
input { display: block; width: 100%; margin-top: 4px; padding: 9px 11px; border: 1px solid var(--line);
  border-radius: 6px; background: var(--paper); color: var(--ink); font: inherit; font-size: 15px; }
button, .go { display: block; width: 100%; margin: 20px 0 16px; padding: 10px; border: 0; border-radius: 6px;
  background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600; text-align: center;
  text-decoration: none; cursor: pointer; }
input:focus-visible, button:focus-visible, .go:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.note { margin: 0 0 18px; padding: 9px 12px; border-radius: 6px; background: var(--warn-back); color: var(--warn); }
"""
_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_DIGEST}'; img-src data:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
_PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>登录 · AI小郑</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<style>{style}</style></head>
<body><main><h1>AI小郑</h1><p>郑州 12345 热线受理与复核</p>
{body}
</main></body></html>
"""
_FORM = """{note}<form method="post" action="/login">
<input type="hidden" name="next" value="{next}">
<label>账号<input name="name" value="{name}" autocomplete="username" required maxlength="64"{name_focus}></label>
<label>密码<input name="password" type="password" autocomplete="current-password" required maxlength="256"{word_focus}>
</label>
<button>登录</button></form>
<p>登录后最长 12 小时有效，2 小时不操作自动退出。没有账号或忘记密码，请找本单位管理员。</p>"""
_DEMO = """<p class="note">演示模式：这台机器上还没有账号，任何能打开本机页面的人都以管理员身份操作。</p>
<a class="go" href="/">进入受理台</a>
<p>正式使用前，请在命令行运行 xiaozheng user add 名字 --role admin 建立第一个账号。</p>"""


def login_html(target: str, *, name: str = "", note: str = "") -> str:
    """The form.

    Args:
        target: Local path to go to afterwards.
        name: Account name to fill in after a failed attempt.
        note: One sentence to show above the form.
    """
    body = _FORM.format(
        note=f'<p class="note" role="alert">{escape(note)}</p>\n' if note else "",
        next=escape(target),
        name=escape(name),
        name_focus="" if name else " autofocus",
        word_focus=" autofocus" if name else "",
    )
    return _PAGE.format(style=_STYLE, body=body)


def demo_html() -> str:
    """What stands there while there is no account to sign in with."""
    return _PAGE.format(style=_STYLE, body=_DEMO)
