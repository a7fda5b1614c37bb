// Does something again and again while somebody looks, and less often while it fails.

const SLOWEST = 30;

export function every(interval, task) {
  let timer = 0, isRunning = false, isStopped = false, isWanted = false, failures = 0;

  async function run() {
    clearTimeout(timer);
    if (isStopped) return;
    if (isRunning) {
      isWanted = true;
      return;
    }
    if (document.hidden) return;
    isRunning = true;
    try {
      await task();
      failures = 0;
    } catch {
      failures += 1;
    }
    isRunning = false;
    const pause = Math.min(interval * 2 ** failures, Math.max(SLOWEST, interval));
    if (!isStopped) timer = setTimeout(run, isWanted ? 200 : 1000 * pause);
    isWanted = false;
  }

  const resume = () => document.hidden || run();
  document.addEventListener("visibilitychange", resume);
  run();
  return {
    refresh: run,
    stop() {
      isStopped = true;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", resume);
    },
  };
}
