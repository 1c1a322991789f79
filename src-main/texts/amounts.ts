/** How long something took that is short: 0.4 ms, 12 ms, 1.25 s, 83 s. */
export function shortSpanText(ms: number): string {
  if (ms < 10) return `${Number(ms.toFixed(1))} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  return `${Number(seconds.toFixed(seconds < 10 ? 2 : seconds < 100 ? 1 : 0))} s`;
}
