/* Makes the desk quicker; every page works without it. Keys are declared in the markup as data-key. */
"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  const typing = (node) => node?.matches?.("input:not([type=checkbox], [type=radio]), textarea, select");
  const shown = (node) => node.checkVisibility ? node.checkVisibility() : node.offsetParent !== null;
  const first = (selector, inside = document) => [...inside.querySelectorAll(selector)].find(shown);

  // Keys: j and k go through the list, Ctrl+Enter sends, Esc leaves a field, the rest stand in the markup.
  const stops = () => [...document.querySelectorAll("[data-list] .row, [data-list] > .card")].filter(shown);
  function step(by) {
    const all = stops();
    const here = all.indexOf(document.activeElement.closest(".row, .card"));
    const start = here < 0 ? all.findIndex((row) => row.hasAttribute("aria-current")) : here;
    const next = all[Math.min(Math.max(start + by, 0), all.length - 1)];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  }
  function press(name) {
    const near = document.activeElement.closest(".card");
    const wanted = `[data-key="${CSS.escape(name)}"]`;
    const found = (near && first(wanted, near)) || first(wanted);
    if (!found || (found.hasAttribute("data-near") && !near)) return false;
    if (found.matches("button") && performance.now() - swappedAt < 350) return true;
    if (typing(found)) found.focus();
    else found.click();
    if (found.matches("summary")) found.parentElement.querySelector("input:not([type=hidden]), select, textarea, [data-phrase]")?.focus();
    return true;
  }
  let escapedAt = 0, swappedAt = -1000; // a key pressed twice must not decide the next card unseen
  function leave(event) {
    const way = document.getElementById("leave");
    if (way && event.timeStamp - escapedAt < 800) {
      root.classList.add("leaving");
      location.replace(way.href);
    }
    escapedAt = event.timeStamp;
    document.activeElement?.blur();
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return leave(event);
    if (root.classList.contains("covered") || root.dataset.keys === "off" || event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      document.activeElement.form?.requestSubmit();
      return event.preventDefault();
    }
    if (event.altKey && !event.ctrlKey && !event.metaKey && play(event)) return event.preventDefault();
    const pressable = document.activeElement.closest("a, button, summary, audio, label");
    if (event.ctrlKey || event.metaKey || event.altKey || typing(document.activeElement)) return;
    if (event.key === "Enter" && pressable) return;
    if (play(event)) return event.preventDefault();
    if (event.key === "j" || event.key === "ArrowDown") { if (stops().length) { step(1); event.preventDefault(); } }
    else if (event.key === "k" || event.key === "ArrowUp") { if (stops().length) { step(-1); event.preventDefault(); } }
    else if (!event.repeat && press(event.key)) event.preventDefault();
  });

  // The player: space to start and stop, arrows for three seconds and for the speed; with Alt while typing, too.
  function play(event) {
    if (document.activeElement.matches("button, a, summary")) return false;
    const near = document.activeElement.closest(".card");
    const sound = (near && near.querySelector("[data-player]")) || first("[data-player]");
    if (!sound) return false;
    if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      sound.playbackRate = Math.min(2, Math.max(0.5, sound.playbackRate + (event.key === "ArrowUp" ? 0.25 : -0.25)));
      return true;
    }
    if (event.key === " " || (event.altKey && event.code === "Space")) {
      if (sound.paused) sound.play().catch(() => {}); // a pause that comes at once is no mistake
      else sound.pause();
      return true;
    }
    if (event.key === "ArrowLeft") { sound.currentTime -= 3; return true; }
    if (event.key === "ArrowRight") { sound.currentTime += 3; return true; }
    return false;
  }

  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest(selector);
    const speed = at("[data-speed]"), phrase = at("[data-phrase]");
    if (speed) speed.closest(".player").querySelector("audio").playbackRate = Number(speed.dataset.speed);
    if (at("[data-print]")) print();
    if (at("[data-uncover]")) watch();
    if (phrase) {
      const box = phrase.closest("form").querySelector("textarea");
      box.setRangeText(phrase.dataset.phrase, box.selectionStart, box.selectionEnd, "end");
      box.focus();
      count(box);
      phrase.closest("details").open = false;
      event.preventDefault();
    }
  });

  // Segments of a text message: GSM-7 holds 160 (153 when joined), anything else 70 (67).
  const GSM = new Set("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà");
  const TWICE = new Set("^{}\\[~]|€\f");
  function count(box) {
    const out = box.form?.querySelector("[data-count]");
    if (!out || !box.dataset.segments) return;
    const signs = [...box.value];
    const plain = signs.every((sign) => GSM.has(sign) || TWICE.has(sign));
    const used = plain ? signs.reduce((sum, sign) => sum + (TWICE.has(sign) ? 2 : 1), 0) : box.value.length;
    const [one, joined] = plain ? [160, 153] : [70, 67];
    const parts = used <= one ? 1 : Math.ceil(used / joined);
    const digits = (number) => String(number).replace(/\d/g, (digit) => box.dataset.digits[digit]);
    const said = { parts, used, room: parts === 1 ? one : parts * joined };
    let line = box.dataset.segments.replace(/\{(\w+)\}/g, (_, name) => digits(said[name]));
    if (box.dataset.cost) line += ` · ${digits((parts * Number(box.dataset.cost)).toFixed(2))} ৳`;
    out.textContent = used ? line : "";
  }
  document.addEventListener("input", (event) => event.target.matches("[data-segments]") && count(event.target));

  // htmx: a poll says so (it is no sign of life), rests while the tab is hidden, and asks only for what changed.
  const seen = new Map();
  document.addEventListener("htmx:config:request", (event) => {
    const { ctx } = event.detail;
    if (ctx.sourceElement.matches(".row") && document.body.hasAttribute("data-cover")) {
      event.preventDefault(); // out of a sealed room only by a whole page
      location.href = ctx.sourceElement.href;
    }
    if (ctx.sourceEvent?.type !== "every") return;
    if (document.hidden) return event.preventDefault();
    ctx.request.headers["X-Poll"] = "1";
    if (seen.has(ctx.request.action)) ctx.request.headers["If-None-Match"] = seen.get(ctx.request.action);
  });
  document.addEventListener("htmx:before:response", ({ detail: { ctx } }) => {
    const tag = ctx.response.headers.get("ETag");
    if (ctx.sourceEvent?.type === "every" && tag) seen.set(ctx.request.action, tag);
  });
  const unasked = (event) => ["every", "refresh"].includes(event.detail?.ctx?.sourceEvent?.type);
  document.addEventListener("htmx:before:swap", (event) => {
    if (!unasked(event)) swappedAt = performance.now(); // a key may come before htmx has settled
  });
  document.addEventListener("htmx:after:swap", (event) => {
    settle();
    if (unasked(event)) return;
    swappedAt = performance.now();
    if (event.detail?.ctx?.sourceElement?.matches("#ticket form")) document.getElementById("rows")?.dispatchEvent(new Event("refresh"));
    const mend = first("[aria-invalid]");
    if (mend) mend.focus();
    else if (event.detail?.ctx?.sourceElement?.matches(".row") && !typing(document.activeElement)) { document.querySelector("#ticket h1")?.focus(); scrollTo(0, 0); }
  });

  function settle() {
    const open = document.getElementById("ticket")?.dataset.ticket;
    document.querySelectorAll(".row").forEach((row) => {
      if (open && row.pathname.endsWith(`/${open}`)) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    });
    const split = document.querySelector(".split");
    split?.classList.toggle("shows-pane", Boolean(open));
    split?.classList.toggle("shows-list", !open);
    document.querySelectorAll("[data-segments]").forEach(count);
  }

  // A sealed page is covered after a minute without anybody there.
  let clock = 0;
  function watch() {
    if (!document.body.hasAttribute("data-cover")) return;
    root.classList.remove("covered");
    clearTimeout(clock);
    clock = setTimeout(() => root.classList.add("covered"), 60000);
  }
  for (const sign of ["pointermove", "pointerdown", "keydown", "scroll", "timeupdate"]) { // who listens to a recording is here
    document.addEventListener(sign, () => root.classList.contains("covered") || watch(), { capture: true, passive: true });
  }

  watch();
  settle();
  first("[aria-invalid]")?.focus();
  const tab = document.querySelector(".nav [aria-current]");
  if (tab && matchMedia("(max-width: 900px)").matches) tab.closest("nav").scrollLeft = tab.offsetLeft - 24;
})();
