// Where this page is, and where the media of its stream lies.

export const options = new URLSearchParams(location.search);

const path = location.pathname.replace(/\/+$/, "");
// What is meant for the page. The rest, such as a token, goes on to the media.
const OWN_OPTIONS = ["embed", "autoplay", "muted", "controls", "origin", "transport"];

export const streamName = decodeURIComponent(path.split("/").slice(2).join("/"));
export const isEmbedded = options.get("embed") === "1";

// One viewer to the server, however many playlists the page asks for.
const viewer = options.get("viewer") || crypto.getRandomValues(new Uint32Array(3)).join("-");

export const playlistURL = () => mediaURL("/index.m3u8", { viewer });

// The address of `path + suffix`, with the viewer's parameters and some more.
export function mediaURL(suffix, parameters = {}) {
  return withParameters(new URL(path + suffix, location.href), parameters);
}

// An address out of a playlist. It needs the viewer's parameters too, unless it has its own.
export function childURL(uri, base) {
  return withParameters(new URL(uri, base));
}

// The address of the page for others, without the viewer's own parameters, which may be secret.
export function pageURL(parameters = {}) {
  const url = new URL(path, location.href);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

function withParameters(url, parameters = {}) {
  for (const [name, value] of options) {
    if (!OWN_OPTIONS.includes(name) && !url.searchParams.has(name)) url.searchParams.set(name, value);
  }
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== null) url.searchParams.set(name, value);
  }
  return url;
}
