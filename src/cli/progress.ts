/**
 * A progress bar with rate and time left: on a terminal only, and only when work takes noticeable time. Work that reads and
 * writes synchronously lets signals, timers and the library of the bar in by it.
 */

import type { SingleBar } from "cli-progress";

export interface Progress {
  /** Says how many bytes there are to do. */
  expect(totalBytes: number): void;
  /** Now and then gives something to wait for. */
  advance(bytes: number): void | Promise<void>;
  stop(): void;
}

const SHOW_AFTER_MS = 300;
/** How often work pauses for a turn. */
const BREATH_MS = 50;
/** What stands beside the bar. */
const TEXT_COLUMNS = 36;

/** @param stream the terminal; null where nobody looks */
export function startProgress(stream: NodeJS.WriteStream | null): Progress {
  const start = performance.now();
  let lastBreath = start;
  let total = 0;
  let done = 0;
  let stopped = false;
  let asked = false;
  let bar: SingleBar | null = null;
  const rate = () => `${(done / 1000 / Math.max(1, performance.now() - start)).toFixed(0)} MB/s`;

  async function show(terminal: NodeJS.WriteStream): Promise<void> {
    const { Presets, SingleBar } = (await import("cli-progress")).default;
    if (stopped) return;
    const format = "{bar} {percentage}% | {rate} | {eta_formatted} left";
    const barsize = Math.max(5, Math.min(40, terminal.columns - TEXT_COLUMNS));
    // Neither the cursor nor the wrapping of lines is touched, so that an interrupted run leaves the terminal as it was.
    const look = { format, barsize, hideCursor: false, linewrap: true, clearOnComplete: true };
    bar = new SingleBar({ ...look, stream: terminal, etaBuffer: 50 }, Presets.shades_classic);
    bar.start(total, done, { rate: rate() });
  }

  return {
    expect(totalBytes) {
      total = totalBytes;
      bar?.setTotal(total);
    },
    advance(bytes) {
      done += bytes;
      bar?.update(done, { rate: rate() });
      const now = performance.now();
      if (stream !== null && !asked && now - start > SHOW_AFTER_MS) {
        asked = true;
        return show(stream);
      }
      if (now - lastBreath < BREATH_MS) return;
      lastBreath = now;
      return new Promise((resolve) => setImmediate(resolve));
    },
    stop() {
      stopped = true;
      bar?.stop();
    },
  };
}
