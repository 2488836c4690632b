/**
 * What people see: each command in a terminal of 40, 80 and 200 columns, its screen kept as text in `screens/`. After a change
 * that is meant, `npx vitest run test/cli/screens.test.ts -u` writes them anew, and they are looked at.
 */
import { existsSync, truncateSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { spawn } from "@lydell/node-pty";
import xterm from "@xterm/headless";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../lib/cli.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const main = `${root}dist/cli/main.js`;
const built = existsSync(main);
if (!built) console.warn("skipped: the built command line (npm run build makes it)");
const folder = temporaryFolder();

interface Screen {
  /** All lines, those that have scrolled away too. */
  readonly text: string;
  /** What was sent to the terminal, escapes and all. */
  readonly sent: string;
  readonly status: number;
}

function screenOf(args: readonly string[], cols: number, env: NodeJS.ProcessEnv = {}): Promise<Screen> {
  const terminal = new xterm.Terminal({ cols, rows: 50, scrollback: 10_000, allowProposedApi: true });
  const { CI: _ci, NO_COLOR: _noColor, COLUMNS: _columns, ...rest } = process.env;
  // A terminal that is given up loses what it has not delivered: the shell around the command keeps it until its last word is here.
  const child = spawn(
    "/bin/sh",
    ["-c", `"$@"; printf '\\036%d\\036' $?; read _`, "sh", process.execPath, main, ...args],
    {
      ...{ name: env.TERM ?? "xterm-256color", cols, rows: 50, cwd: root },
      env: { ...rest, ...env } as Record<string, string>,
    },
  );
  let sent = "";
  return new Promise((resolve) => {
    child.onData((data) => {
      sent += data;
      // biome-ignore lint/suspicious/noControlCharactersInRegex: no command prints a record separator
      const [last, status] = /\x1e(\d+)\x1e/.exec(sent) ?? [];
      if (last === undefined) return;
      child.kill();
      sent = sent.replace(last, "");
      terminal.write(sent, () => {
        const { active } = terminal.buffer;
        const lines = Array.from({ length: active.length }, (_, i) => active.getLine(i)!.translateToString(true));
        resolve({ text: lines.join("\n").trimEnd(), sent, status: Number(status) });
      });
    });
  });
}

const array = "test/files/lab_array_a_2.npy";
const records = "test/files/stable-loc-scale-sample-data.npy";
const matrix = "test/files/stable-Z1-pdf-sample-data.npy";
const geoid = ["examples/data/egm96_15.gtx", "--format", ">f", "--shape", "721,1440", "--byte-offset", "40"];

const screens: readonly [name: string, ...args: string[]][] = [
  ["help", "--help"],
  ["help-convert", "convert", "--help"],
  ["info", "info", array, matrix],
  ["info-records", "info", records],
  ["info-hist", "info", ...geoid, "--hist"],
  ["show", "show", matrix],
  ["show-slice", "show", matrix, "[:3, 1:]"],
  ["show-records", "show", records],
  ["plot-image", "plot", ...geoid, "::-1"],
  ["plot-line", "plot", ...geoid, "360"],
  ["plot-hist", "plot", ...geoid, "--kind", "hist"],
  ["diff", "diff", `${matrix}`, array],
  ["convert-plan", "convert", records, "-o", "out", "--into", "safetensors", "--dry-run"],
  ["convert-plan-float", "convert", matrix, "out.npz", "--to", "bfloat16", "--dry-run"],
  ["explain", "explain", "T{b:tag:i:id:(2)d:xy:}"],
  ["dtypes", "dtypes"],
];

describe.skipIf(!built)("in a terminal", () => {
  test.each(screens)("%s", async (name, ...args) => {
    const look = async (cols: number) => {
      const { text } = await screenOf(args, cols);
      await expect(`${text}\n`).toMatchFileSnapshot(`screens/${name}-${cols}.txt`);
    };
    await Promise.all([40, 80, 200].map(look));
  });

  test("the progress bar is gone before the result is printed", async () => {
    const path = folder.path("large.bin");
    writeFileSync(path, "");
    truncateSync(path, 60 * 2 ** 23);
    const { text, sent, status } = await screenOf(["info", path, "--format", "T{>d:a:>f:b:>q:c:}"], 40);
    expect(status).toBe(0);
    expect(sent).toMatch(/\d+% \| /);
    expect(text).not.toMatch(/%|\| .*left/);
    expect(text.split("\n")[0]).toMatch(/stridebuf-test/);
    expect(text).toMatch(/float64/);
  });

  test("colours only where they are wanted", async () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what colours are
    const colored = /\u001b\[[\d;]+m/;
    const args = ["plot", array, "0"];
    expect((await screenOf(["info", array], 80)).sent).toMatch(colored);
    for (const env of [{ NO_COLOR: "1" }, { TERM: "dumb" }]) {
      expect((await screenOf(["info", array], 80, env)).sent, JSON.stringify(env)).not.toMatch(colored);
      expect((await screenOf(args, 80, env)).sent, JSON.stringify(env)).not.toMatch(colored);
    }
  });
});
