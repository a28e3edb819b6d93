"use strict";
// The row of filters above a list or a report. Holds the filter as the server's QueueFilter reads it; put before the
// script of a page, which makes one `Filters` and loads anew whenever it changes.
class Filters {
  constructor(root, onChange) {
    Object.assign(this, { root, onChange, value: {}, lists: {} });
    root.addEventListener("click", (event) => this.click(event));
    root.addEventListener("change", (event) => {
      const { key } = event.target.dataset;
      if (key) this.set(key, key === "days" ? Number(event.target.value) : event.target.value.trim());
    });
    root.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.dataset.key && !event.isComposing) event.target.blur(); // sends a change
    });
  }
  click(event) {
    const at = (name) => event.target.closest(`[data-${name}]`);
    if (at("drop")) { for (const key of at("drop").dataset.drop.split(" ")) delete this.value[key]; this.changed(); }
    else if (at("toggle")) {
      const { toggle, value } = at("toggle").dataset, wanted = value === "true";
      this.set(toggle, this.value[toggle] === wanted ? undefined : wanted);
    } else if (at("find")) this.find(at("find").dataset.find);
  }
  find(which) {
    const host = this.root.querySelector(`#xz-find-${which}`);
    if (host.firstChild || !this.lists[which]) return;
    new xz.Picker(host, this.lists[which], which === "category" ? "类别" : "单位", (id) => this.set(which, id));
  }
  set(key, value) {
    if (value === undefined || value === "" || value === 0) delete this.value[key];
    else this.value[key] = value;
    this.changed();
  }
  changed() { this.show(); this.onChange(); }
  replace(value) { this.value = value; this.show(); }
  // Controls as the filter has them; what has no control stands among the chips, which the server writes.
  show(chips) {
    for (const control of this.root.querySelectorAll("[data-key]")) {
      const value = String(this.value[control.dataset.key] ?? "");
      if (control !== document.activeElement) control.value = value;
    }
    for (const button of this.root.querySelectorAll("[data-toggle]")) {
      const pressed = this.value[button.dataset.toggle] === (button.dataset.value === "true");
      button.setAttribute("aria-pressed", String(pressed));
    }
    if (chips !== undefined) this.root.querySelector("[data-slot=chips]").innerHTML = chips;
  }
}

// A file that the server sent in base64, saved under its name.
function saveFile({ name, data }) {
  const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
  const url = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  Object.assign(document.createElement("a"), { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}
