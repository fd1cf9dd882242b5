// "Somebody told me something serious": what to say, whom to call and where help is open come before any form (R7, R11).

import { choice, field, h, key, keys, pictogram, text } from "./parts.js";
import { elsewhere, placeKeys, safe, yesOrNo } from "./form.js";

const DOORS = [["T3-G", "t3g", "users"], ["T3-C", "t3c", "baby"], ["T3-S", "t3s", "ban"], ["T3-L", "t3l", "siren"]];
const REPORT = ["who", "where", "when", "under_18", "going_on", "knows", "pass_on"];
const ASKED_SHORT = ["under_18", "going_on", "pass_on"];
const LIMITS = { "T3-S": "limits_sea", "T3-C": "limits_child" };
const isReport = (form) => form.tier === "T3-S";

export const SERIOUS = [
  { name: "say", view: say },
  { name: "door", view: door },
  { name: "help", view: help },
  { name: "safe", when: (form) => !form.came_safe, view: safe },
  { name: "elsewhere", when: (form) => form.safe === "no", view: elsewhere },
  { name: "limits", when: (form) => form.tier in LIMITS, view: limits },
  {
    name: "record",
    when: (form) => !isReport(form), // what an aid worker did is passed on in any case, and its limits were said (R11)
    view: (c) => yesOrNo(c, "record", "serious_record_q", "pencil-line", "serious_record_hint"),
  },
  ...[
    { name: "refer", view: (c) => yesOrNo(c, "refer", "serious_refer_q", "share-2") },
    { name: "reach", view: reach },
    { name: "report", when: isReport, view: report },
  ].map((step) => ({ ...step, when: (form) => form.record !== "no" && (!step.when || step.when(form)) })),
  { name: "handed", view: handed },
];

function say(c) {
  const part = (name) => h("section", { class: "say" }, h("h2", {}, c.t(`${name}_title`)), text(c.t(`${name}_text`), "aloud"));
  return {
    title: c.t("serious"),
    icon: "triangle-alert",
    body: [part("say"), part("ask_not"), part("health")],
    foot: key(c.t("next"), { value: "next", tone: "go", act: () => c.answer({}) }),
  };
}

function door(c) {
  const all = DOORS.map(([tier, word, icon]) => key(c.t(word), { icon, value: tier, act: () => c.answer({ tier }) }));
  const unsure = key(c.t("not_sure"), { icon: "circle-help", value: "none", tone: "quiet", act: () => c.answer({ tier: "" }) });
  return { title: c.t("tier_q"), hint: c.t("tier_hint"), body: keys([...all, unsure]) };
}

function help(c) {
  const here = (one) => !one.places || !c.form.place || one.places.includes(c.form.place);
  const contacts = contactsOf(c).filter(here);
  const services = (c.desk.services ?? []).filter(here);
  const where = h("details", {}, h("summary", {}, placeName(c)), placeKeys(c, (code) => {
    c.form.place = code;
    c.again();
  }));
  return {
    title: c.t("call_first"),
    icon: "phone",
    body: [
      ...contacts.map((one) => h("a", { class: "key call", href: `tel:${one.phone}` }, pictogram("phone"), h("span", {}, c.label(one.labels), h("b", {}, one.phone)))),
      h("h2", {}, c.t("open_now")),
      h("div", { class: "where" }, pictogram("map-pin"), where),
      services.length ? h("ul", { class: "services" }, services.map((one) => service(c, one))) : text(c.t("no_services"), "hint"),
      c.desk.checked ? text(c.t("checked", { date: c.desk.checked }), "hint") : null,
    ],
    foot: key(c.t("next"), { value: "next", tone: "go", act: () => c.answer({}) }),
  };
}

function service(c, one) {
  const marks = [one.at_night && ["moon", "at_night"], one.women && ["user", "women"]].filter(Boolean);
  return h("li", {},
    h("b", {}, c.label(one.labels)),
    text(`${c.label(one.hours)} · ${c.label(one.where)}`),
    h("p", { class: "marks" }, marks.map(([icon, word]) => h("span", {}, pictogram(icon), c.t(word))),
      one.phone ? h("a", { href: `tel:${one.phone}` }, one.phone) : null));
}

function limits(c) {
  return {
    title: c.t("limits_title"),
    icon: "volume-x",
    body: text(c.t(LIMITS[c.form.tier]), "aloud"),
    foot: key(c.t("said_it"), { value: "next", tone: "go", act: () => c.answer({}) }),
  };
}

function reach(c) {
  return {
    title: c.t("reach_q"),
    icon: "phone",
    body: [
      field("", { value: c.form.terms, rows: 3, input: (said) => (c.form.terms = said) }),
      field(c.t("reach_phone"), { value: c.form.phone, kind: "tel", mode: "tel", input: (said) => (c.form.phone = said) }),
    ],
    foot: [
      key(c.t("reach_none"), { icon: "bell", value: "none", act: () => c.answer({ contact: "no", phone: "", terms: "" }) }),
      key(c.t("next"), { value: "next", tone: "go", act: () => c.answer({ contact: c.form.terms.trim() || c.form.phone.trim() ? "yes" : "no" }) }),
    ],
  };
}

function report(c) {
  const short = [["yes", c.t("yes")], ["no", c.t("no")]];
  const one = (name) => (ASKED_SHORT.includes(name)
    ? choice(c.t(`report_${name}`), short, c.form.report[name], (said) => (c.form.report[name] = said))
    : field(c.t(`report_${name}`), { value: c.form.report[name] ?? "", input: (said) => (c.form.report[name] = said) }));
  return {
    title: c.t("report_q"),
    hint: c.t("report_hint"),
    body: [field("", { value: c.form.text, rows: 5, input: (said) => (c.form.text = said) }), ...REPORT.map(one)],
    foot: key(c.t("next"), { value: "next", tone: "go", act: () => c.answer({}) }),
  };
}

function handed(c) {
  const all = [...contactsOf(c).map((one) => [one.labels.en, c.label(one.labels)]), ["told, will call back", c.t("handed_told")], ["none", c.t("handed_nobody")]];
  const now = new Date().toTimeString().slice(0, 5);
  c.form.handed_at ||= now;
  return {
    title: c.t("handed_q"),
    icon: "handshake",
    body: [
      choice("", all, c.form.handed_to, (who) => (c.form.handed_to = who === "none" ? "" : who)),
      field(c.t("handed_at"), { value: c.form.handed_at, kind: "time", input: (said) => (c.form.handed_at = said) }),
    ],
    foot: key(c.t("save"), { icon: "lock", value: "save", tone: "go", act: c.save }),
  };
}

// The contact of the door that was chosen; all of them where nobody could tell.
function contactsOf(c) {
  return (c.desk.contacts ?? []).filter((one) => !c.form.tier || one.tier === c.form.tier);
}

function placeName(c) {
  const found = c.data.places.find((one) => one.code === c.form.place);
  return found ? c.label(found.labels) : c.t("place_q");
}
