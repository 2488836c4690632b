/** Runs the command line in this process, and gives its tests a folder of their own. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import picocolors from "picocolors";
import { afterAll } from "vitest";
import { run } from "../../src/cli/program.js";

export interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly err: string;
  /** What was written as bytes. */
  readonly bytes: Uint8Array;
}

/** Runs one command line without colours or a progress bar. */
export async function cli(...args: string[]): Promise<Outcome> {
  const out: string[] = [];
  const err: string[] = [];
  const bytes: Uint8Array[] = [];
  const status = await run(args, {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    bytes: async (chunk) => void bytes.push(chunk),
    colors: picocolors.createColors(false),
    colorDepth: 1,
    columns: Number.POSITIVE_INFINITY,
    interactive: false,
    progress: null,
  });
  return { status, out: out.join("\n"), err: err.join("\n"), bytes: Buffer.concat(bytes) };
}

/** A folder that is removed when the test file is done. */
export function temporaryFolder(): { path(name: string): string; files(): string[] } {
  const folder = mkdtempSync(join(tmpdir(), "stridebuf-test-"));
  // Thousands of files on a busy disk take their time.
  afterAll(() => rmSync(folder, { recursive: true, force: true }), 60_000);
  return { path: (name) => join(folder, name), files: () => readdirSync(folder).sort() };
}
