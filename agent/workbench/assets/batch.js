// 批量研判: a file goes up, its preview comes back, a job starts; then the jobs are watched. Given: `element`, `server`.
// Everything shown comes from the server, already escaped. A job goes on without this page.
"use strict";
const page = element.querySelector(".xz-batch");
const one = (selector) => page.querySelector(selector);
const EVERY = 2000; // milliseconds between two looks at running jobs; counts against the account's budget of requests
let token = ""; // of the file on the page
let asking = 0; // previews asked for: an answer to an earlier question is dropped
let timer;

// ---- a file
const input = one("input[type=file]");

function send(file) {
  const limit = Number(page.dataset.max);
  if (file.size > limit) return refuse(file.name, `文件超过 ${Math.floor(limit / 2 ** 20)} MB 的上限，请拆成几个再上传。`);
  forget();
  one(".xz-zone").hidden = true;
  one(".xz-sending").hidden = false;
  const request = new XMLHttpRequest(); // fetch tells nothing of how much is sent
  request.open("POST", `./batch/upload?name=${encodeURIComponent(file.name)}`);
  request.upload.onprogress = (event) => sending(file.name, event.loaded / Math.max(event.total, 1));
  request.onerror = () => refuse(file.name, "连不上服务器，文件没有传完，请重试。");
  request.onload = () => received(file.name, request);
  sending(file.name, 0);
  request.send(file);
}

function sending(name, share) {
  one(".xz-sending i").style.width = `${100 * share}%`;
  one("[data-sending]").textContent = share < 1 ? `正在上传 ${name}（${Math.floor(100 * share)}%）` : `正在读 ${name} …`;
}

async function received(name, request) {
  let answer = {};
  try { answer = JSON.parse(request.responseText); } catch { /* no answer of ours */ }
  if (answer.status === 413) answer = { error: { code: "too_large", message: "文件太大，请拆成几个再上传。" } };
  if (request.status === 401) answer = { error: { code: "login", message: "登录已失效，请重新登录。" } };
  if (!answer.value && !answer.error) answer = { error: { code: "network", message: "文件没有传完，请重试。" } };
  try { token = (await xz.ask(Promise.resolve(answer))).upload; } catch (error) { return refuse(name, error.message); }
  look({});
}

function refuse(name, message) {
  forget();
  one(".xz-sending").hidden = true;
  one(".xz-zone").hidden = false;
  one('[data-slot="preview"]').innerHTML =
    `<div class="xz-notice xz-error" role="alert"><h3>${xz.escape(name)}</h3><p>${xz.escape(message)}</p></div>`;
}

// ---- its preview
async function look(columns) {
  const mine = ++asking;
  page.toggleAttribute("data-busy", true);
  let seen;
  try { seen = await xz.ask(server.look({ upload: token, columns })); }
  catch (error) { if (mine === asking) { busy(false); refuse("没有预览", error.message); } return; }
  if (mine !== asking) return;
  busy(false);
  const focused = document.activeElement?.dataset?.field;
  one('[data-slot="preview"]').innerHTML = seen.html;
  one(".xz-zone").hidden = seen.kept;
  one(".xz-start").hidden = !seen.kept;
  one('[data-do="start"]').disabled = !seen.ready;
  if (!seen.kept) token = "";
  else if (focused) one(`select[data-field="${focused}"]`)?.focus();
  else (one("label[data-unsettled] select") || one('[data-do="start"]')).focus({ preventScroll: true });
}

function busy(on) {
  page.toggleAttribute("data-busy", on);
  one(".xz-sending").hidden = true;
}

// What the person chose: a list that was changed by hand, or was so before.
function chosen() {
  const lists = [...page.querySelectorAll("select[data-field]")];
  return Object.fromEntries(lists.filter((list) => "chosen" in list.dataset && list.value)
    .map((list) => [list.dataset.field, list.value]));
}

function forget() {
  if (token) server.drop({ upload: token }).catch(() => {});
  token = "";
  asking += 1;
  input.value = "";
  busy(false);
  one('[data-slot="preview"]').innerHTML = "";
  one(".xz-start").hidden = true;
  one(".xz-zone").hidden = false;
}

// ---- jobs
function show(answer) {
  const place = one('[data-slot="jobs"]');
  const known = new Map([...place.querySelectorAll("[data-id]")].map((row) => [row.dataset.id, row]));
  if (!answer.jobs.length) place.innerHTML = answer.none;
  else if (!known.size) place.innerHTML = "";
  answer.jobs.forEach((job, at) => {
    const row = known.get(job.id) || Object.assign(document.createElement("article"), { className: "xz-job" });
    row.dataset.id = job.id;
    known.delete(job.id);
    if (row.shown !== job.html) redraw(row, job.html);
    if (place.children[at] !== row) place.insertBefore(row, place.children[at] || null);
  });
  for (const gone of known.values()) gone.remove();
  clearTimeout(timer);
  if (answer.active) timer = setTimeout(follow, EVERY);
}

function redraw(row, html) {
  const focused = row.contains(document.activeElement) ? document.activeElement.dataset.do : "";
  const open = Boolean(row.querySelector("details[open]"));
  row.innerHTML = row.shown = html;
  if (open) row.querySelector("details")?.setAttribute("open", "");
  if (focused) row.querySelector(`[data-do="${focused}"]`)?.focus();
}

async function follow() {
  if (!page.isConnected) return;
  try { show(await xz.ask(server.watch(null))); }
  catch (error) {
    clearTimeout(timer);
    if (error.code === "network" || error.code === "internal") timer = setTimeout(follow, 5 * EVERY);
    else xz.toast(error.message, "error");
  }
}

async function start(form) {
  const asked = { upload: token, columns: chosen(), ending: form.ending.value, draft: form.draft.checked };
  one('[data-do="start"]').disabled = true;
  try {
    const answer = await xz.ask(server.run(asked));
    token = "";
    forget();
    show(answer);
    one(".xz-jobs").scrollIntoView({ block: "nearest" });
    one('[data-do="choose"]').focus({ preventScroll: true });
  } catch (error) {
    xz.toast(error.message, "error");
    one('[data-do="start"]').disabled = false;
  }
}

// A job that is over is deleted at the second click: its result cannot be had again.
async function end(button) {
  if (button.dataset.do === "remove" && !button.dataset.sure) {
    button.dataset.sure = "1";
    button.textContent = "确定删除？";
    setTimeout(() => { if (button.isConnected) { delete button.dataset.sure; button.textContent = "删除"; } }, 4000);
    return;
  }
  button.disabled = true;
  try { show(await xz.ask(server.cancel({ job: button.dataset.job }))); }
  catch (error) { xz.toast(error.message, "error"); follow(); }
}

// ---- events
page.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (!button) return;
  const act = { choose: () => input.click(), drop: forget, cancel: () => end(button), remove: () => end(button) };
  act[button.dataset.do]?.();
});
page.addEventListener("change", (event) => {
  const list = event.target;
  if (list === input) { if (input.files[0]) send(input.files[0]); }
  else if (list.matches("select[data-field]")) {
    list.dataset.chosen = "";
    look(chosen());
  }
});
one(".xz-start").addEventListener("submit", (event) => { event.preventDefault(); start(event.target); });
for (const name of ["dragover", "dragleave", "drop"]) {
  page.addEventListener(name, (event) => {
    event.preventDefault();
    page.toggleAttribute("data-over", name === "dragover");
    if (name === "drop" && event.dataTransfer.files[0]) send(event.dataTransfer.files[0]);
  });
}
follow();
