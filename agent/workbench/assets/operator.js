// 受理台: keys, focus and marks of the operator's page. Given by gr.HTML: `element`, `server`.
// Holds ids and the choice as it stands; whatever is shown of a suggestion comes from the server, already escaped.
"use strict";
const page = element.querySelector(".xz-op");
const one = (selector) => page.querySelector(selector);
const slot = (name) => one(`[data-slot="${name}"]`);
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

let lists = { lead: [], category: [] };
// {matter, suggestion, proposed, choice, since, better, done}, the draft as the desk last gave it, and units chosen so far
let now = null;
let run = 0; // of the complaint on the page: answers to an earlier one are dropped
let marks = { text: null, html: "" }; // evidence in the text that was judged
let chain = Promise.resolve(); // changes one after another, each on what the one before gave
let deciding = false;
let asked = ""; // what the suggestion on the page was asked for

// ---- the two text boxes
const BLANK = /【[^【】]{0,200}】/g;
const text = new xz.Marked(one(".xz-text"), (typed) => (typed === marks.text ? marks.html : xz.escape(typed)));
const draft = new xz.Marked(one(".xz-reply"), paintBlanks, onDraft);

function paintBlanks(typed) {
  return xz.escape(typed).replace(BLANK, (blank) => `<mark>${blank}</mark>`);
}

function onDraft() {
  const left = (draft.text.match(BLANK) || []).length;
  one("[data-blanks]").textContent = !draft.text ? "" : left ? `${left} 处待填` : "没有待填";
  one("[data-blanks]").toggleAttribute("data-left", left > 0);
  if (now) now.choice = { ...now.choice, reply: draft.text };
  showChanges();
}

// To the next blank behind the cursor, selected so that typing fills it.
function nextBlank() {
  if (now?.locked) return;
  draft.box.focus();
  const found = [...draft.text.matchAll(BLANK)];
  const next = found.find((blank) => blank.index >= draft.box.selectionEnd) || found[0];
  if (next) draft.box.setSelectionRange(next.index, next.index + next[0].length);
}

// ---- showing
function fill(slots) {
  const held = document.activeElement?.closest("[data-slot]") && document.activeElement.dataset;
  for (const [name, html] of Object.entries(slots)) slot(name).innerHTML = html;
  if (held && !document.activeElement?.closest("[data-slot]")) {
    const again = held.set ? `[data-set="${held.set}"][data-value="${CSS.escape(held.value)}"]`
      : held.input ? `[data-input="${held.input}"]` : null;
    if (again) one(again)?.focus();
  }
  xz.due(page);
}

function state(name) { page.dataset.state = name; }

function changedFields() {
  if (!now) return [];
  return Object.keys(now.proposed)
    .filter((name) => (name === "reply" ? draft.text !== now.given : !same(now.proposed[name], now.choice[name])));
}

function showChanges() {
  const changed = changedFields();
  one(".xz-draft").toggleAttribute("data-changed", changed.includes("reply"));
  one("[data-accept]").textContent = changed.length ? "按修改派单" : "采纳";
  one("[data-stale]").hidden = !oldUnit();
}

// A unit that led before, where the draft still names it though another one leads now.
function oldUnit() {
  const unit = now?.choice.unit;
  return unit && now.units.find((was) => was && !unit.includes(was) && draft.text.includes(was));
}

function rename() {
  const was = oldUnit();
  if (was) { draft.text = draft.text.replaceAll(was, now.choice.unit); onDraft(); }
}

function show(answer, typed) {
  now = { matter: answer.matter, suggestion: answer.suggestion, proposed: answer.proposed, choice: answer.choice,
    since: performance.now(), better: null, done: false, given: answer.choice.reply, units: [answer.proposed.unit] };
  marks = { text: typed, html: answer.marks };
  text.refresh();
  fill({ before: "", ...answer.slots });
  draft.text = answer.choice.reply;
  draft.box.scrollTop = 0;
  one("[data-generator]").textContent = by(answer.generator);
  one("[data-better]").hidden = true;
  one("[data-done]").textContent = "";
  ask(null);
  lock(false);
  state("shown");
  onDraft();
  recent();
  if (innerWidth < 1000) one(".xz-mid").scrollIntoView({ behavior: "smooth" });
}

const by = (generator) => (!generator ? "" : generator.startsWith("template") ? "模板稿" : "语言模型稿");

// A matter that was decided stands still until somebody wants to decide it again.
function lock(on) {
  if (now) now.locked = on;
  page.toggleAttribute("data-locked", on);
  draft.box.readOnly = on;
  for (const field of page.querySelectorAll(".xz-field")) field.inert = on;
}

function again() {
  if (!now?.locked) return;
  lock(false);
  now.since = performance.now();
  slot("before").firstElementChild?.append("；正在重新处理，新的决定会替代前一次。");
  one("[data-do=accept]").focus();
}

// ---- typed words that nobody has sent yet: kept on this page only, as rows above the list
let kept = [];

function stash() {
  const typed = text.text;
  if (!typed.trim() || typed === marks.text) return;
  kept.unshift({ text: typed, title: one("input[name=title]").value, matter: now && !now.done && !now.locked ? now.matter : "" });
  showKept();
  xz.toast("还没有研判的文字已留在“我今天的事项”里");
}

function showKept() {
  one("[data-kept]").innerHTML = kept.map((each, at) => `<button type="button" data-restore="${at}"><span class="xz-chip xz-risk">`
    + `未研判的文字</span><span>${xz.escape(each.text.trim().slice(0, 40))}</span></button>`).join("");
}

async function restore(at) {
  const [found] = kept.splice(at, 1);
  stash();
  showKept();
  if (found.matter) await reopen(found.matter); // words added to a matter go on being added to it
  else clear();
  text.text = found.text;
  one("input[name=title]").value = found.title;
  text.box.focus();
}

function clear() {
  lock(false);
  asked = "";
  run += 1;
  now = null;
  marks = { text: null, html: "" };
  text.text = draft.text = "";
  one("input[name=title]").value = "";
  for (const place of page.querySelectorAll(".xz-mid [data-slot]:not([data-slot=empty]), .xz-right [data-slot]")) {
    place.innerHTML = "";
  }
  one("[data-generator]").textContent = one("[data-done]").textContent = "";
  one("[data-better]").hidden = true;
  ask(null);
  onDraft();
  state("empty");
  text.box.focus();
  if (innerWidth < 1000) scrollTo({ top: 0 });
}

// ---- asking
async function take() {
  const typed = text.text;
  const request = { text: typed, title: one("input[name=title]").value, channel: one("select[name=channel]").value,
    mode: one("select[name=mode]").value };
  if (now?.locked && typed === marks.text) { xz.toast("这件已经处理过；要重新处理请按 Alt+E。"); return; }
  if (page.dataset.state === "busy" || (now && same(request, asked))) return; // a second press makes no second matter
  const mine = ++run, before = page.dataset.state;
  state("busy");
  try {
    // what the caller adds to an undecided matter stays that matter; the desk looks whether it is the same
    const answer = await xz.ask(server.take({ ...request, matter: now && !now.done ? now.matter : "" }));
    if (mine !== run) return;
    asked = request;
    if (answer.failed) fail(answer.failed);
    else { show(answer, typed); if (answer.refines) refine(mine); }
  } catch (error) {
    if (mine === run) { state(before); xz.toast(error.message, "error"); }
  }
}

function fail(html) {
  now = null;
  fill({ banner: html, danger: "", before: "", lead: "", category: "", urgency: "", clock: "", place: "", assist: "", stale: "", ask: "", notes: "",
    cases: "", law: "", made: "" });
  draft.text = "";
  onDraft();
  state("failed");
}

// The language model's version, whenever it comes: it replaces what nobody has touched.
async function refine(mine) {
  one("[data-generator]").textContent = "模板稿 · 语言模型润色中…";
  let better;
  try { better = await xz.ask(server.refine({ matter: now.matter, suggestion: now.suggestion })); } catch {
    if (mine === run) one("[data-generator]").textContent = "模板稿 · 语言模型没有给出结果";
    return;
  }
  await chain;
  if (mine !== run || !now || now.done || deciding) return;
  const kept = {};
  for (const name of changedFields()) kept[name] = now.choice[name];
  const first = now.since;
  const { reply, ...others } = kept;
  now = { ...now, suggestion: better.suggestion, proposed: better.proposed, choice: { ...better.choice, ...kept },
    since: first, better: null, given: reply === undefined ? better.choice.reply : now.given };
  fill(better.slots);
  if (reply === undefined) { draft.text = now.given = better.choice.reply; one("[data-generator]").textContent = by(better.generator); }
  else {
    now.better = better.choice.reply;
    one("[data-better]").hidden = now.better === reply;
    one("[data-generator]").textContent = "您修改的稿";
  }
  onDraft();
  if (!Object.keys(others).length) return;
  if (kept.lead) change("lead", kept.lead); // the new draft names the unit proposed; this puts the chosen one in
  else change("place", now.choice.place); // shows the kept changes against the new proposal
}

function change(field, value) {
  if (!now || now.done || now.locked) return;
  const mine = run;
  chain = chain.then(async () => {
    if (mine !== run) return;
    const sent = now.choice;
    try {
      const answer = await xz.ask(server.change({ matter: now.matter, suggestion: now.suggestion, choice: sent,
        field, value: String(value) }));
      if (mine !== run) return;
      if (draft.text === sent.reply && sent.reply === now.given) { // untouched: the desk put the new unit in
        now.given = answer.choice.reply;
        if (draft.text !== now.given) draft.text = now.given;
      }
      now.choice = { ...answer.choice, reply: draft.text };
      now.units.push(sent.unit);
      fill(answer.slots);
      showChanges();
    } catch (error) { complain(error); }
  });
}

async function decide(returned, reason = "") {
  if (!now || now.done || now.locked || deciding) return;
  document.activeElement?.matches?.("[data-input]") && document.activeElement.blur(); // a change not yet sent
  deciding = true;
  try {
    await chain;
    const answer = await xz.ask(server.decide({ matter: now.matter, suggestion: now.suggestion, choice: now.choice,
      returned, reason, seconds: (performance.now() - now.since) / 1000 }));
    now.done = true;
    ask(null);
    state("done");
    one("[data-done]").textContent = answer.line;
    recent();
    one("[data-do=next]").focus();
  } catch (error) {
    if (error.code === "reason") ask(returned ? "return" : "change");
    else xz.toast(error.message, "error");
  } finally { deciding = false; }
}

// Open the panel that asks for a reason; null closes both.
function ask(which) {
  for (const panel of page.querySelectorAll("[data-why]")) {
    panel.hidden = panel.dataset.why !== which;
    const box = panel.querySelector("input");
    box.value = "";
    if (!panel.hidden) box.focus();
  }
}

async function reopen(matter) {
  const mine = ++run;
  try {
    const answer = await xz.ask(server.reopen(matter));
    if (mine !== run) return;
    stash();
    asked = "";
    text.text = answer.text;
    one("input[name=title]").value = answer.title;
    show(answer, answer.text);
    if (answer.before) {
      const note = Object.assign(document.createElement("p"), { className: "xz-before", textContent: answer.before });
      slot("before").replaceChildren(note);
      lock(true);
    }
  } catch (error) { complain(error); }
}

async function readFile(file) {
  if (!file) return;
  try {
    if (file.size > 2.5e6) throw new Error("文件过大（上限 2.5 MB）；请把文字直接粘贴进来。");
    const data = await new Promise((done, failed) => {
      const reader = new FileReader();
      reader.onload = () => done(reader.result.split(",")[1] ?? "");
      reader.onerror = () => failed(new Error("文件读不出来，请再试一次。"));
      reader.readAsDataURL(file);
    });
    const { text: read } = await xz.ask(server.read_file({ name: file.name, data }));
    stash();
    text.text = read;
    text.box.focus();
  } catch (error) { complain(error); }
}

function pick(which) {
  const labels = { lead: "主办单位", category: "事项类别", assist: "协办单位" };
  const host = one(`#xz-pick-${which}`);
  if (!host || host.firstChild || !now || now.done || now.locked) return;
  new xz.Picker(host, which === "category" ? lists.category : lists.lead, labels[which],
    (id) => change(which, id), (back) => { if (back) one("[data-do=accept]").focus(); });
  host.scrollIntoView({ block: "center" });
}

// Browsers give navigator.clipboard to https and localhost only; on an inner network the page is plain http.
async function copy() {
  if (navigator.clipboard && isSecureContext) await navigator.clipboard.writeText(draft.text);
  else { draft.box.select(); document.execCommand("copy"); }
  xz.toast("已复制");
}

// ---- wiring
const DO = {
  take, copy, rename,
  accept: () => decide(false), return: () => { if (now && !now.done && !now.locked) ask("return"); }, again,
  next: () => { stash(); clear(); },
  more: () => { long = true; recent(); },
  better: () => { if (now.locked) return; draft.text = now.better; one("[data-better]").hidden = true; onDraft(); },
};

page.addEventListener("click", (event) => {
  const at = (name) => event.target.closest(`[data-${name}]`);
  if (at("do")) DO[at("do").dataset.do]();
  else if (at("set")) change(at("set").dataset.set, at("set").dataset.value);
  else if (at("open")) pick(at("open").dataset.open);
  else if (at("reason")) decide(at("why").dataset.why === "return", at("reason").dataset.reason);
  else if (at("matter")) reopen(at("matter").dataset.matter);
  else if (at("restore")) restore(Number(at("restore").dataset.restore));
  else if (at("text")) { stash(); text.text = at("text").dataset.text; one("input[name=title]").value = at("text").dataset.title; text.box.focus(); }
  else if (at("blanks")) nextBlank();
});
page.addEventListener("change", (event) => {
  if (event.target.dataset.input) change(event.target.dataset.input, event.target.value);
  if (event.target.type === "file") { readFile(event.target.files[0]); event.target.value = ""; }
});
page.addEventListener("dragover", (event) => { if (event.dataTransfer.types.includes("Files")) event.preventDefault(); });
page.addEventListener("drop", (event) => {
  if (event.dataTransfer.files.length) { event.preventDefault(); readFile(event.dataTransfer.files[0]); }
});

for (const panel of page.querySelectorAll("[data-why]")) {
  panel.querySelector("input").addEventListener("keydown", (event) => {
    const box = event.target, returned = panel.dataset.why === "return";
    const reason = panel.querySelectorAll("[data-reason]")[Number(event.key) - 1];
    if (event.isComposing) return;
    if (!box.value && reason) { event.preventDefault(); decide(returned, reason.dataset.reason); }
    else if (event.key === "Enter" && !event.ctrlKey && box.value.trim()) decide(returned, box.value);
    else if (event.key === "Escape") { ask(null); one("[data-do=accept]").focus(); }
  });
}

const KEYS = { KeyA: DO.accept, KeyR: DO.return, KeyN: DO.next, KeyE: again, KeyZ: () => pick("lead"), KeyL: () => pick("category"), KeyG: nextBlank };
document.addEventListener("keydown", (event) => {
  if (!page.isConnected) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); take(); }
  else if (event.altKey && !event.ctrlKey && !event.metaKey && KEYS[event.code]) {
    event.preventDefault();
    if (now || event.code === "KeyN") KEYS[event.code]();
  }
});

const complain = (error) => xz.toast(error.message, "error");
let long = false; // the long list of one's matters
const recent = () => xz.ask(server.recent(long ? "all" : null))
  .then((answer) => { slot("recent").innerHTML = answer.html; xz.due(slot("recent")); }).catch(complain);
xz.ask(server.start(null)).then((answer) => { lists = answer.lists; page.dataset.ready = ""; }).catch(complain);
recent();
text.refresh();
onDraft();
text.box.focus();
