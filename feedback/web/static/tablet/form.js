// The questions of the whole form and of "answered on the spot": safety, consent, matter, place, and who they are last.

import { choice, field, h, key, keys, pictogram, text } from "./parts.js";
import { PERSON } from "./person.js";
import { record } from "./sound.js";

// Each step: its name, when it is asked, and what it shows. `c` holds the draft and the ways on.
export const MATTER = [
  { name: "safe", view: safe },
  { name: "elsewhere", when: (form) => form.safe === "no", view: elsewhere },
  { name: "record", view: mayRecord },
  { name: "count", when: (form) => form.way === "count", view: countOnly },
  ...[
    { name: "refer", view: (c) => yesOrNo(c, "refer", "refer_q", "share-2") },
    { name: "contact", view: hearBack },
    { name: "reach", when: (form) => form.contact === "yes", view: reach },
    { name: "sector", view: sector },
    { name: "sub", when: (form, data) => subs(form, data).length > 0, view: sub },
    { name: "words", view: words },
    { name: "place", view: place },
    ...PERSON,
  ].map((step) => ({ ...step, when: (form, data) => form.way !== "count" && (!step.when || step.when(form, data)) })),
];

export const SPOT = [
  { name: "sector", view: sector },
  { name: "sub", when: (form, data) => subs(form, data).length > 0, view: sub },
  { name: "spot", view: spot },
];

export function yesOrNo(c, name, question, icon, hint) {
  return {
    title: c.t(question),
    hint: hint && c.t(hint),
    icon,
    body: keys([
      key(c.t("yes"), { icon: "check", value: "yes", pressed: c.form[name] === "yes", act: () => c.answer({ [name]: "yes" }) }),
      key(c.t("no"), { icon: "x", value: "no", pressed: c.form[name] === "no", act: () => c.answer({ [name]: "no" }) }),
    ], { columns: 2 }),
  };
}

// The place, the volunteer's own ones first. `act` is told the code; "" for a place that was not said.
export function placeKeys(c, act) {
  const { places } = c.data;
  const own = [...new Set([c.desk.place, ...(c.desk.places ?? [])])].filter((code) => places.some((one) => one.code === code)).slice(0, 8);
  const label = (code) => c.label(places.find((one) => one.code === code).labels);
  const pick = (code, icon) => key(label(code), { icon, value: code, pressed: c.form.place === code, act: () => act(code) });
  const rest = h("div", { class: "keys columns-2" });
  const fill = (wanted) => {
    const found = places.filter((one) => !own.includes(one.code) && c.label(one.labels).toLowerCase().includes(wanted.trim().toLowerCase()));
    rest.replaceChildren(...found.map((one) => pick(one.code)));
  };
  fill("");
  return [
    keys([...own.map((code) => pick(code, "map-pin")), key(c.t("place_none"), { icon: "circle-help", value: "none", tone: "quiet", act: () => act("") })], { columns: 2 }),
    field(c.t("place_find"), { input: fill, kind: "search" }),
    rest,
  ];
}

export function safe(c) {
  return {
    title: c.t("safe_q"),
    icon: "ear",
    body: keys([
      key(c.t("yes"), { icon: "check", value: "yes", act: () => c.answer({ safe: "yes" }) }),
      key(c.t("elsewhere"), { icon: "door-open", value: "no", act: () => c.answer({ safe: "no" }) }),
    ]),
  };
}

export function elsewhere(c) {
  return {
    title: c.t("elsewhere"),
    hint: c.t("elsewhere_text"),
    icon: "door-open",
    body: keys([
      key(c.t("safe_now"), { icon: "check", value: "yes", act: () => c.replace({ safe: "yes" }) }),
      key(c.t("another_day"), { icon: "clock", value: "leave", act: c.leave }),
    ]),
  };
}

function mayRecord(c) {
  const no = () => c.answer({ record: "no", way: "count" });
  return {
    title: c.t("record_q"),
    hint: c.t("record_hint"),
    icon: "pencil-line",
    body: keys([
      key(c.t("yes"), { icon: "check", value: "yes", act: () => c.answer({ record: "yes", way: "matter" }) }),
      key(c.t("no"), { icon: "x", value: "no", act: no }),
    ], { columns: 2 }),
  };
}

function countOnly(c) {
  return {
    title: c.t("count_title"),
    hint: c.t("count_text"),
    icon: "hash",
    body: keys([key(c.t("count_it"), { icon: "check", value: "save", tone: "go", act: c.save })]),
  };
}

function hearBack(c) {
  return {
    title: c.t("contact_q"),
    icon: "ticket",
    body: keys([
      key(c.t("by_code"), { icon: "hash", value: "no", act: () => c.answer({ contact: "no" }) }),
      key(c.t("by_phone"), { icon: "phone", value: "yes", act: () => c.answer({ contact: "yes" }) }),
    ]),
  };
}

function reach(c) {
  const on = () => (c.form.phone.trim() ? c.answer({}) : c.wrong("phone_needed"));
  return {
    title: c.t("by_phone"),
    icon: "phone",
    body: [
      field(c.t("phone"), { value: c.form.phone, kind: "tel", mode: "tel", input: (said) => (c.form.phone = said) }),
      field(c.t("terms"), { value: c.form.terms, rows: 2, input: (said) => (c.form.terms = said) }),
    ],
    foot: key(c.t("next"), { value: "next", tone: "go", act: on }),
  };
}

function sector(c) {
  const pick = (one) => key(c.label(one.labels), { icon: one.pictogram, value: one.code, act: () => c.answer({ sector: one.code, subcategory: "" }) });
  const unsure = key(c.t("not_sure"), { icon: "circle-help", value: "none", tone: "quiet", act: () => c.answer({ sector: "", subcategory: "" }) });
  const grave = key(c.t("serious"), { icon: "triangle-alert", value: "serious", tone: "grave", act: () => c.turn("serious") });
  return { title: c.t("sector_q"), body: keys([...c.data.sectors.map(pick), unsure, grave], { columns: 2 }) };
}

function sub(c) {
  const pick = (code, word) => key(word, { value: code || "none", tone: code ? "" : "quiet", act: () => c.answer({ subcategory: code }) });
  const all = subs(c.form, c.data).map((one) => pick(one.code, c.label(one.labels)));
  return { title: c.t("sub_q"), body: keys([...all, pick("", c.t("in_general"))]) };
}

function words(c) {
  const { form } = c;
  const on = () => (form.text.trim() || form.sound || form.sector ? c.answer({}) : c.wrong("words_needed"));
  return {
    title: c.t("words_q"),
    hint: c.t("words_hint"),
    body: [
      field("", { value: form.text, rows: 4, input: (said) => (form.text = said) }),
      voice(c),
      choice(c.t("language_q"), c.data.spoken.map((one) => [one.code, c.label(one.labels)]), form.language, (code) => (form.language = code)),
      choice(c.t("kind_q"), c.data.kinds.map((one) => [one.code, c.label(one.labels)]), form.kind, (code) => (form.kind = code)),
    ],
    foot: key(c.t("next"), { value: "next", tone: "go", act: on }),
  };
}

function voice(c) {
  const box = h("div", { class: "voice" });
  const show = (...nodes) => box.replaceChildren(...nodes);
  const start = async () => {
    const clock = h("span", { class: "hint", role: "status" }, c.t("voice_secs", { n: 0 }));
    try {
      const stop = await record((n) => (clock.textContent = c.t("voice_secs", { n })));
      c.stopSound = stop;
      const end = async () => {
        c.stopSound = null;
        c.form.sound = await stop();
        idle();
      };
      show(key(c.t("voice_stop"), { icon: "square", value: "stop", tone: "grave", act: end }), clock);
    } catch {
      show(text(c.t("voice_none"), "hint"));
    }
  };
  const idle = () => {
    const { sound } = c.form;
    if (!sound) return show(key(c.t("voice"), { icon: "mic", value: "voice", act: start }));
    const drop = () => {
      c.form.sound = null;
      idle();
    };
    return show(text(c.t("voice_secs", { n: sound.seconds }), "hint"), keys([
      key(c.t("voice_again"), { icon: "mic", value: "again", act: start }),
      key(c.t("voice_remove"), { icon: "x", value: "remove", act: drop }),
    ], { columns: 2 }));
  };
  idle();
  return box;
}

function place(c) {
  return { title: c.t("place_q"), icon: "map-pin", body: placeKeys(c, (code) => c.answer({ place: code })) };
}

function spot(c) {
  const change = h("details", {}, h("summary", {}, c.form.place ? placeName(c) : c.t("place_q")), placeKeys(c, (code) => {
    c.form.place = code;
    c.again();
  }));
  return {
    title: c.t("spot_q"),
    hint: c.t("spot_hint"),
    icon: "circle-check",
    body: [h("div", { class: "where" }, pictogram("map-pin"), change), field(c.t("spot_told"), { value: c.form.answer, rows: 2, input: (said) => (c.form.answer = said) })],
    foot: key(c.t("save"), { icon: "lock", value: "save", tone: "go", act: c.save }),
  };
}

function placeName(c) {
  return c.label(c.data.places.find((one) => one.code === c.form.place).labels);
}

function subs(form, data) {
  return data.sectors.find((one) => one.code === form.sector)?.subs ?? [];
}
