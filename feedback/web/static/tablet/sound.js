// A voice note: recorded into memory, sealed with its form, kept nowhere else.

const LONGEST = 120; // seconds
const KINDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];

// Begin to record. Gives a function that ends it and gives { media_type, seconds, content }; `tick` hears the seconds.
export async function record(tick) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
  const recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: 24_000 });
  const pieces = [];
  recorder.ondataavailable = (event) => pieces.push(event.data);
  const began = Date.now();
  const seconds = () => Math.round((Date.now() - began) / 1000);
  const ended = new Promise((resolve) => (recorder.onstop = resolve));
  const clock = setInterval(() => {
    tick(seconds());
    if (seconds() >= LONGEST && recorder.state === "recording") recorder.stop();
  }, 500);
  recorder.start();
  return async () => {
    const length = seconds();
    if (recorder.state === "recording") recorder.stop();
    await ended;
    clearInterval(clock);
    for (const track of stream.getTracks()) track.stop();
    const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
    return { media_type: recorder.mimeType, seconds: length, content: base64(bytes) };
  };
}

function base64(bytes) {
  let all = "";
  for (let from = 0; from < bytes.length; from += 8190) all += btoa(String.fromCharCode(...bytes.subarray(from, from + 8190)));
  return all;
}
