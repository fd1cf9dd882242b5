// The call screen: what the line says as text, the keypad, and the message to leave.
"use strict";

const KEYS = "123456789*0#";
const SAID = {
  play: (step) => make("div", "msg", "", make("span", "by", "recorded prompt"), make("p", "", `♪ ${step.text}`)),
  key: (step) => make("div", "msg mine", "", make("p", "", step.text), make("span", "by", "key pressed")),
  sound: (step) => make("div", "msg mine", "", make("p", "", "♪ your message"), make("span", "by", step.text)),
  silence: () => make("p", "aside", "You said nothing."),
  unknown: (step) => make("p", "aside", `The desk asked for ${step.text}, which this phone does not know.`),
  ring: (step) => make("p", "aside", `The phone rings: ${step.text}`),
  answer: () => make("p", "aside", "You picked up."),
  joined: () => make("p", "aside", "You are joined with another phone. Talk, then hang up."),
  end: (step) => make("p", "aside", { completed: "The call has ended.", busy: "The line was busy.", "no-answer": "Nobody picked up.", canceled: "The other side hung up.", failed: "The call broke off." }[step.text]),
  say: (step) => {
    const line = make("div", "msg", "", make("p", "", step.text));
    if (step.language) line.lang = step.language;
    return line;
  },
};
const NEXT = { keys: "The line waits for a key.", sound: "", somebody: "The line waits for somebody.", talk: "" };

function drawCall(one) {
  const line = one.call;
  const live = Boolean(line) && ["ringing", "in-progress"].includes(line.status);
  const waiting = live ? line.waiting : "";
  const lines = line ? line.steps.map((step) => SAID[step.kind](step)) : [];
  if (!lines.length) lines.push(make("p", "empty", "Call the hotline. What it says stands here as text; answer with the keys."));
  if (NEXT[waiting]) lines.push(make("p", "aside", NEXT[waiting]));
  $("leave").hidden = waiting !== "sound";
  $("keypad").hidden = !live || waiting === "sound" || line.rings;
  for (const key of $("keypad").children) key.disabled = waiting !== "keys";
  const rings = live && line.rings;
  $("dial").hidden = live;
  $("ring-off").hidden = live || !phone.start.rings;
  $("dial").disabled = $("ring-off").disabled = Boolean(one.off);
  $("pick-up").hidden = $("refuse").hidden = !rings;
  $("silent").hidden = !live || !["keys", "sound", "somebody"].includes(waiting);
  $("hang-up").hidden = !live || rings;
  fill($("heard"), lines);
}

function drawKeypad() {
  $("keypad").replaceChildren(...[...KEYS].map((key) => {
    const button = make("button", "", key);
    button.type = "button";
    button.addEventListener("click", () => go("press", { keys: key }));
    return button;
  }));
  $("tones").replaceChildren(...phone.start.tones.map((tone) => {
    const button = make("button", "", tone.label);
    button.type = "button";
    button.addEventListener("click", () => go("tone", { tone: tone.name, key: "#" }));
    return button;
  }));
  draw();
}

/** One step of the call in hand. */
async function go(path, more) {
  await attempt(() => ask(path, { call: current().call.call, ...more }));
  await refresh();
}

async function leave(sound) {
  const call = current().call.call;
  await attempt(async () => ask(`sound?${new URLSearchParams({ call, key: "#" })}`, await toTelephone(sound)));
  await refresh();
}

$("dial").addEventListener("click", async () => {
  await attempt(() => ask("call", { number: phone.sim }));
  await refresh();
});
$("ring-off").addEventListener("click", async () => {
  await attempt(() => ask("call", { number: phone.sim, to: phone.start.rings }));
  await refresh();
});
for (const [id, path] of [["pick-up", "answer"], ["refuse", "refuse"]]) {
  $(id).addEventListener("click", async () => {
    await attempt(() => ask(path, { number: phone.sim }));
    await refresh();
  });
}
$("silent").addEventListener("click", () => go("silence", {}));
$("hang-up").addEventListener("click", () => go("hang-up", {}));
$("file").addEventListener("change", async () => {
  const [file] = $("file").files;
  if (file) await leave(file);
  $("file").value = "";
});
$("speak").addEventListener("click", async () => {
  const sound = await attempt(() => speakOrStop($("speak")));
  if (sound) await leave(sound);
});
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("textarea, input") || event.ctrlKey || event.metaKey || event.altKey;
  if (!typing && !$("line").hidden && KEYS.includes(event.key) && current()?.call?.waiting === "keys") go("press", { keys: event.key });
});
