// 质量: asks for the report of a filter and shows it. Given by gr.HTML: `element`, `server`; `Filters` stands in filter.js.
const page = element.querySelector(".xz-quality");
const slot = (name) => page.querySelector(`[data-slot="${name}"]`);
const filters = new Filters(page.querySelector(".xz-filter"), () => load());
let run = 0; // late answers are dropped

async function load() {
  const mine = ++run;
  page.dataset.state = "loading";
  try {
    const answer = await xz.ask(server.report({ filter: filters.value }));
    if (mine !== run) return;
    slot("report").innerHTML = answer.report;
    slot("summary").innerHTML = answer.summary;
    filters.show(answer.chips);
    page.dataset.state = "shown";
  } catch (error) {
    if (mine !== run) return;
    page.dataset.state = "failed";
    slot("summary").textContent = error.message;
    xz.toast(error.message, "error");
  }
}

page.addEventListener("click", async (event) => {
  if (!event.target.closest("[data-do=export]")) return;
  try { saveFile(await xz.ask(server.export({ filter: filters.value }))); }
  catch (error) { xz.toast(error.message, "error"); }
});

xz.ask(server.start(null)).then((answer) => { filters.lists = answer.lists; })
  .catch((error) => xz.toast(error.message, "error"));
load();
