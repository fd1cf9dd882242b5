// The pieces that screens are built of; words go in as text, never as markup.

const SVG = "http://www.w3.org/2000/svg";

export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name in node && name !== "list" && typeof value !== "string") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((one) => one !== null && one !== undefined && one !== false));
  return node;
}

export function pictogram(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "pictogram");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#${name}`);
  svg.append(use);
  return svg;
}

// A large key: pictogram over or beside its word. `value` is for tests and styles; `name` is read out for a sign.
export function key(word, { icon, act, value, pressed, name, tone = "" }) {
  const attributes = { type: "button", class: `key ${tone}`.trim(), onclick: act, "data-value": value, "aria-label": name };
  if (pressed !== undefined) attributes["aria-pressed"] = String(pressed);
  return h("button", attributes, icon ? pictogram(icon) : null, h("span", {}, word));
}

export function keys(list, { columns = 1 } = {}) {
  return h("div", { class: `keys columns-${columns}` }, list);
}

// A field whose words are never offered, corrected or kept by the browser.
export function field(word, { value = "", input, kind = "text", rows, mode, hint }) {
  const quiet = { autocomplete: "off", autocapitalize: "off", autocorrect: "off", spellcheck: "false", enterkeyhint: "done" };
  const box = rows
    ? h("textarea", { rows: String(rows), ...quiet, oninput: (event) => input(event.target.value) })
    : h("input", { type: kind, inputmode: mode, ...quiet, oninput: (event) => input(event.target.value) });
  box.value = value;
  return h("label", { class: "field" }, h("span", {}, word), hint ? h("small", {}, hint) : null, box);
}

// One answer of a few, as small keys; pressing it again takes it back.
export function choice(word, options, chosen, act) {
  const name = h("p", { class: "name" }, word);
  const all = options.map(([value, label]) =>
    h("button", { type: "button", class: "small", "data-value": value, "aria-pressed": String(value === chosen), onclick: (event) => {
      const on = event.currentTarget.getAttribute("aria-pressed") !== "true";
      for (const one of event.currentTarget.parentNode.children) one.setAttribute("aria-pressed", "false");
      event.currentTarget.setAttribute("aria-pressed", String(on));
      act(on ? value : "");
    } }, label));
  return h("div", { class: "choice", role: "group", "aria-label": word }, name, h("div", { class: "smalls" }, all));
}

export function text(words, tone = "") {
  return h("p", { class: tone }, words);
}
