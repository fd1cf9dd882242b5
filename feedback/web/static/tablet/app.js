// The app: one question a screen, the outbox as a calm count, and nothing of a form left behind once it is saved.

import { MATTER, SPOT } from "./form.js";
import { SERIOUS } from "./serious.js";
import { h, key, keys, pictogram, text } from "./parts.js";
import { clean, seal } from "./seal.js";
import { prepare, send } from "./send.js";
import * as store from "./store.js";
import * as who from "./who.js";

const FLOWS = { matter: MATTER, spot: SPOT, serious: SERIOUS };
const FEW_CODES = 10;
const AGAIN = [2, 5, 15, 60, 300]; // seconds until a sending that failed is tried again
const FRESH = 3600_000; // how long the desk's word on key, people and codes is taken without asking again

const root = document.getElementById("app");
let data, desk, language, held;
let draft = null; // the form in hand, in memory alone
let tried = 0;
let asked = -FRESH; // by the page's own clock, so that each start asks once: the tablet may have been enrolled since
let timer = 0;
let said = "";
let drawn = "";
let rewound = Promise.resolve();
let rewinds = 0; // steps back that are ours: one that comes late must not ask who has begun the next form whether to leave it

start();

async function start() {
  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/tablet/worker.js", { scope: "/tablet/" });
  const version = document.querySelector("meta[name=version]").content;
  data = await (await fetch(`/tablet/${version}/words.json`)).json();
  desk = await store.desk();
  language = desk.language ?? navigator.languages.map((one) => one.slice(0, 2)).find((one) => one in data.languages) ?? "en";
  await store.remember({}); // so that the tablet's own name is settled before anything is sent
  desk = await store.desk();
  held = (await navigator.storage?.persisted?.()) || (await navigator.storage?.persist?.());
  history.replaceState({ at: -1 }, "");
  addEventListener("popstate", (event) => (rewinds ? (rewinds -= 1) : goBack(event.state?.at ?? -1)));
  addEventListener("online", () => sendSoon(0));
  addEventListener("visibilitychange", () => document.visibilityState === "visible" && sendSoon(0));
  await home();
  sendSoon(0);
}

// ---- the first screen

async function home() {
  draft = null;
  desk = await store.desk();
  draw(await outbox());
}

function draw(box) {
  const ready = Boolean(desk.key);
  drawn = shape();
  const open = (flow) => () => begin(flow);
  show("home", t(ready ? "app" : "setup_title"), ready
    ? [
        keys([
          key(t("somebody"), { icon: "ear", value: "matter", tone: "go", act: open("matter") }),
          key(t("spot"), { icon: "circle-check", value: "spot", act: open("spot") }),
          key(t("serious"), { icon: "triangle-alert", value: "serious", tone: "grave", act: open("serious") }),
        ]),
        who.line(board(), desk.people),
        box,
        h("a", { class: "plain", href: "/code" }, pictogram("ticket"), h("span", {}, t("read_code"), " ", h("small", {}, t("needs_network")))),
      ]
    : [text(t("setup_text"), "hint"), said ? text(said, "notice") : null, signIn("go"), box],
  h("div", { class: "smalls languages" }, Object.entries(data.languages).map(([code, name]) =>
    h("button", { type: "button", class: "small", lang: code, "data-value": code, "aria-pressed": String(code === language), onclick: () => speak(code) }, name))));
}

// What the first screen shows beside the outbox.
function shape() {
  return JSON.stringify([Boolean(desk.key), desk.people ?? []]);
}

// What the change of user needs of this file.
function board() {
  return { t, show, signIn: () => signIn("small"), home: (words = "") => tellAt(words) };
}

async function tellAt(words) {
  said = words;
  await home();
  sendSoon(0);
}

async function outbox() {
  const n = await store.waiting();
  const codes = desk.codes.filter((one) => one.n > desk.spent).length;
  if (!n && !said && !desk.key) return null;
  return h("section", { class: "outbox" },
    h("p", { id: "waiting", "data-n": n }, pictogram("lock"), h("span", {}, n ? t("waiting", { n }) : t("waiting_0"))),
    n ? text(t("nobody_reads"), "hint") : null,
    h("p", { id: "said", role: "status", class: "hint" }, said),
    desk.key && codes < FEW_CODES ? text(t("few_codes", { n: codes }), "notice") : null,
    held === false && desk.key ? text(t("not_kept"), "hint") : null,
    h("div", { class: "smalls" },
      h("button", { type: "button", class: "small", id: "send-now", onclick: () => sendNow() }, t("send_now")),
      said === t("signed_out") ? signIn("small") : null));
}

function signIn(tone) {
  return h("a", { class: `key ${tone}`, href: "/tablet/sign-in" }, t("sign_in"));
}

async function speak(code) {
  language = code;
  said = "";
  await store.remember({ language });
  await home();
}

// ---- one form

async function begin(flow, known = {}) {
  await rewound;
  if (navigator.storage?.persist && !held) navigator.storage.persist().then((kept) => (held = kept));
  const form = { way: flow, safe: "not_asked", record: "not_asked", refer: "not_asked", contact: "not_asked" };
  draft = { flow, at: 0, form: { ...form, phone: "", terms: "", text: "", answer: "", name: "", who: {}, report: {}, place: flow === "matter" ? "" : desk.place ?? "", ...known } };
  history.pushState({ at: 0 }, "");
  step();
}

function step() {
  const all = steps();
  const c = context();
  const { title, hint, icon, body, foot } = all[draft.at].view(c);
  const dots = h("p", { class: "dots", role: "img", "aria-label": t("step", { n: draft.at + 1, all: all.length }) },
    all.map((_, n) => h("i", { class: n === draft.at ? "here" : n < draft.at ? "done" : "" })));
  show(all[draft.at].name, title, [icon && pictogram(icon), hint && text(hint, "hint"), body, h("p", { id: "wrong", role: "alert" })].flat(),
    h("div", { class: "top" }, h("button", { type: "button", class: "back", "aria-label": t("back"), onclick: () => history.back() }, pictogram("arrow-left"), h("span", {}, t("back"))), dots),
    foot && h("div", { class: "foot" }, foot));
}

function steps() {
  return FLOWS[draft.flow].filter((one) => !one.when || one.when(draft.form, data));
}

function context() {
  const c = { form: draft.form, data, desk, t, label, again: step, save, leave };
  c.answer = (changes) => {
    Object.assign(draft.form, changes);
    stopSound(c);
    draft.at += 1;
    history.pushState({ at: draft.at }, "");
    step();
  };
  c.replace = (changes) => {
    Object.assign(draft.form, changes); // the question goes away with its answer
    step();
  };
  c.turn = (flow) => {
    const { place, safe } = draft.form;
    rewind();
    begin(flow, { place: place || desk.place || "", safe, came_safe: safe === "yes" });
  };
  c.wrong = (word) => (document.getElementById("wrong").textContent = t(word));
  return c;
}

function stopSound(c) {
  c.stopSound?.().then((sound) => draft && (draft.form.sound ??= sound));
  c.stopSound = null;
}

function goBack(to) {
  if (!draft) return;
  if (to >= 0) {
    draft.at = Math.min(to, steps().length - 1);
    step();
  } else if (confirm(t("leave"))) {
    home();
  } else {
    history.pushState({ at: draft.at }, "");
  }
}

function leave() {
  rewind();
  home();
}

// The form is done with: the browser's own history forgets its steps, and the next one begins after that.
function rewind() {
  const depth = draft.at + 1;
  draft = null;
  rewinds += 1;
  rewound = new Promise((done) => {
    addEventListener("popstate", done, { once: true });
    setTimeout(done, 500);
  });
  history.go(-depth);
}

async function save() {
  if (draft.saving) return;
  draft.saving = true;
  const { form } = draft;
  try {
    const code = form.way === "matter" || form.way === "serious" ? await store.takeCode() : null;
    const filled = clean(form, { interface: language, code, ...who.signed() });
    const sealed = await seal(desk.key, filled.key, filled);
    await store.keep({ key: filled.key, key_name: desk.key.name, at: Date.now(), sealed });
    if (form.place) await store.remember({ place: form.place });
    rewind();
    receipt(form, code);
    sendSoon(1);
  } catch {
    draft.saving = false;
    context().wrong("save_failed");
  }
}

function receipt(form, code) {
  if (form.way === "count") return show("saved", t("counted"), nextPerson());
  if (form.way === "spot") return show("saved", t("spot_saved"), nextPerson());
  const spoken = data.phrases.code_given[form.language] ?? data.phrases.code_given[language];
  const written = code && `${code.slice(0, 4)} ${code.slice(4)}`;
  const slip = code
    ? h("section", { class: "slip" }, text(t("code_say"), "hint"), h("p", { class: "code", id: "code" }, written),
        h("p", { class: "aloud", lang: spoken.language }, spoken.text.replace("{code}", written)), text(t("code_once"), "hint"))
    : text(t("code_none"), "notice");
  const print = code && key(t("print"), { icon: "printer", value: "print", act: () => window.print() });
  return show("saved", t("saved"), [slip, nextPerson(), print]);
}

function nextPerson() {
  return keys([key(t("next_person"), { icon: "user", value: "home", tone: "go", act: home })]);
}

// ---- sending

function sendSoon(seconds) {
  clearTimeout(timer);
  timer = setTimeout(() => navigator.onLine && sendNow(true), seconds * 1000);
}

async function sendNow(quietly = false) {
  const before = await store.waiting();
  if (quietly && !before && desk.key && enough() && performance.now() - asked < FRESH) return;
  if (!quietly) await tell(t("sending"));
  const { state, unread } = desk.key ? await send(() => tell()) : await prepare();
  if (state === "sent" || state === "ready") asked = performance.now();
  const waits = await store.waiting();
  const words = {
    sent: waits ? "" : t(unread ? "unread_there" : "sent", { n: unread }),
    ready: t("setup_done"),
    "no-key": t("setup_none"),
    "signed-out": waits || !quietly ? t("signed_out") : "",
    "not-allowed": t("not_allowed"),
    offline: waits || !quietly ? t("no_network") : "",
    busy: waits ? t("busy") : "",
  };
  await tell(state === "sent" && quietly && !before ? "" : words[state]);
  if (state === "ready") return sendNow(true); // the first codes
  tried = state === "sent" ? 0 : tried + 1;
  if ((state === "busy" || state === "offline") && waits) sendSoon(AGAIN[Math.min(tried, AGAIN.length) - 1]);
}

function enough() {
  return desk.codes.filter((one) => one.n > desk.spent).length > FEW_CODES;
}

// Say it on the first screen, if that is where one is. The keys stay as they are where they can: a press that has begun must not be lost.
async function tell(words = said) {
  said = words;
  desk = await store.desk();
  const box = await outbox();
  if (root.dataset.screen !== "home") return;
  const old = root.querySelector(".outbox");
  if (desk.key && old && box && drawn === shape()) old.replaceWith(box);
  else draw(box);
}

// ---- the screen

function show(name, title, body, top, foot) {
  const same = root.dataset.screen === name && name === "home";
  root.dataset.screen = name;
  document.documentElement.lang = language;
  document.title = t("app");
  const heading = h("h1", { tabindex: "-1" }, title);
  root.replaceChildren(...[top, heading, body].flat().filter(Boolean), ...(foot ? [foot] : []));
  if (same) return;
  window.scrollTo(0, 0);
  heading.focus({ preventScroll: true });
}

function t(word, fills = {}) {
  const found = data.words[language][word] ?? data.words.en[word];
  return Object.entries(fills).reduce((text, [name, value]) => text.replace(`{${name}}`, value), found);
}

function label(labels) {
  return labels[language] ?? labels.en;
}
