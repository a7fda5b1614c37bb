// Figures and times as people read them.

const number = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const date = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

export const count = (value) => number.format(value);

// Three figures that count, and a unit.
function scaled(value, step, units) {
  let size = value, unit = 0;
  while (size >= step && unit < units.length - 1) {
    size /= step;
    unit += 1;
  }
  const digits = unit === 0 || size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return `${size.toFixed(digits)} ${units[unit]}`;
}

export const bits = (value) => (Number.isFinite(value) ? scaled(value, 1000, ["bit/s", "kbit/s", "Mbit/s", "Gbit/s"]) : "–");
export const bytes = (value) => (Number.isFinite(value) ? scaled(value, 1000, ["B", "kB", "MB", "GB", "TB"]) : "–");

export function seconds(value) {
  if (!Number.isFinite(value)) return "–";
  return value < 1 ? `${Math.round(value * 1000)} ms` : `${value.toFixed(value < 10 ? 2 : 1)} s`;
}

// How long something has lasted, in its two largest units.
export function span(value) {
  const whole = Math.max(0, Math.floor(value));
  const [days, hours, minutes] = [Math.floor(whole / 86400), Math.floor(whole / 3600) % 24, Math.floor(whole / 60) % 60];
  if (days) return `${days} d ${hours} h`;
  if (hours) return `${hours} h ${minutes} min`;
  if (minutes) return `${minutes} min ${whole % 60} s`;
  return `${whole} s`;
}

export const clock = (text) => time.format(new Date(text));
export const day = (text) => date.format(new Date(text));
export const since = (text) => span((Date.now() - Date.parse(text)) / 1000);

export const plural = (value, one, many = one + "s") => `${count(value)} ${value === 1 ? one : many}`;

// Transports as the API names them, such as `rtmps` and `ws-mp4`.
export const transport = (name) => (name.startsWith("ws-") ? "WebSocket " : "") + name.replace(/^ws-/, "").toUpperCase();
