"""The workbench: what operators and reviewers look at all day. Shows and asks; decides nothing.

One `gr.Blocks` with a route for each page, mounted at `/` of the application that `agent.web` builds (one bundle of
Gradio, cached once). A page is a package with pure functions (HTML strings out of Records), a layout and wiring, and
offers one function::

    def add(shell: Shell) -> None

that lays it out inside the Blocks it is called in, wrapped as a `Page(path, name, permission, add)`; `assemble` joins
all pages over one desk and mounts them, and is the only module here that knows every page. The
shell shows the bar on top and hides the page from roles without the permission, which saves no check:

- `shell.answers(permission, handler)` makes `handler(actor, data) -> dict` a server function of a `gr.HTML`; its
  script calls `await xz.ask(server.name(data))` and gets the value, or an `Error` with `code` and a message to show.
- `shell.event(permission, handler)` makes `handler(actor, *inputs)` a handler of an ordinary Gradio event; it may be
  a generator. Give such events `api_visibility="private"`.

Either way the actor is found anew for every call, the right is checked, and everything else that arrives is hostile.
HTML is made with `agent.workbench.parts` (`esc` around every value). Colours are the variables of `assets/shell.css`;
a page's own style sheet lies in `assets` and is named in `agent.workbench.style`. `xz` in `assets/shell.js` has what
scripts share: `ask`, `toast`, `due` (remaining time), `Marked` (a text box with marks), `Picker` (a closed list found
by pinyin).
"""
