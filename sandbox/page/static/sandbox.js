// The page's only script: listens to server-sent events, swaps the fragments they name (keeping focus, scroll and
// half-typed text), posts forms and clicks. It knows nothing of Slack, phones or clocks; the server draws everything.
const $ = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const byId = (id, root = document) => id && $(`#${CSS.escape(id)}`, root);
const bottom = (logs) => logs.forEach((log) => { log.scrollTop = log.scrollHeight; });
const remember = (name, value) => { document.cookie = `${name}=${value};path=/;max-age=31536000;samesite=strict`; };
const loading = new Map(), unread = new Set();
let events, pressed; // while a pointer is down nothing is swapped: its click would fall between the old button and the new

// Swapping: an item is replaced only when its fingerprint (data-v) changed; data-deep items are compared inside.
function swap(region, fresh, added) {
  const wanted = new Set([...fresh.children].map((node) => node.id).filter(Boolean));
  for (const old of [...region.childNodes]) if (!wanted.has(old.id)) { old.close?.(); old.remove(); }
  [...fresh.children].forEach((node, place) => {
    let stays = [...region.children].find((old) => old.id && old.id === node.id);
    if (!stays) added.push(stays = node);
    else if (stays.dataset.v !== node.dataset.v) {
      if ("deep" in node.dataset) { swap(stays, node, added); stays.className = node.className; stays.dataset.v = node.dataset.v; }
      else { carry(stays, node); stays.close?.(); stays.replaceWith(node); stays = node; }
    }
    if (region.children[place] !== stays) region.insertBefore(stays, region.children[place] ?? null);
  });
}
function carry(old, fresh) { // what a person has half done stays: open folds, typed text, picks
  if (old.localName === "details") fresh.open = old.open;
  for (const one of all("[id]", old)) {
    const next = byId(one.id, fresh);
    if (one.localName === "details") Object.assign(next ?? {}, { open: one.open });
    else if (next && one.checked !== one.defaultChecked) next.checked = one.checked;
    else if (next && (one.options ? !one.selectedOptions[0]?.defaultSelected && one.value : one.value !== one.defaultValue)) next.value = one.value;
  }
}
function show(region, html) {
  const held = document.activeElement, added = [], template = document.createElement("template");
  const name = held.id ? `#${CSS.escape(held.id)}` : held.dataset.testid && `[data-testid="${CSS.escape(held.dataset.testid)}"]`;
  const atEnd = all("[role=log]").filter((log) => log.scrollHeight - log.scrollTop - log.clientHeight < 80);
  template.innerHTML = html;
  swap(region, template.content, added);
  open(region);
  if (name && !held.isConnected && document.activeElement === document.body) $(name, region)?.focus({ preventScroll: true });
  bottom(atEnd);
  const news = added.length < 20 ? added.filter((one) => one.matches(".message, .bubble")) : [];
  news.forEach((node) => { node.classList.add("fresh"); node.scrollIntoView({ block: "nearest", inline: "nearest" }); });
  [sift, mark].forEach((redo) => redo());
}
function open(region) { // a modal takes the focus to its first wrong field, or to its first
  for (const dialog of all("dialog.modal:not([open])", region)) {
    dialog.showModal();
    const fields = all(".field :is(input:not([type=hidden]), select, textarea)", dialog);
    (fields.find((one) => one.ariaInvalid) ?? fields.find((one) => one.autofocus) ?? fields[0])?.focus();
  }
}
async function load(name) { // one request per fragment at a time; what changes meanwhile is fetched once more
  const region = $(`[data-fragment="${name}"]`), address = location.search;
  if (!region || region.closest("[popover]:not(:popover-open)")) return;
  if (loading.has(name)) return void loading.set(name, true);
  loading.set(name, false);
  const answer = await fetch(`/fragments/${name}${address}`).catch(() => null);
  const html = await answer?.text(); await pressed;
  if (answer?.ok && address === location.search) show(region, html);
  const again = loading.get(name) || address !== location.search;
  if (loading.delete(name) && again) load(name);
}
function listen() {
  events?.close();
  events = new EventSource(`/_events${location.search}`);
  events.addEventListener("swap", (event) => load(event.data));
  events.addEventListener("news", (event) => { unread.add(event.data); mark(); });
  events.addEventListener("world", ({ data }) => data !== document.documentElement.dataset.world ? location.reload() : all("[data-fragment]").forEach((region) => load(region.dataset.fragment)));
}

function mark() { // rooms with news, until they are opened
  for (const link of all("[data-room][aria-current]")) unread.delete(link.dataset.room);
  for (const link of all("[data-room]")) link.ariaDescription = link.classList.toggle("unread", unread.has(link.dataset.room)) ? "new messages" : null;
}

// Posting: every form and click goes to the server, which tells all tabs what changed.
async function post(path, body, control) {
  control?.setAttribute("aria-busy", "true");
  const answer = await fetch(path + location.search, { method: "POST", body: new URLSearchParams(body) }).catch(() => null);
  control?.removeAttribute("aria-busy");
  $("#toast").textContent = answer?.status === 204 ? "" : await answer?.json().then((said) => said.notice ?? said.error, () => null) ?? "The practice world does not answer.";
  return answer?.ok;
}
function press(control) {
  const body = new FormData(control.closest("form"));
  body.set("press", control.dataset.press);
  if (control.dataset.url) window.open(control.dataset.url, "_blank", "noopener");
  post("/_ui/click", body, control);
}
function ask(control) {
  if (!control.dataset.confirm) return press(control);
  Object.assign(byId(control.dataset.confirm), { asker: control }).showModal();
}
function hint(typed) { // the commands that begin like what is typed
  for (const one of all("#hints button")) one.hidden = !one.dataset.fill.startsWith(typed);
  $("#hints").hidden = !typed.startsWith("/") || !$("#hints button:not([hidden])");
}
function sift(wanted = $("#traffic-filter").value.toLowerCase()) {
  for (const row of all("#traffic .exchange")) row.hidden = !row.textContent.toLowerCase().includes(wanted);
}

const CLICKS = { // what was clicked → what happens
  "a[data-nav]": (link, event) => { event.preventDefault(); history.pushState(null, "", link.href); listen(); },
  "button[data-press]": (button) => { button.closest("details.overflow")?.removeAttribute("open"); ask(button); },
  "[data-confirmed]": (button) => { button.closest("dialog").close(); press(button.closest("dialog").asker); },
  "[data-close]": (button) => button.closest("dialog").close(),
  "[data-close-view]": (button) => post("/_ui/close", { view_id: button.dataset.closeView }, button),
  "[data-fill]": (button) => { Object.assign($("#composer"), { value: button.dataset.fill }).focus(); hint(""); },
  "[data-story-off]": () => { remember("story", "off"); $(".story").remove(); },
  "[data-theme-toggle]": (button, event, page = document.documentElement, system = matchMedia("(prefers-color-scheme: dark)")) =>
    remember("theme", page.dataset.theme = (page.dataset.theme === "auto" ? system.matches : page.dataset.theme === "dark") ? "light" : "dark"),
};
document.addEventListener("click", (event) => {
  for (const menu of all("details.overflow[open]")) if (!menu.contains(event.target)) menu.open = false;
  const found = Object.keys(CLICKS).find((selector) => event.target.closest(selector));
  if (found && !event.ctrlKey && !event.metaKey) CLICKS[found](event.target.closest(found), event);
});
document.addEventListener("change", ({ target }) => {
  if (target.dataset.press) ask(target);
  else if (target.form?.matches("[data-live]")) post(target.form.getAttribute("action"), new FormData(target.form));
});
$("#composer").addEventListener("input", ({ target }) => hint(target.value));
$("#traffic-filter").addEventListener("input", () => sift());
document.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target, held = document.activeElement, body = new FormData(form, event.submitter);
  if (form.matches(".surface:not(.modal-form)")) return held.dataset.press && press(held);
  const clears = "clear" in form.dataset && !event.submitter?.name, field = $("input:not([type=hidden])", form);
  if (clears) { form.reset(); hint(""); }
  if (!(await post(form.getAttribute("action"), body, event.submitter)) && clears) field.value ||= body.get(field.name);
});
document.addEventListener("cancel", (event) => { // Escape on a modal: the server closes it, so that the bot hears of it
  if (event.target.dataset.viewId) { event.preventDefault(); post("/_ui/close", { view_id: event.target.dataset.viewId }); }
}, true);
document.addEventListener("keydown", (event) => {
  const { key, target } = event, busy = target.matches("input, textarea, select") || $("dialog[open]") || event.ctrlKey;
  if (key === "/" && !busy) { event.preventDefault(); $("#composer").focus(); }
  if (key === "Escape") { hint(""); target.closest("details.overflow[open]")?.removeAttribute("open"); }
  if (key === "ArrowDown" && target.id === "composer") $("#hints button:not([hidden])")?.focus();
});
document.addEventListener("toggle", ({ target }) => { // a drawer opens: its content is fetched only now
  all("[data-fragment]", target).forEach((region) => load(region.dataset.fragment));
  if (target.popover) bottom(all("[role=log]"));
}, true);
addEventListener("popstate", listen);
setInterval(() => ["clock", "phones"].forEach(load), 15000); // the minutes pass
document.addEventListener("pointerdown", () => { pressed = new Promise((free) => ["pointerup", "pointercancel"].forEach((end) => addEventListener(end, () => setTimeout(free), { once: true }))); }, true);
bottom(all("[role=log]")); open(document); listen();
