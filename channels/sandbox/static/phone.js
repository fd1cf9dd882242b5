// The phone's texts, its SIMs, the samples and the accounts; asks for what is new every second.
"use strict";

const POLL = 1000;
const phone = { start: null, sim: null, seen: -1, phones: new Map(), read: new Map(), language: 0 };
const $ = (id) => document.getElementById(id);

/** An element with a class, text and children. */
function make(tag, className, text, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  made.append(...children);
  return made;
}

/** Ask the sandbox; a refusal becomes an Error with its sentence. */
async function ask(path, body, more = {}) {
  const asked = body instanceof Blob
    ? { method: "POST", body, headers: { "content-type": body.type, ...more } }
    : body && { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } };
  let answer;
  try {
    answer = await fetch(`/phone/${path}`, asked);
  } catch {
    throw new Error("The sandbox is not running. Start it again, then go on.");
  }
  if (answer.status === 204) return null;
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.problem);
  return said;
}

function say(problem) { $("problem").textContent = problem; }

/** Do something that may be refused, and say why if it is. */
async function attempt(work) {
  say("");
  try { return await work(); } catch (why) { say(why.message); return null; }
}

const current = () => phone.phones.get(phone.sim);
const clock = (at) => new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const arrived = (one) => one.thread.filter((text) => !text.mine).length;

async function send(body) {
  showTab("texts");
  const sent = await attempt(() => ask("text", { number: phone.sim, body }));
  if (sent && (sent.status < 200 || sent.status > 299)) {
    say(sent.status ? `The desk refused it (status ${sent.status}).` : "The desk does not answer. Is it running?");
  }
  await refresh();
  return sent;
}

async function refresh() {
  const numbers = phone.start.sims.map((sim) => sim.number);
  const state = await ask("state", { numbers, seen: phone.seen });
  if (!state) return;
  phone.seen = state.version;
  for (const one of state.phones) phone.phones.set(one.number, one);
  draw();
}

function draw() {
  const one = current();
  if (!$("texts").hidden) phone.read.set(phone.sim, arrived(one)); // seen by whoever looks at this phone
  drawSims();
  $("sim-label").textContent = phone.start.sims.find((sim) => sim.number === phone.sim).label;
  $("sim-number").textContent = phone.sim;
  $("power").textContent = one.off ? "Switch on" : "Switch off";
  $("power").setAttribute("aria-pressed", String(Boolean(one.off)));
  $("words").disabled = $("composer").querySelector("button").disabled = Boolean(one.off);
  for (const button of document.querySelectorAll(".sample")) button.disabled = Boolean(one.off);
  drawThread(one);
  drawCall(one);
  const all = [...phone.phones.values()].flatMap((each) => each.thread);
  $("steps-head").parentElement.querySelectorAll("li").forEach((step, i) => {
    step.classList.toggle("done", [all.some((text) => text.mine), false, all.some((text) => !text.mine && !text.unasked)][i]);
  });
}

/** A group of buttons of which one is pressed; made once, so that the keyboard keeps its place. */
function choice(group, labels, chosen, choose) {
  if (!group.childElementCount) {
    group.append(...labels.map((label, i) => {
      const button = make("button", "", label);
      button.type = "button";
      button.addEventListener("click", () => choose(i));
      return button;
    }));
  }
  [...group.children].forEach((button, i) => button.setAttribute("aria-pressed", String(i === chosen)));
  return [...group.children];
}

function drawSims() {
  const sims = phone.start.sims;
  const choose = (i) => { phone.sim = sims[i].number; say(""); draw(); };
  const buttons = choice($("sims"), sims.map((sim) => sim.label), sims.findIndex((sim) => sim.number === phone.sim), choose);
  buttons.forEach((button, i) => {
    const unread = arrived(phone.phones.get(sims[i].number)) - (phone.read.get(sims[i].number) || 0);
    button.querySelector(".new")?.remove();
    if (unread > 0) button.append(make("span", "new", ` ${unread} new`));
  });
}

function drawThread(one) {
  const lines = one.thread.map((text) => {
    const bad = text.mine && text.code;
    const by = bad ? `${clock(text.at)} · the desk did not take it` : clock(text.at);
    const words = [text.pictures ? `[picture]` : "", text.body].filter(Boolean).join(" ");
    const line = make("div", text.mine ? "msg mine" : "msg", "", make("p", "", words), make("span", bad ? "by bad" : "by", by));
    line.firstChild.dir = "auto";
    return line;
  });
  if (!lines.length) lines.push(make("p", "empty", "No texts yet. Press a sample message, or write one below."));
  if (one.off) lines.push(make("p", "aside", "Switched off: nothing arrives, and the desk is told so."));
  fill($("thread"), lines);
}

/** Show these lines; those that stand already stay, so that a screen reader says only what is new. Ends at the last. */
function fill(list, lines) {
  let same = 0;
  while (same < lines.length && list.children[same]?.isEqualNode(lines[same])) same += 1;
  while (list.children.length > same) list.lastChild.remove();
  list.append(...lines.slice(same));
  list.scrollTop = list.scrollHeight;
}

function showTab(name) {
  for (const tab of ["texts", "line"]) {
    $(tab).hidden = tab !== name;
    $(`tab-${tab}`).setAttribute("aria-selected", String(tab === name));
    $(`tab-${tab}`).tabIndex = tab === name ? 0 : -1;
  }
  if (phone.phones.size) draw();
}

function drawSamples() {
  const groups = phone.start.samples;
  const choose = (i) => { phone.language = i; drawSamples(); };
  choice($("languages"), groups.map((group) => group.language), phone.language, choose)
    .forEach((button, i) => { button.lang = groups[i].code; });
  const group = phone.start.samples[phone.language];
  $("sample-list").replaceChildren(...group.samples.map((sample) => {
    const chip = make("span", sample.kind.startsWith("sensitive") ? "chip sealed" : "chip", sample.kind);
    const words = make("span", "", sample.text);
    words.lang = group.code;
    const button = make("button", "sample", "", chip, words);
    button.type = "button";
    button.disabled = Boolean(current()?.off);
    button.addEventListener("click", async () => {
      await send(sample.text);
      if (matchMedia("(max-width: 760px)").matches) document.querySelector(".handset").scrollIntoView({ block: "start" });
    });
    return button;
  }));
}

function drawAccounts(accounts) {
  $("no-accounts").hidden = accounts.length > 0;
  $("account-list").replaceChildren(...accounts.map((one) => {
    const secrets = make("div", "row", "", make("code", "", one.name), make("code", "", one.password));
    if (one.code) secrets.append(make("span", "meta", "code now"), make("code", "num", one.code));
    return make("li", "account", "", make("b", "", one.role), make("span", "meta", one.does), secrets);
  }));
}

async function begin() {
  phone.start = await ask("start");
  phone.sim = phone.start.sims[0].number;
  $("our-number").textContent = phone.start.sender;
  for (const id of ["desk-top", "desk-step"]) $(id).href = phone.start.desk_url;
  await refresh();
  drawSamples();
  drawAccounts(phone.start.accounts);
  drawKeypad();
  let seconds = 0;
  setInterval(async () => {
    if (document.hidden) return;
    try {
      await refresh();
      if (++seconds % 5 === 0 && phone.start.accounts.some((one) => one.code)) drawAccounts((await ask("start")).accounts);
      if ($("problem").textContent.startsWith("The sandbox is not running")) say("");
    } catch (why) { say(why.message); }
  }, POLL);
}

$("composer").addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = $("words").value.trim();
  if (!body) return;
  if (await send(body)) $("words").value = "";
  $("words").focus();
});
$("picture").addEventListener("change", async () => {
  const [file] = $("picture").files;
  const sent = file && await attempt(() => ask("picture", file, { "x-number": phone.sim, "x-body": encodeURIComponent($("words").value.trim()) }));
  if (sent) $("words").value = "";
  $("picture").value = "";
  await refresh();
});
$("words").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); $("composer").requestSubmit(); }
});
$("power").addEventListener("click", async () => {
  await attempt(() => ask("switch", { number: phone.sim, off: !current().off }));
  await refresh();
});
for (const tab of ["texts", "line"]) $(`tab-${tab}`).addEventListener("click", () => showTab(tab));
document.querySelector(".tabs").addEventListener("keydown", (event) => {
  if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
  const other = $("texts").hidden ? "texts" : "line";
  showTab(other);
  $(`tab-${other}`).focus();
});
document.addEventListener("DOMContentLoaded", () => attempt(begin));
