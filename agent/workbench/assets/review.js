// 复核台: keys, the list and the open matter. Given by gr.HTML: `element`, `server`; `Filters` stands in filter.js.
// Holds ids and the correction as it stands; whatever is shown comes from the server, already escaped.
const page = element.querySelector(".xz-rv");
const one = (selector) => page.querySelector(selector);
const slot = (name) => one(`[data-slot="${name}"]`);

let lists = {};
let listed = false; // the plain list of a filter instead of the queue
let now = null; // the open matter: {matter, suggestion, decision, review, closed, choice}; choice while correcting
let run = 0; // of the list, and of the matter opened: late answers are dropped
let opening = 0;
let busy = false;
let chain = Promise.resolve(); // changes one after another, each on what the one before gave
const filters = new Filters(one(".xz-filter"), () => { remember(); load(); });

// ---- the list
const rows = () => [...page.querySelectorAll(".xz-row")];
const row = (matter) => page.querySelector(`.xz-row[data-matter="${CSS.escape(matter ?? "")}"]`);
const wide = () => innerWidth >= 900;

async function load() {
  const mine = ++run;
  forget();
  page.dataset.state = "loading";
  try {
    const answer = await xz.ask(server.find({ filter: filters.value, listed }));
    if (mine !== run) return;
    slot("rows").innerHTML = answer.rows;
    slot("count").textContent = answer.count;
    mark = answer.mark;
    filters.show(answer.chips);
    slot("empty").innerHTML = answer.empty;
    const first = row(now?.matter) ?? rows()[0];
    if (!first) { now = null; ++opening; page.dataset.state = "empty"; }
    else if (wide() || page.hasAttribute("data-reading")) open(first.dataset.matter);
    else page.dataset.state = "shown";
  } catch (error) {
    if (mine !== run) return;
    page.dataset.state = now ? "shown" : "empty";
    slot("count").textContent = slot("empty").textContent = error.message;
    xz.toast(error.message, "error");
  }
}

// ---- what came since the list was read: asked for while somebody looks, shown when they want it
const EVERY = 15000;
const TITLE = document.title;
let mark = null; // where to go on asking; null until there is a list
const arrived = new Map(); // matter: whether somebody must act at once
let asking = false;

function forget() { mark = null; arrived.clear(); tell(); }

function tell() {
  const urgent = [...arrived.values()].filter(Boolean).length;
  const words = `有 ${arrived.size} 件新的${urgent ? `，其中 ${urgent} 件须立即处置` : ""}`;
  const badge = one("[data-news]");
  badge.hidden = !arrived.size;
  badge.toggleAttribute("data-urgent", urgent > 0);
  if (badge.firstChild.textContent !== words) badge.firstChild.textContent = words;
  document.title = arrived.size ? `(${arrived.size}${urgent ? "，急" : ""}) ${TITLE}` : TITLE;
}

async function look() {
  if (!page.isConnected) { clearInterval(looking); document.title = TITLE; return; }
  if (document.hidden || asking || mark === null) return;
  const mine = run;
  asking = true;
  try {
    // not `xz.ask`: nothing that goes wrong here may take the reviewer away from the open matter
    const found = (await server.news({ filter: filters.value, listed, after: mark }))?.value;
    if (!found || mine !== run) return;
    mark = found.mark;
    for (const each of found.arrivals) {
      if (row(each.matter_id) && !each.urgent) continue; // in the list already
      if (!row(each.matter_id)?.hasAttribute("data-urgent") && each.matter_id !== now?.matter) {
        arrived.set(each.matter_id, each.urgent);
      }
    }
    tell();
  } catch { /* the next time */ } finally { asking = false; }
}

// The list anew; the open matter and a correction begun there stay, and the row's place unless danger is above it.
async function news() {
  if (!arrived.size) { xz.toast("没有新的"); return; }
  const mine = ++run, fresh = new Set(arrived.keys()), scroll = slot("rows");
  try {
    const answer = await xz.ask(server.find({ filter: filters.value, listed }));
    if (mine !== run) return;
    const before = row(now?.matter)?.offsetTop;
    const words = one("[data-news] span").textContent;
    forget();
    mark = answer.mark;
    scroll.innerHTML = answer.rows;
    slot("count").textContent = answer.count;
    for (const each of rows()) each.toggleAttribute("data-new", fresh.has(each.dataset.matter));
    const held = row(now?.matter);
    if (held) {
      held.setAttribute("aria-current", "");
      if (page.querySelector(".xz-row[data-new][data-urgent]")) scroll.scrollTop = 0; // danger must be seen
      else if (before !== undefined) scroll.scrollTop += held.offsetTop - before;
    } else if (!now && rows()[0]) {
      if (wide()) open(rows()[0].dataset.matter);
      else page.dataset.state = "shown";
    }
    xz.toast(words.replace("有", "已加载"));
  } catch (error) { xz.toast(error.message, "error"); }
}

const looking = setInterval(look, EVERY);
document.addEventListener("visibilitychange", look);

// The list that an address asks for: behind #list= stands a filter.
function read() {
  const found = location.hash.match(/^#list=(.*)$/);
  let value = {};
  try { value = found ? JSON.parse(decodeURIComponent(found[1])) : {}; } catch { xz.toast("这个链接读不出来，已显示全部。", "error"); }
  listed = Boolean(found);
  filters.replace(value && typeof value === "object" ? value : {});
  showListed();
}

function remember() {
  const hash = listed ? `#list=${encodeURIComponent(JSON.stringify(filters.value))}` : "";
  history.replaceState(history.state, "", location.pathname + location.search + hash);
}

function showListed() {
  for (const button of page.querySelectorAll("[data-listed]")) {
    button.setAttribute("aria-pressed", String((button.dataset.listed === "true") === listed));
  }
}

function step(by) {
  // from the row that is marked, not from the one whose answer has come: keys may be quicker than the server
  const all = rows(), at = all.findIndex((each) => each.hasAttribute("aria-current"));
  const next = all[at < 0 ? 0 : at + by];
  if (next) open(next.dataset.matter);
  else if (by > 0 && all.length && !listed) load();
  else xz.toast(by > 0 ? "已经是最后一件" : "已经是第一件");
}

// The next one below that nobody has judged since the list came; the list anew when there is none.
function onward() {
  const all = rows(), at = all.indexOf(row(now?.matter));
  const next = all.slice(at + 1).find((each) => !each.hasAttribute("data-done"))
    ?? all.find((each) => !each.hasAttribute("data-done"));
  if (next) open(next.dataset.matter);
  else { now = null; load(); }
}

// ---- the open matter
async function open(matter) {
  const mine = ++opening;
  for (const each of rows()) each.toggleAttribute("aria-current", each.dataset.matter === matter);
  const place = row(matter);
  place?.scrollIntoView({ block: "nearest" });
  try {
    const answer = await xz.ask(server.open(matter));
    if (mine !== opening) return;
    now = { ...answer, choice: null };
    for (const [name, html] of Object.entries(answer.slots)) slot(name).innerHTML = html;
    slot("note").textContent = answer.note;
    slot("note").hidden = !answer.note;
    slot("replay").hidden = true;
    editing(false);
    page.dataset.state = "shown";
    page.toggleAttribute("data-closed", answer.closed);
    page.setAttribute("data-reading", "");
    one(".xz-rv-open .xz-scroll").scrollTop = 0;
    if (!wide()) scrollTo({ top: 0 });
  } catch (error) { if (mine === opening) xz.toast(error.message, "error"); }
}

function editing(on) {
  page.toggleAttribute("data-editing", on);
  const panel = one("[data-why]");
  panel.hidden = !on;
  panel.querySelector("input").value = "";
}

function change(field = null, value = "") {
  if (!now || now.closed) return;
  const mine = opening;
  chain = chain.then(async () => {
    if (mine !== opening) return;
    try {
      const answer = await xz.ask(server.change({ matter: now.matter, choice: now.choice, field, value: String(value) }));
      if (mine !== opening) return;
      const held = document.activeElement?.dataset ?? {};
      now.choice = answer.choice;
      slot("sides").innerHTML = answer.sides;
      if (field === null) { editing(true); one("[data-slot=sides]").scrollIntoView({ block: "nearest" }); }
      else if (held.input) one(`[data-input="${held.input}"]`)?.focus();
    } catch (error) { xz.toast(error.message, "error"); }
  });
}

const correct = () => { if (now && !now.choice) change(); };

async function stop() {
  if (now?.choice) { const { matter } = now; now.choice = null; await open(matter); }
}

async function judge(verdict, reason = "") {
  if (!now || now.closed || busy) return;
  document.activeElement?.matches?.("[data-input]") && document.activeElement.blur(); // a change not yet sent
  busy = true;
  try {
    await chain;
    const said = now.matter;
    const answer = await xz.ask(server.judge({ matter: now.matter, suggestion: now.suggestion, decision: now.decision,
      review: now.review, verdict, choice: verdict === "correct" ? now.choice : null, reason }));
    row(said)?.setAttribute("data-done", verdict);
    xz.toast(`${answer.line}${answer.line.endsWith("。") ? "" : "。按 K 可回到这件。"}`);
    onward();
  } catch (error) {
    xz.toast(error.message, "error");
    if (error.code === "conflict" && now) open(now.matter);
    else if (error.code === "reason") one("[data-why] input").focus();
  } finally { busy = false; }
}

async function replay() {
  if (!now) return;
  const mine = opening, place = slot("replay");
  place.hidden = false;
  place.innerHTML = '<p class="xz-dim">正在重放…</p>';
  place.scrollIntoView({ block: "nearest" });
  try {
    const answer = await xz.ask(server.replay(now.suggestion));
    if (mine === opening) { place.innerHTML = answer.html; place.scrollIntoView({ block: "nearest" }); }
  } catch (error) { if (mine === opening) place.textContent = error.message; }
}

async function exportList() {
  try { saveFile(await xz.ask(server.export({ filter: filters.value, listed: true }))); }
  catch (error) { xz.toast(error.message, "error"); }
}

function pick(which) {
  const host = one(`#xz-right-${which}`);
  if (!host || host.firstChild || !now?.choice) return;
  const labels = { lead: "主办单位", category: "事项类别", assist: "协办单位" };
  const items = which === "category" ? lists.category.filter((item) => item.id.length === 6) : lists.department;
  new xz.Picker(host, items, labels[which], (id) => change(which, id));
  host.scrollIntoView({ block: "nearest" });
}

function help() {
  const box = one("[data-help]");
  if (box.open) box.close(); else box.show();
}

function back() {
  page.removeAttribute("data-reading");
  row(now?.matter)?.scrollIntoView({ block: "center" });
}

// ---- wiring
const DO = { agree: () => judge("agree"), correct, stop, replay, help, back, news, export: exportList,
  before: () => step(-1), next: () => step(1) };

page.addEventListener("click", (event) => {
  const at = (name) => event.target.closest(`[data-${name}]`);
  if (at("do")) DO[at("do").dataset.do]();
  else if (at("listed")) { listed = at("listed").dataset.listed === "true"; showListed(); remember(); load(); }
  else if (at("set")) change(at("set").dataset.set, at("set").dataset.value);
  else if (at("open")) pick(at("open").dataset.open);
  else if (at("reason")) judge("correct", at("reason").dataset.reason);
  else if (at("matter")) open(at("matter").dataset.matter);
});
page.addEventListener("change", (event) => {
  if (event.target.dataset.input) change(event.target.dataset.input, event.target.value);
});
one("[data-why] input").addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.key === "Enter" && event.target.value.trim()) judge("correct", event.target.value);
  else if (event.key === "Escape") { event.stopPropagation(); event.target.blur(); }
});

const KEYS = { KeyA: DO.agree, KeyC: correct, KeyR: replay, KeyN: news, KeyJ: DO.next, KeyK: DO.before };
const EDIT = { KeyZ: () => pick("lead"), KeyL: () => pick("category"), KeyX: () => pick("assist"),
  KeyT: () => one("[data-why] input").focus() };

document.addEventListener("keydown", (event) => {
  if (!page.isConnected || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const reason = /^Digit[1-5]$/.test(event.code) && now?.choice && page.querySelectorAll("[data-reason]")[Number(event.key) - 1];
  if (event.key === "?" || event.key === "？") help();
  else if (event.key === "Escape") { if (one("[data-help]").open) help(); else stop(); }
  else if (reason) judge("correct", reason.dataset.reason);
  else if (now?.choice && EDIT[event.code]) EDIT[event.code]();
  else if (now?.choice && event.code === "KeyA") xz.toast("正在改判：选一个理由提交，或按 Esc 放弃。");
  else if (KEYS[event.code] && !event.shiftKey) KEYS[event.code]();
  else return;
  event.preventDefault();
});
addEventListener("hashchange", () => { if (page.isConnected) { read(); load(); } });

xz.ask(server.start(null)).then((answer) => { lists = filters.lists = answer.lists; })
  .catch((error) => xz.toast(error.message, "error"));
read();
load();
