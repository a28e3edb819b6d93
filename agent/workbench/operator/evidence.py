"""What stands beside the fields, as HTML: who must look, what to ask, law, similar cases, the draft's checks.

Pure: a suggestion in, strings out.
"""

from __future__ import annotations

from collections.abc import Mapping

from agent.desk.titles import title_of
from agent.schema import Draft, Issue, QuotedLaw, RegulationHit, SimilarCase, Suggestion
from agent.wording import (
    MODE_NAMES,
    ROUTE_NAMES,
    STATE_NAMES,
    URGENCY_NAMES,
    article_name,
    category_path,
    percent,
    shorten,
)
from agent.workbench.operator.fields import Names
from agent.workbench.parts import GOOD_STATES, alike, article, chip, citation, esc, fold, notice, section
from knowledge.vocabulary import CitationState


def evidence_slots(suggestion: Suggestion, names: Names) -> dict[str, str]:
    """HTML of every part by name."""
    return {
        "banner": banner_html(suggestion),
        "ask": ask_html(suggestion),
        "notes": notes_html(suggestion.draft),
        "cases": cases_html(suggestion, names),
        "law": law_html(suggestion),
        "made": made_html(suggestion),
    }


def failed_html(suggestion: Suggestion) -> str:
    """Why there is no suggestion."""
    return notice(
        "这次没有给出建议", suggestion.error.message if suggestion.error else "没有给出原因。", style="xz-error"
    )


def banner_html(suggestion: Suggestion) -> str:
    """Who must look and why, and what the matter is called."""
    reading, decision = suggestion.complaint, suggestion.decision
    top = (
        f'<div class="xz-banner xz-{decision.route}"><strong>{ROUTE_NAMES[decision.route]}</strong>'
        f"<span>{esc(decision.reason)}</span></div>"
        if decision
        else ""
    )
    if reading is None:
        return top
    labels = chip(reading.kind) + (chip(f"{MODE_NAMES[suggestion.mode]}模式") if suggestion.mode != "daily" else "")
    issues = "".join(map(_issue, reading.issues)) if len(reading.issues) > 1 else ""
    several = (
        f'<details class="xz-fold"><summary>含 {len(reading.issues)} 件事</summary><ol>{issues}</ol></details>'
        if issues
        else ""
    )
    return f'{top}<header class="xz-head"><h3>{esc(title_of(reading))}</h3>{labels}</header>{several}'


def _issue(issue: Issue) -> str:
    unit = issue.dispatch.lead.unit if issue.dispatch else "主办待定"
    path = category_path(issue.category) if issue.category else "未归类"
    level = f" · {URGENCY_NAMES[issue.urgency.level]}" if issue.urgency.level else ""
    return f"<li>{esc(shorten(issue.text, 60))}<br><small>{esc(f'{unit} · {path}{level}')}</small></li>"


def ask_html(suggestion: Suggestion) -> str:
    """What a correct dispatch still lacks, as questions to the caller."""
    questions = suggestion.questions
    items = "".join(f"<li>{esc(question)}</li>" for question in questions)
    return section("还要问来电人", f'<ul class="xz-ask">{items}</ul>' if items else "")


def notes_html(draft: Draft | None) -> str:
    """Citations that open the article, and what the guard found; passed checks are only counted."""
    if draft is None:
        return ""
    cited = "".join(map(citation, draft.citations))
    failed = "".join(
        f'<p class="xz-warn">未通过检查：{esc(check.name)} {esc(check.detail)}</p>'
        for check in draft.checks
        if not check.ok
    )
    passed = [check.name for check in draft.checks if check.ok]
    good = f'<p class="xz-dim" title="{esc("、".join(passed))}">{len(passed)} 项检查通过</p>' if passed else ""
    return f'<div class="xz-notes">{cited}{failed}{good}</div>'


def law_html(suggestion: Suggestion) -> str:
    """Law that the complaint cites wrongly, then what search found beyond the ground of the dispatch."""
    basis = suggestion.dispatch.basis if suggestion.dispatch else ()
    cited = {(each.law, each.article) for each in basis}
    more = [hit for hit in suggestion.regulations if (hit.law, hit.article) not in cited]
    quoted = suggestion.complaint.citations if suggestion.complaint else ()
    wrong = [each for each in quoted if each.state not in (CitationState.VERIFIED, CitationState.OUT_OF_CORPUS)]
    return section("诉求引用的法规", "".join(map(_quoted, wrong))) + section(
        "可能相关的条文", "".join(map(_regulation, more))
    )


def _quoted(cited: QuotedLaw) -> str:
    line = f"{esc(article_name(cited.law, cited.article))} {chip(STATE_NAMES[cited.state], 'xz-risk')}"
    return fold(line, cited.note)


def _regulation(hit: RegulationHit) -> str:
    since = f"，{hit.effective:%Y-%m-%d}起" if hit.effective else ""
    return article(hit.law, hit.article, hit.status + since, hit.text, good=hit.status in GOOD_STATES)


def cases_html(suggestion: Suggestion, names: Names) -> str:
    """Past cases with who took them and their replies; the same matter first and flagged."""
    same: Mapping[str, float] = {each.id: each.score for each in suggestion.duplicates}
    cases = sorted(suggestion.similar_cases, key=lambda case: case.id not in same)
    shown = "".join(_case(case, names, repeated=case.id in same) for case in cases)
    unseen = [each for each in suggestion.duplicates if each.id not in {case.id for case in cases}]
    listed = "、".join(f"{esc(each.id)}（{alike(percent(each.score))}）" for each in unseen)
    return section("相似工单", shown + (f'<p class="xz-warn">疑似重复：{listed}</p>' if listed else ""))


def _case(case: SimilarCase, names: Names, *, repeated: bool) -> str:
    flag = chip("疑似同一件事", "xz-stop") if repeated else ""
    who = f"{names.department(case.lead)}办理 · {names.category(case.category)}"
    near = alike(percent(case.score))
    line = f"{flag}{esc(shorten(case.title or case.id, 60))} <small>{esc(who)} · {near}</small>"
    return fold(line, case.reply)


def made_html(suggestion: Suggestion) -> str:
    """By what the suggestion was made."""
    total, made = suggestion.timing_ms.get("total"), suggestion.provenance
    parts = [f"用时 {total:.0f} 毫秒"] if total is not None else []
    if made is not None:
        parts += [f"版本 {made.version}", f"知识 {made.knowledge}", f"分类 {made.classifier}", f"规则 {made.rules}"]
        parts += [f"语言模型 {made.llm}"] if made.llm else []
    parts.append("仅供参考，由人决定")
    return f'<p class="xz-made">{esc(" · ".join(parts))}</p>'
