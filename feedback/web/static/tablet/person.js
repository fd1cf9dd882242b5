// Who they are, asked last and only if they wish: nothing of it is needed, and each question offers to be the last.

import { choice, field, key, keys } from "./parts.js";

const SIX = ["seeing", "hearing", "walking", "remembering", "selfcare", "communicating"];
const AGES = ["0-11", "12-17", "18-24", "25-59", "60+"];

export const PERSON = [
  { name: "who", view: who },
  ...["behalf", "sex", "age", "group"].map((name) => ({ name, when: (form) => form.more, view: (c) => about(c, name) })),
  { name: "disability", when: (form) => form.more, view: disability },
  ...SIX.map((name) => ({ name: `wg_${name}`, when: (form) => form.more && form.six, view: (c) => six(c, `wg_${name}`) })),
  { name: "name", when: (form) => form.more, view: name },
];

function who(c) {
  return {
    title: c.t("who_q"),
    hint: c.t("who_hint"),
    icon: "user",
    body: keys([
      key(c.t("save"), { icon: "lock", value: "save", tone: "go", act: c.save }),
      key(c.t("who_more"), { icon: "users", value: "more", act: () => c.answer({ more: true }) }),
    ]),
  };
}

const ABOUT = {
  behalf: ["behalf_q", ["self", "other", "group_of"]],
  sex: ["sex_q", ["female", "male", "another", "prefer_not"]],
  age: ["age_q", [...AGES, "prefer_not"]],
  group: ["group_q", ["rohingya", "host", "staff_group", "another", "prefer_not"]],
};

function about(c, name) {
  const [question, values] = ABOUT[name];
  const pick = (value) => {
    c.form.who[name] = value;
    if (value === "group_of") c.again();
    else c.answer({});
  };
  const all = values.map((value) => key(AGES.includes(value) ? value.replace("-", "–") : c.t(value), { value, pressed: c.form.who[name] === value, act: () => pick(value) }));
  const many = c.form.who.behalf === "group_of" && name === "behalf"
    ? field(c.t("many_q"), { value: c.form.who.many ?? "", mode: "numeric", input: (said) => (c.form.who.many = said) })
    : null;
  return { title: c.t(question), body: [keys(all, { columns: 2 }), many], foot: onward(c) };
}

function disability(c) {
  const answers = ["yes", "no", "prefer_not"].map((value) => [value, c.t(value)]);
  return {
    title: c.t("disability_q"),
    icon: "heart-pulse",
    body: [
      choice("", answers, c.form.who.disability, (value) => (c.form.who.disability = value)),
      field(c.t("access_q"), { value: c.form.who.access ?? "", rows: 2, input: (said) => (c.form.who.access = said) }),
      keys([key(c.t("wg_ask"), { value: "six", act: () => c.answer({ six: true }) })]),
    ],
    foot: onward(c),
  };
}

function six(c, name) {
  const answers = ["wg_none", "wg_some", "wg_lot", "wg_cannot"];
  const pick = (value) => {
    c.form.who[name] = value;
    c.answer({});
  };
  return { title: c.t(name), body: keys(answers.map((value) => key(c.t(value), { value, act: () => pick(value) }))), foot: onward(c) };
}

function name(c) {
  const box = field(c.t("name_q"), { value: c.form.name, input: (said) => (c.form.name = said) });
  return { title: c.t("name_q"), icon: "user", body: box, foot: key(c.t("save"), { icon: "lock", value: "save", tone: "go", act: c.save }) };
}

// On each question about the person: on to the next one, or enough.
function onward(c) {
  return [
    key(c.t("next"), { value: "next", act: () => c.answer({}) }),
    key(c.t("save"), { icon: "lock", value: "save", tone: "go", act: c.save }),
  ];
}
