// 知识库: tabs, three questions, and the import of statutes. Given: `element`, `server`.
// Everything shown comes from the server, already escaped.
"use strict";
const page = element.querySelector(".xz-know");
const one = (selector) => page.querySelector(selector);
const slot = (name) => one(`[data-slot="${name}"]`);
const SLOTS = { search: "law", similar: "cases", check: "cite" };
const asked = {}; // per form the number of the question in hand: a late answer to an earlier one is dropped

// ---- tabs
function open(name) {
  for (const tab of page.querySelectorAll("[data-tab]")) {
    const here = tab.dataset.tab === name;
    tab.setAttribute("aria-selected", here);
    tab.tabIndex = here ? 0 : -1;
    one(`[data-panel="${tab.dataset.tab}"]`).hidden = !here;
  }
  one(`[data-panel="${name}"] :is(input:not([type=file]), textarea)`)?.focus({ preventScroll: true });
}

one(".xz-tabs").addEventListener("keydown", (event) => {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!step) return;
  const tabs = [...page.querySelectorAll("[data-tab]:not([hidden])")];
  const next = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length];
  open(next.dataset.tab);
  next.focus();
  event.preventDefault();
});

// ---- questions
async function put(form) {
  const name = form.dataset.ask, place = slot(SLOTS[name]), mine = (asked[name] = (asked[name] || 0) + 1);
  const data = Object.fromEntries(new FormData(form));
  if (!data.day) delete data.day;
  place.toggleAttribute("data-busy", true);
  let html;
  try { html = (await xz.ask(server[name](data))).html; }
  catch (error) { html = `<div class="xz-notice xz-error" role="alert"><p>${xz.escape(error.message)}</p></div>`; }
  if (mine !== asked[name]) return;
  place.toggleAttribute("data-busy", false);
  place.innerHTML = html;
}

async function status() {
  try {
    const answer = await xz.ask(server.status(null));
    slot("held").innerHTML = answer.html;
    one('[data-tab="import"]').hidden = !answer.imports;
  } catch (error) {
    slot("held").innerHTML = `<div class="xz-notice xz-error"><p>${xz.escape(error.message)}</p></div>`;
  }
}

// ---- import
const input = one("input[type=file]");

async function received(file) {
  let response;
  try {
    response = await fetch(`./knowledge/upload?name=${encodeURIComponent(file.name)}`, { method: "POST", body: file });
  } catch { return { error: { code: "network", message: "连不上服务器，文件没有传完，请重试。" } }; }
  if (response.status === 413) return { error: { code: "too_large", message: "文件太大，请拆开再上传。" } };
  if (response.status === 401) return { error: { code: "login", message: "登录已失效，请重新登录。" } };
  try { return await response.json(); } catch { return { error: { code: "network", message: "文件没有传完，请重试。" } }; }
}

async function add(files) {
  const uploads = [], refused = [];
  const say = (text) => { slot("import").innerHTML = `<p class="xz-notice">${xz.escape(text)}</p>`; };
  one('[data-do="choose"]').disabled = true;
  for (const [at, file] of [...files].entries()) {
    say(`正在上传 ${at + 1} / ${files.length}：${file.name}`);
    try { uploads.push((await xz.ask(received(file))).upload); }
    catch (error) { refused.push(`${file.name}：${error.message}`); }
  }
  let html = "";
  try {
    if (uploads.length) { say(`正在读 ${uploads.length} 份文件…`); html = (await xz.ask(server.add({ uploads }))).html; }
  } catch (error) { refused.push(error.message); }
  const left = refused.map((line) => `<li>${xz.escape(line)}</li>`).join("");
  slot("import").innerHTML = html + (left ? `<div class="xz-notice xz-error" role="alert"><ul>${left}</ul></div>` : "");
  one('[data-do="choose"]').disabled = false;
  input.value = "";
}

// ---- events
page.addEventListener("click", (event) => {
  const tab = event.target.closest("[data-tab]");
  if (tab) open(tab.dataset.tab);
  if (event.target.closest('[data-do="choose"]')) input.click();
});
page.addEventListener("submit", (event) => { event.preventDefault(); put(event.target); });
page.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form) event.target.form.requestSubmit();
});
input.addEventListener("change", () => { if (input.files.length) add(input.files); });
const zone = one('[data-panel="import"]');
for (const name of ["dragover", "dragleave", "drop"]) {
  zone.addEventListener(name, (event) => {
    event.preventDefault();
    zone.toggleAttribute("data-over", name === "dragover");
    if (name === "drop" && event.dataTransfer.files.length) add(event.dataTransfer.files);
  });
}
const local = new Date(Date.now() - new Date().getTimezoneOffset() * 60000).toISOString().slice(0, 10);
for (const day of page.querySelectorAll("[name=day]")) day.value = local;
status();
open("law");
