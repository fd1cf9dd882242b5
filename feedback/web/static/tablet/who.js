// Change of user on a shared tablet: a name, six digits. Nothing here can tell a right PIN from a wrong one: only the desk can.

import { h, key, keys, text } from "./parts.js";

const PATIENCE = 5_000;
const DAY = 12 * 3600_000;
let here = null; // who holds the tablet: in memory alone, gone when the app is closed

// Who fills in now, as the form says it; nothing where nobody said so today.
export function signed() {
  return here && Date.now() - here.at < DAY ? { by: here.reference, pin: here.pin } : {};
}

// The line on the first screen: who fills in, and a key to change that. Null on a tablet that is not shared.
export function line(c, people) {
  if (!people?.length) return null;
  const person = people.find((one) => one.reference === signed().by);
  return h("div", { class: "smalls who" },
    person ? h("span", { class: "hint", id: "who" }, c.t("filling", { name: person.label })) : null,
    h("button", { type: "button", class: "small", "data-value": "change", onclick: () => choose(c, people) }, c.t("change_user")));
}

function choose(c, people) {
  c.show("who", c.t("who_are_you"), keys(people.map((one) =>
    key(one.label, { icon: "user", value: one.reference, act: () => ask(c, people, one) })), { columns: 2 }), back(c, c.home));
}

function ask(c, people, person) {
  const dots = h("p", { class: "code", role: "status", "aria-label": "" }, "······");
  const said = text("", "notice");
  said.hidden = true;
  let typed = "";
  const press = async (digit) => {
    typed = (typed + digit).slice(0, 6);
    dots.textContent = "•".repeat(typed.length).padEnd(6, "·");
    if (typed.length < 6) return;
    const state = await tried(person, typed);
    if (state === "changed" || state === "offline") {
      here = { reference: person.reference, label: person.label, pin: typed, at: Date.now() };
      return c.home(state === "offline" ? c.t("pin_later") : "");
    }
    typed = "";
    dots.textContent = "······";
    said.textContent = c.t({ wrong: "pin_wrong", password: "pin_password" }[state] ?? "pin_locked");
    said.hidden = false;
    if (state !== "wrong") said.after(c.signIn());
  };
  const erase = () => {
    typed = typed.slice(0, -1);
    dots.textContent = "•".repeat(typed.length).padEnd(6, "·");
  };
  const digits = [..."123456789"].map((digit) => key(digit, { value: digit, act: () => press(digit) }));
  digits.push(key("⌫", { value: "erase", name: c.t("erase"), act: erase }), key("0", { value: "0", act: () => press("0") }));
  c.show("pin", person.label, [text(c.t("type_pin"), "hint"), dots, said, h("div", { class: "keys digits" }, digits)], back(c, () => choose(c, people)));
}

// The desk's word on it: "changed", "wrong", "password", "locked"; "offline" when it can't be asked.
async function tried(person, pin) {
  try {
    const answer = await fetch("/pin", {
      method: "POST",
      body: new URLSearchParams({ who: person.reference, pin }),
      headers: { Accept: "application/json" },
      credentials: "same-origin",
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (answer.status >= 500) return "offline";
    return answer.status === 409 ? "locked" : (await answer.json()).state;
  } catch {
    return "offline";
  }
}

function back(c, act) {
  return h("div", { class: "top" }, h("button", { type: "button", class: "back", onclick: () => act() }, c.t("back")));
}
