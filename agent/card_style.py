"""The style sheet of `agent.card_html`: colours as variables, so that dark mode changes nothing else.

Gradio puts the class `dark` on the page when the system or the reader asks for it. No font and no image is named:
the page chooses the font, and nothing is fetched.
"""

CARD_CSS = """
:root, .light {
  --xz-ink: #1f2a30; --xz-dim: #5b6870; --xz-line: #dfe4e6; --xz-paper: #ffffff; --xz-back: #f3f5f5;
  --xz-accent: #1d5c7a; --xz-mark: #ffe08a; --xz-mark-ink: #3b2a00;
  --xz-good: #1d6b3f; --xz-good-back: #e5f2ea; --xz-warn: #7d5200; --xz-warn-back: #fcf1d9;
  --xz-stop: #7a2b5e; --xz-stop-back: #f6e8f1; --xz-alarm: #b3261e;
}
.dark {
  --xz-ink: #e6eaec; --xz-dim: #a3afb5; --xz-line: #38434a; --xz-paper: #1d2529; --xz-back: #151b1e;
  --xz-accent: #7fbfdd; --xz-mark: #6b5413; --xz-mark-ink: #fff2cc;
  --xz-good: #8fd6ab; --xz-good-back: #1c3527; --xz-warn: #f0c878; --xz-warn-back: #3a2f17;
  --xz-stop: #e8a9cf; --xz-stop-back: #3b2233; --xz-alarm: #ff8a80;
}
.xz-card { background: var(--xz-paper); border: 1px solid var(--xz-line); border-radius: 8px; overflow: hidden;
  color: var(--xz-ink); font-size: 14px; line-height: 1.6; overflow-wrap: anywhere; }
.xz-card p, .xz-card ul, .xz-card ol, .xz-card h3, .xz-card h4 { margin: 0; padding: 0; color: inherit; }
.xz-card ul { list-style: none; }
.xz-card ol { padding-left: 1.4em; list-style: decimal; }
.xz-card small { display: block; font-size: 12px; color: var(--xz-dim); }
.xz-dim { color: var(--xz-dim) !important; font-size: 13px; }
.xz-warn { color: var(--xz-warn) !important; }
.xz-banner { display: flex; flex-wrap: wrap; gap: 2px 14px; align-items: baseline; padding: 9px 16px; }
.xz-banner strong { font-size: 16px; color: inherit; }
.xz-auto { background: var(--xz-good-back); color: var(--xz-good); }
.xz-operator { background: var(--xz-warn-back); color: var(--xz-warn); }
.xz-reviewer { background: var(--xz-stop-back); color: var(--xz-stop); }
.xz-head { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 6px 16px; padding: 12px 16px 4px; }
.xz-head h3 { font-size: 17px; font-weight: 600; }
.xz-chip { display: inline-block; padding: 0 8px; margin: 1px 4px 1px 0; border-radius: 9px; font-size: 12px;
  line-height: 19px; background: var(--xz-back); color: var(--xz-dim); }
.xz-risk { background: var(--xz-warn-back); color: var(--xz-warn); }
.xz-good { background: var(--xz-good-back); color: var(--xz-good); }
.xz-grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(270px, 1fr)); }
.xz-section { padding: 9px 16px; }
.xz-card > .xz-section { border-top: 1px solid var(--xz-line); }
.xz-section h4 { margin-bottom: 2px !important; font-size: 12px; font-weight: 600; color: var(--xz-accent) !important; }
.xz-answer { display: flex; align-items: center; gap: 8px; font-size: 16px; font-weight: 600; }
.xz-level1 { color: var(--xz-warn) !important; } .xz-level2 { color: var(--xz-alarm) !important; }
.xz-bar { flex: 0 0 64px; height: 6px; border-radius: 3px; background: var(--xz-line); overflow: hidden; }
.xz-bar i { display: block; height: 100%; background: var(--xz-accent); }
.xz-percent { font-size: 13px; font-weight: 600; color: var(--xz-accent); }
.xz-others li { display: flex; justify-content: space-between; gap: 12px; max-width: 330px; font-size: 13px;
  color: var(--xz-dim); }
.xz-others b { font-weight: 400; color: inherit; }
.xz-reason { margin-top: 3px !important; font-size: 13px; }
.xz-list li + li { margin-top: 3px; }
.xz-original { white-space: pre-wrap; max-height: 15em; overflow-y: auto; }
.xz-card mark { padding: 1px 2px; border-radius: 3px; background: var(--xz-mark); color: var(--xz-mark-ink); }
.xz-fold { position: relative; padding: 3px 0 3px 16px; }
.xz-fold > p { margin: 4px 0 6px; padding: 6px 10px; border-radius: 6px; background: var(--xz-back); font-size: 13px;
  white-space: pre-wrap; }
.xz-fold summary { cursor: pointer; list-style: none; }
.xz-fold summary::-webkit-details-marker { display: none; }
.xz-fold summary::before { content: "\\25b8"; position: absolute; left: 1px; color: var(--xz-accent); }
.xz-fold[open] summary::before { content: "\\25be"; }
.xz-small { padding: 8px 16px; border-top: 1px solid var(--xz-line); font-size: 12px; color: var(--xz-dim); }
.xz-empty, .xz-error { padding: 26px 28px; }
.xz-empty h3, .xz-error h3 { margin-bottom: 8px !important; font-size: 16px; font-weight: 600; }
.xz-empty { border-style: dashed; color: var(--xz-dim); }
.xz-error { border-left: 4px solid var(--xz-alarm); }
.xz-notes { font-size: 13px; line-height: 1.7; }
.xz-notes p { margin: 0; }
.xz-notes .xz-chip { background: var(--xz-warn-back); color: var(--xz-warn); }
@media (max-width: 767px) {
  .xz-section, .xz-banner, .xz-head, .xz-small { padding-left: 12px; padding-right: 12px; }
}
"""
