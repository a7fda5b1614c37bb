// Why a source cannot go on: `reason` is what the player decides by.
//
// Reasons: ended, offline, forbidden, busy, unreachable, limited, unsupported, refused, changed, broken.

export const fault = (reason, message = reason) => Object.assign(new Error(message), { reason });

// The reason of an answer's status; nothing when all is well.
export function faultOf(status) {
  if (status < 400) return undefined;
  if (status === 401 || status === 403) return "forbidden";
  if (status === 406) return "unsupported";
  if (status === 429) return "limited";
  return status === 404 || status === 410 ? "offline" : "busy";
}
