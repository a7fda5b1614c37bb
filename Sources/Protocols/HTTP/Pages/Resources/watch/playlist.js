// HLS playlists (RFC 8216bis) as values. What the player does not use is not read: byte ranges and keys, for example.

function attributesOf(text) {
  const attributes = {};
  for (const [, name, value] of text.matchAll(/([A-Z0-9-]+)=("[^"]*"|[^,]*)/g)) {
    attributes[name] = value.startsWith('"') ? value.slice(1, -1) : value;
  }
  return attributes;
}

// The lines of a playlist as [tag, value]; an address has the tag "".
function linesOf(text) {
  const lines = text.split(/\r?\n/).filter(Boolean);
  return lines.map((line) => {
    const [tag] = line.startsWith("#") ? line.split(":", 1) : [""];
    return [tag.replace("#EXT-X-", ""), tag ? line.slice(tag.length + 1) : line];
  });
}

// `resolve` makes an address of a URI in the text.
export function parseMultivariant(text, resolve) {
  const variants = [], sounds = [];
  let stream = null;
  for (const [tag, value] of linesOf(text)) {
    if (tag === "STREAM-INF") {
      stream = attributesOf(value);
    } else if (tag === "MEDIA") {
      const media = attributesOf(value);
      if (media.TYPE !== "AUDIO" || !media.URI) continue;
      sounds.push({
        group: media["GROUP-ID"], name: media.NAME, language: media.LANGUAGE, isDefault: media.DEFAULT === "YES",
        url: resolve(media.URI),
      });
    } else if (!tag && stream) {
      const [width, height] = (stream.RESOLUTION ?? "").split("x").map(Number);
      variants.push({
        url: resolve(value), bandwidth: Number(stream.BANDWIDTH), width, height, name: stream.NAME,
        frameRate: Number(stream["FRAME-RATE"]), group: stream.AUDIO, codecs: (stream.CODECS ?? "").split(/ *, */),
      });
    }
  }
  return { variants, sounds };
}

// A segment has its number (`msn`), its duration, its place behind the first one (`start`), the number of
// discontinuities before it (`group`) and its parts. The last one may be incomplete: then it is parts only.
export function parseMedia(text, resolve) {
  const playlist = { target: 0, segments: [], hint: null };
  let msn = 0, group = 0, start = 0, map = null, date = NaN, parts = [], duration = 0, isGap = false;

  function close(url) {
    if (!url) duration = parts.reduce((sum, part) => sum + part.duration, 0);
    playlist.segments.push({ url, msn, group, start, duration, map, date, parts, isGap });
    date += duration * 1000;
    start += duration;
    msn += 1;
    [parts, isGap] = [[], false];
  }

  for (const [tag, value] of linesOf(text)) {
    const attributes = attributesOf(value);
    switch (tag) {
    case "TARGETDURATION": playlist.target = Number(value); break;
    case "MEDIA-SEQUENCE": msn = Number(value); break;
    case "DISCONTINUITY-SEQUENCE": group = Number(value); break;
    case "DISCONTINUITY": group += 1; break;
    case "PROGRAM-DATE-TIME": date = Date.parse(value); break;
    case "ENDLIST": playlist.isEnded = true; break;
    case "GAP": isGap = true; break;
    case "MAP": map = resolve(attributes.URI); break;
    case "PART-INF": playlist.partTarget = Number(attributes["PART-TARGET"]); break;
    case "PRELOAD-HINT": if (attributes.TYPE === "PART") playlist.hint = resolve(attributes.URI); break;
    case "SERVER-CONTROL":
      playlist.canBlock = attributes["CAN-BLOCK-RELOAD"] === "YES";
      playlist.holdBack = Number(attributes["HOLD-BACK"]);
      playlist.partHoldBack = Number(attributes["PART-HOLD-BACK"]);
      break;
    case "PART":
      parts.push({
        url: resolve(attributes.URI), duration: Number(attributes.DURATION), isIndependent: attributes.INDEPENDENT === "YES",
      });
      break;
    case "#EXTINF": duration = parseFloat(value); break;
    case "": close(resolve(value));
    }
  }
  if (parts.length) close(null);
  playlist.end = start;
  return playlist;
}

// Puts a newer playlist onto the time scale of an older one of the same content.
export function continueTimes(playlist, older) {
  const known = new Map(older.segments.map((segment) => [segment.msn, segment.start]));
  const meeting = playlist.segments.find((segment) => known.has(segment.msn));
  shiftTimes(playlist, meeting ? known.get(meeting.msn) - meeting.start : older.end);
}

export function shiftTimes(playlist, by) {
  for (const segment of playlist.segments) segment.start += by;
  playlist.end += by;
}
