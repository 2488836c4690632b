/** A progress bar with rate and time left: on a terminal only, on stderr, and only when work takes noticeable time. */

import { Presets, SingleBar } from "cli-progress";

export interface Progress {
  advance(bytes: number): void;
  stop(): void;
}

const SHOW_AFTER_MS = 300;
const MB = 1e6;

/** @param totalBytes bytes to be read in all */
export function startProgress(totalBytes: number, stream: NodeJS.WriteStream = process.stderr): Progress {
  if (!stream.isTTY) return { advance() {}, stop() {} };
  const start = performance.now();
  let done = 0;
  let bar: SingleBar | null = null;
  const rate = () => `${(done / MB / Math.max(1e-3, (performance.now() - start) / 1000)).toFixed(0)} MB/s`;
  return {
    advance(bytes) {
      done += bytes;
      if (bar === null && performance.now() - start > SHOW_AFTER_MS) {
        const format = "{bar} {percentage}% | {rate} | {eta_formatted} left";
        bar = new SingleBar(
          { format, stream, clearOnComplete: true, hideCursor: true, etaBuffer: 50 },
          Presets.shades_classic,
        );
        bar.start(totalBytes, done, { rate: rate() });
      }
      bar?.update(done, { rate: rate() });
    },
    stop: () => bar?.stop(),
  };
}
