// Turns any sound the browser understands, or one's own voice, into what a telephone keeps: 8 kHz, one channel, WAV.
"use strict";

const RATE = 8000;
const LONGEST = 300; // seconds
let microphone = null;

async function toTelephone(blob) {
  let decoded;
  try {
    decoded = await new OfflineAudioContext(1, RATE, RATE).decodeAudioData(await blob.arrayBuffer());
  } catch {
    throw new Error("This file is no sound that the browser can read. Choose a WAV, MP3 or Ogg file.");
  }
  const seconds = Math.min(decoded.duration, LONGEST);
  const context = new OfflineAudioContext(1, Math.max(1, Math.ceil(seconds * RATE)), RATE);
  const source = context.createBufferSource();
  source.buffer = decoded;
  source.connect(context.destination);
  source.start();
  return toWav((await context.startRendering()).getChannelData(0));
}

function toWav(samples) {
  const view = new DataView(new ArrayBuffer(44 + samples.length * 2));
  const word = (at, letters) => [...letters].forEach((letter, i) => view.setUint8(at + i, letter.charCodeAt(0)));
  word(0, "RIFF"); view.setUint32(4, 36 + samples.length * 2, true); word(8, "WAVEfmt "); view.setUint32(16, 16, true);
  view.setUint16(20, 1, true); view.setUint16(22, 1, true); view.setUint32(24, RATE, true); view.setUint32(28, RATE * 2, true);
  view.setUint16(32, 2, true); view.setUint16(34, 16, true); word(36, "data"); view.setUint32(40, samples.length * 2, true);
  samples.forEach((sample, i) => view.setInt16(44 + i * 2, Math.max(-1, Math.min(1, sample)) * 32767, true));
  return new Blob([view], { type: "audio/wav" });
}

/** First press starts the microphone, the second stops it and gives the sound. */
async function speakOrStop(button) {
  if (microphone) {
    const { recorder, pieces, stream } = microphone;
    microphone = null;
    const stopped = new Promise((done) => recorder.addEventListener("stop", done, { once: true }));
    recorder.stop();
    await stopped;
    stream.getTracks().forEach((track) => track.stop());
    button.textContent = "Speak";
    return new Blob(pieces, { type: recorder.mimeType });
  }
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch {
    throw new Error("The microphone is not available. Choose a sound file instead.");
  }
  const recorder = new MediaRecorder(stream), pieces = [];
  recorder.addEventListener("dataavailable", (event) => pieces.push(event.data));
  recorder.start();
  microphone = { recorder, pieces, stream };
  button.textContent = "Stop and send";
  return null;
}
