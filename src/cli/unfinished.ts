/** Files that must not outlive a run that ends early, a signal included. */

/** What a run has begun to write. */
export interface Unfinished {
  /** Removes it; does nothing when it is finished. */
  discard(): void;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const unfinished = new Set<Unfinished>();

/** Removes what unfinished runs have written so far. */
export function discardUnfinished(): void {
  for (const file of unfinished) file.discard();
}

function onSignal(signal: NodeJS.Signals): void {
  discardUnfinished();
  for (const name of SIGNALS) process.off(name, onSignal);
  process.kill(process.pid, signal);
}

/** Called before the file is there, so that no signal can come in between. */
export function begin(file: Unfinished): void {
  if (unfinished.size === 0) for (const name of SIGNALS) process.on(name, onSignal);
  unfinished.add(file);
}

/** Called when the file is whole, or gone. */
export function end(file: Unfinished): void {
  unfinished.delete(file);
  if (unfinished.size === 0) for (const name of SIGNALS) process.off(name, onSignal);
}

export const isUnfinished = (file: Unfinished): boolean => unfinished.has(file);
