// What the pages' scripts share. Loaded in the head, before any page; keeps nothing but the choice of light or dark.
window.xz = (() => {
  "use strict";

  // ---- light or dark: the reader's choice, else the system's; Gradio sets its own class, ours wins
  const SYSTEM = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => { try { return localStorage.getItem("xz-theme"); } catch { return null; } };
  const isDark = () => (chosen() ?? (SYSTEM.matches ? "dark" : "light")) === "dark";
  function paint() {
    for (const root of [document.documentElement, document.body]) {
      if (root && root.classList.contains("dark") !== isDark()) root.classList.toggle("dark", isDark());
    }
  }
  paint();
  SYSTEM.addEventListener("change", paint);
  document.addEventListener("DOMContentLoaded", () => {
    document.documentElement.lang = "zh-CN";
    paint();
    new MutationObserver(paint).observe(document.body, { attributes: true, attributeFilter: ["class"] });
  });
  function switchTheme() {
    try { localStorage.setItem("xz-theme", isDark() ? "light" : "dark"); } catch { /* a private window keeps nothing */ }
    paint();
  }

  // ---- asking the server
  async function ask(promise) {
    let answer;
    try { answer = await promise; } catch { answer = undefined; }
    if (answer?.value) return answer.value;
    const error = answer?.error ?? await refusal();
    if (error.code === "login") location.href = "./login";
    throw Object.assign(new Error(error.message), { code: error.code });
  }

  // Why there was no answer at all: Gradio keeps the status of a refused call to itself.
  async function refusal() {
    try {
      const seen = await fetch(location.href, { method: "HEAD", redirect: "manual", cache: "no-store" });
      if (seen.type === "opaqueredirect" || seen.status === 401) return { code: "login", message: "登录已失效，请重新登录。" };
      if (seen.status === 429) return { code: "rate", message: "操作太频繁，请过一会儿再试；刚才的内容还在页面上。" };
      return { code: "refused", message: "服务器没有接受这一步，请重试；刚才的内容还在页面上。" };
    } catch {
      return { code: "network", message: "连不上服务器，请检查网络后重试；刚才的内容还在页面上。" };
    }
  }

  async function bar(element, server) {
    const host = element.querySelector(".xz-bar-top");
    try {
      const shown = await ask(server.bar(host.dataset.path));
      host.innerHTML = shown.html;
      host.querySelector("[data-theme-switch]").addEventListener("click", switchTheme);
      if (!shown.allowed) refuse();
    } catch (error) { toast(error.message, "error"); }
  }

  let refused = false; // then the page's own failures say nothing more

  function refuse() {
    refused = true;
    document.querySelector(".xz-toast")?.remove();
    const box = document.createElement("div");
    box.className = "xz-card xz-notice xz-refused";
    box.innerHTML = '<h3>您的账号不能使用本页</h3><p>需要时请联系管理员。</p><p><a class="xz-num" href="./">回到受理台</a></p>';
    // by a rule, not one by one: Gradio may still be adding the page's parts
    document.body.toggleAttribute("data-refused", true);
    document.querySelector("#xz-bar").after(box);
  }

  // ---- small things
  const escape = (text) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

  let fading;
  function toast(text, kind = "info") {
    if (refused) return;
    document.querySelector(".xz-toast")?.remove();
    const box = Object.assign(document.createElement("div"), { className: "xz-toast", textContent: text });
    box.dataset.kind = kind;
    box.setAttribute("role", kind === "error" ? "alert" : "status");
    document.body.append(box);
    clearTimeout(fading);
    fading = setTimeout(() => box.remove(), kind === "error" ? 8000 : 3500);
  }

  // Remaining time of every [data-due] under an element.
  function due(root = document) {
    for (const place of root.querySelectorAll("[data-due]")) {
      const minutes = Math.floor((new Date(place.dataset.due) - Date.now()) / 60000);
      const size = Math.abs(minutes), days = Math.floor(size / 1440), hours = Math.floor(size / 60) % 24;
      const length = days ? `${days}天${hours}小时` : hours ? `${hours}小时${size % 60}分` : `${size}分钟`;
      place.textContent = minutes < 0 ? `已超 ${length}` : `还剩 ${length}`;
      place.toggleAttribute("data-late", minutes < 0);
      place.toggleAttribute("data-soon", minutes >= 0 && minutes < 240);
    }
  }
  setInterval(due, 30000);

  // A text box whose marks lie on a layer of the same text behind it. `paint(text)` gives that layer's HTML.
  class Marked {
    constructor(root, paint, onInput = () => {}) {
      [this.layer, this.box] = [root.querySelector("div"), root.querySelector("textarea")];
      this.paint = paint;
      this.box.addEventListener("input", () => { this.refresh(); onInput(); });
      this.box.addEventListener("scroll", () => { this.layer.scrollTop = this.box.scrollTop; });
    }
    get text() { return this.box.value; }
    set text(value) { this.box.value = value; this.refresh(); }
    refresh() {
      this.layer.innerHTML = this.paint(this.box.value) + "\n"; // the box has room for a last, empty line
      this.layer.scrollTop = this.box.scrollTop;
    }
  }

  // Rank of an item for what was typed: 0 best, Infinity for no match. `keys` are lower case, pinyin and initials.
  function rank(item, typed) {
    let best = Infinity;
    item.keys.forEach((key) => {
      const at = key.indexOf(typed);
      if (at >= 0) best = Math.min(best, (key === typed ? 0 : at === 0 ? 1 : 2) * 1000 + at + key.length / 1000);
    });
    return best;
  }

  // A closed list in `host`: type text, pinyin or initials, arrows and Enter; `items` are {id, text, sub, keys}.
  class Picker {
    constructor(host, items, label, onPick, onClose = () => {}) {
      Object.assign(this, { host, items, onPick, onClose, at: 0, found: [] });
      host.innerHTML = `<div class="xz-picker"><input class="xz-input" role="combobox" aria-expanded="true"
        aria-controls="${host.id}-list" autocomplete="off"><ul id="${host.id}-list" role="listbox"></ul></div>`;
      [this.input, this.list] = [host.querySelector("input"), host.querySelector("ul")];
      this.input.placeholder = this.input.ariaLabel = `${label}：输入汉字、拼音或首字母`;
      this.input.addEventListener("input", () => this.search());
      this.input.addEventListener("keydown", (event) => this.key(event));
      this.input.addEventListener("blur", () => setTimeout(() => this.close(false), 150));
      this.list.addEventListener("mousedown", (event) => {
        const row = event.target.closest("[data-id]");
        if (row) { event.preventDefault(); this.pick(row.dataset.id); }
      });
      this.search();
      this.input.focus();
    }
    search() {
      const typed = this.input.value.toLowerCase().replace(/[\s'’]/g, "");
      this.found = typed
        ? this.items.map((item) => [rank(item, typed), item]).filter(([score]) => score < Infinity)
          .sort((a, b) => a[0] - b[0]).slice(0, 40).map(([, item]) => item)
        : this.items.slice(0, 40);
      this.at = 0;
      this.show();
    }
    show() {
      this.list.innerHTML = this.found.map((item, row) => `<li role="option" id="${this.host.id}-${row}"
        data-id="${escape(item.id)}" aria-selected="${row === this.at}">${escape(item.text)}<small>${escape(item.sub)}
        </small></li>`).join("") || '<li class="xz-none">没有这一项；只能从列表中选</li>';
      this.input.setAttribute("aria-activedescendant", this.found.length ? `${this.host.id}-${this.at}` : "");
      this.list.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
    }
    key(event) {
      if (event.isComposing) return; // Enter there ends the input method's word
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) { this.at = Math.max(0, Math.min(this.found.length - 1, this.at + step)); this.show(); }
      else if (event.key === "Enter" && !event.ctrlKey) { if (this.found[this.at]) this.pick(this.found[this.at].id); }
      else if (event.key === "Escape") this.close(true);
      else return;
      event.preventDefault();
      event.stopPropagation();
    }
    pick(id) { this.onPick(id); this.close(true); }
    close(back) {
      if (this.closed) return;
      this.closed = true;
      this.host.innerHTML = "";
      this.onClose(back);
    }
  }

  return { ask, bar, toast, due, escape, Marked, Picker };
})();
