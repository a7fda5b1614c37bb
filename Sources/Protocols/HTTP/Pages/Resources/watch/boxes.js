// What is to be read in fragmented MP4 (ISO/IEC 14496-12): only times. Boxes of 4 GiB do not occur.

const EPOCH_1900 = 2208988800;

function* boxesIn(view, from, to) {
  while (from + 8 <= to) {
    const end = from + view.getUint32(from);
    if (end < from + 8 || end > to) return;
    yield { type: String.fromCharCode(...[4, 5, 6, 7].map((at) => view.getUint8(from + at))), start: from + 8, end };
    from = end;
  }
}

// The boxes at the end of a path of types.
function boxesAt(view, path, from = 0, to = view.byteLength) {
  const [type, ...rest] = path.split(".");
  const found = [...boxesIn(view, from, to)].filter((box) => box.type === type);
  return rest.length ? found.flatMap((box) => boxesAt(view, rest.join("."), box.start, box.end)) : found;
}

// A number of 64 bits in the second form of a box, of 32 bits in the first.
const longAt = (view, box, at) =>
  view.getUint8(box.start) === 1 ? Number(view.getBigUint64(box.start + at)) : view.getUint32(box.start + at);

// A number behind two times, which are longer in the second form of a box.
const behindTimes = (view, box) => view.getUint32(box.start + (view.getUint8(box.start) === 1 ? 20 : 12));

// Ticks per second of each track of an initialization section, by the track's number.
export function timescalesOf(bytes) {
  const view = new DataView(bytes), scales = new Map();
  for (const track of boxesAt(view, "moov.trak")) {
    const [header] = boxesAt(view, "tkhd", track.start, track.end);
    const [media] = boxesAt(view, "mdia.mdhd", track.start, track.end);
    if (header && media) scales.set(behindTimes(view, header), behindTimes(view, media));
  }
  return scales;
}

// The decoding time of the first sample of a fragment, in seconds.
export function startOf(bytes, scales) {
  const view = new DataView(bytes);
  const starts = boxesAt(view, "moof.traf").map((run) => {
    const [header] = boxesAt(view, "tfhd", run.start, run.end), [time] = boxesAt(view, "tfdt", run.start, run.end);
    return header && time ? longAt(view, time, 4) / scales.get(view.getUint32(header.start + 4)) : Infinity;
  });
  return Math.min(...starts);
}

// The wall clock in ms at a media time in seconds, as a producer reference time before a fragment tells it.
export function referenceIn(bytes, scales) {
  const view = new DataView(bytes), [box] = boxesAt(view, "prft");
  const scale = box && scales.get(view.getUint32(box.start + 4));
  if (!scale) return null;
  const seconds = view.getUint32(box.start + 8) - EPOCH_1900 + view.getUint32(box.start + 12) / 2 ** 32;
  return { wallclock: seconds * 1000, time: longAt(view, box, 16) / scale };
}
