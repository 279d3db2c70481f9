const pending = new Set<() => void>();
let watching = false;

/**
 * Has something undone when this process ends, by itself or by a signal. Returns how to take that
 * back, once it has been undone otherwise.
 */
export function atExit(undo: () => void): () => void {
  watch();
  pending.add(undo);
  return () => pending.delete(undo);
}

function watch(): void {
  if (watching) return;
  watching = true;
  process.on('exit', () => {
    for (const undo of pending) undo();
  });
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ] as const) {
    process.once(signal, () => process.exit(128 + number));
  }
}
