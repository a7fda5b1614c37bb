// Two clocks: seconds that only go forward, and what the server's wall says.

export const now = () => performance.now() / 1000;

// How far the server's wall clock is ahead of ours, in ms: between these.
let earliest = -Infinity, latest = Infinity;

// Learns from an answer's Date, which tells whole seconds and may be a second old, when it was asked for and when it came.
export function learnClock(date, sentAt, receivedAt) {
  const told = Date.parse(date);
  if (isNaN(told)) return;
  earliest = Math.max(earliest, told - receivedAt);
  latest = Math.min(latest, told + 2000 - sentAt);
}

// The server's time in ms. Clocks that may well agree are taken to agree.
export function serverTime() {
  return Date.now() + Math.min(Math.max(0, earliest), latest);
}

export const sleep = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));
