// Answers the dashboard's requests as a server with a thousand live streams, two hundred of them on the air, and five
// thousand sessions would. Arguments: LIVE, OBJECTS, SESSIONS, taken from `window.crowd`.
(() => {
  const { live, objects, sessions } = window.crowd;
  const began = Date.now(), name = (index) => `show-${String(index).padStart(4, "0")}`;
  const since = (index) => new Date(began - 1000 * index).toISOString();
  const stream = (index) => ({
    application: "live", name: name(index), state: "live", since: since(index), ageSeconds: (Date.now() - began) / 1000 + index,
    viewers: { total: index % 40, byTransport: { hls: index % 40 } }, bitsPerSecond: 2_000_000 + 1000 * ((Date.now() + 977 * index) % 900),
    received: { frames: 1, payloadBytes: 1 }, delivered: { frames: 1, bytes: 1, lostFrames: 0 }, timing: { speed: 1, timestampJumps: 0 },
    tracks: [], history: { secondsBetweenPoints: 5, bitsPerSecond: Array(60).fill(2_000_000), viewers: Array(60).fill(3) },
    health: index % 10 ? { status: "good", findings: [] } : { status: "warning", findings: [
      { rule: "keyframes.rare", severity: "warning", text: "keyframe every 10 s: HLS viewers will wait", remedy: "Set 2 s.", since: since(9) }] },
  });
  const object = (index) => ({
    id: `ls_${index}`, name: `Show ${index}`, stream: `live/${name(index)}`, record: false, live: index < live, createdAt: since(index),
    changedAt: since(index), rtmpUrl: "rtmp://localhost/live", playback: {},
  });
  const session = (index) => ({
    id: `s-${index}`, role: index < live ? "publisher" : "player", transport: index % 2 ? "hls" : "rtmp", stream: `live/${name(index % live)}`,
    state: "playing", peer: `192.0.2.${index % 250}:${index}`, agent: "Player/1.0", since: since(index), canReconnect: false,
    bytesReceived: index * 1000, bytesSent: index * 1000 + (Date.now() - began) * 250, framesSent: index, framesLost: index % 7, omittedTracks: [],
  });
  const count = (length, make) => Array.from({ length }, (_, index) => make(index));
  const answers = {
    "/server": () => ({ name: "Swiftwater", version: "1", time: since(0), uptimeSeconds: 1, ports: [], eventLoops: 2, access: { name: "local", role: "admin" } }),
    "/streams": () => ({ total: live, streams: count(live, stream) }),
    "/live-streams": (query) => {
      const after = Number(query.get("after") ?? 0), limit = Number(query.get("limit")), all = count(objects, object).filter((one) => one.stream.includes(query.get("search") ?? ""));
      return { liveStreams: all.slice(after, after + limit), next: after + limit < all.length ? String(after + limit) : undefined };
    },
    "/sessions": () => ({ total: sessions, sessions: count(sessions, session) }),
  };
  const fetched = window.fetch;
  window.fetch = async (address, options) => {
    const url = new URL(address, location.href), answer = answers[url.pathname.replace("/api/v1", "")];
    if (url.pathname.endsWith("/events")) return new Promise(() => {});
    if (answer && (options?.method ?? "GET") === "GET") return new Response(JSON.stringify(answer(url.searchParams)), { headers: { "Content-Type": "application/json" } });
    return url.pathname.includes("/pictures/") ? new Response("", { status: 404 }) : fetched(address, options);
  };
  window.longTasks = [];
  new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: "longtask", buffered: true });
})();
