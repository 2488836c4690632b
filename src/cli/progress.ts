/** A progress bar with rate and time left: on a terminal only, and only when work takes noticeable time. */

import { Presets, SingleBar } from "cli-progress";

export interface Progress {
  /** Says how many bytes there are to do. */
  expect(totalBytes: number): void;
  advance(bytes: number): void;
  stop(): void;
}

const SHOW_AFTER_MS = 300;
/** What stands beside the bar. */
const TEXT_COLUMNS = 36;

/** @param stream the terminal; null where nobody looks */
export function startProgress(stream: NodeJS.WriteStream | null): Progress {
  if (stream === null) return { expect() {}, advance() {}, stop() {} };
  const start = performance.now();
  let total = 0;
  let done = 0;
  let bar: SingleBar | null = null;
  const rate = () => `${(done / 1000 / Math.max(1, performance.now() - start)).toFixed(0)} MB/s`;
  return {
    expect(totalBytes) {
      total = totalBytes;
    },
    advance(bytes) {
      done += bytes;
      if (bar === null && performance.now() - start > SHOW_AFTER_MS) {
        const format = "{bar} {percentage}% | {rate} | {eta_formatted} left";
        const barsize = Math.max(5, Math.min(40, stream.columns - TEXT_COLUMNS));
        // Neither the cursor nor the wrapping of lines is touched, so that an interrupted run leaves the terminal as it was.
        const look = { format, barsize, hideCursor: false, linewrap: true, clearOnComplete: true };
        bar = new SingleBar({ ...look, stream, etaBuffer: 50 }, Presets.shades_classic);
        bar.start(total, done, { rate: rate() });
      }
      bar?.update(done, { rate: rate() });
    },
    stop: () => bar?.stop(),
  };
}
