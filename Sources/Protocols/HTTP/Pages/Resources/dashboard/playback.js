// Where a stream is watched: addresses, below the API for its picture, and a token for those that ask for one.

import { access, ask, askAll } from "./access.js";

const LIFE = 3600;
const tokens = new Map();

const escaped = (path) => path.split("/").map(encodeURIComponent).join("/");

export const pageAddress = (path, query = "") => `/${escaped(path)}${query}`;
export const pictureAddress = (path, width) => `/pictures/${escaped(path)}?width=${width}`;

// The live stream of a path, where it is one that was set up.
export async function findLiveStream(path) {
  const [application] = path.split("/");
  const query = new URLSearchParams({ app: application, search: path.slice(application.length + 1), limit: "500" });
  const liveStreams = await askAll("/live-streams?" + query, "liveStreams");
  return liveStreams.find((one) => one.stream === path) ?? null;
}

// What lets us watch a stream that not everybody may: `token=…`, or nothing where that cannot be had.
export async function playbackQuery(path) {
  const known = tokens.get(path);
  if (known && known.until > Date.now()) return known.query;
  let query = "";
  if (access.may("operator")) {
    try {
      const stream = await findLiveStream(path);
      if (stream) {
        const made = await ask(`/live-streams/${stream.id}/playback-tokens`, { method: "POST", body: { expiresInSeconds: LIFE } });
        query = "token=" + encodeURIComponent(made.token);
      }
    } catch {
      // Then the picture stays away.
    }
  }
  tokens.set(path, { query, until: Date.now() + 1000 * (query ? 0.8 * LIFE : 60) });
  return query;
}
