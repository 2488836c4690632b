/**
 * What shells make of the completion script: bash, zsh and fish in a terminal, with keys pressed as a person would; and what troff's readers
 * say of the manual page. `.ci/run` installs them; where one is missing, that is said.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { spawn } from "@lydell/node-pty";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../lib/cli.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const main = `${root}dist/cli/main.js`;
const built = existsSync(main);
if (!built) console.warn("skipped: the built command line (npm run build makes it)");
const folder = temporaryFolder();

const has = (program: string): boolean => spawnSync(program, ["--version"], { stdio: "ignore" }).error === undefined;

/** How a shell is started so that nothing of this machine's own settings is read, and what loads a script in it. */
const shells = {
  bash: {
    args: ["--norc", "--noprofile", "-i"],
    load: (script: string) => `. /usr/share/bash-completion/bash_completion; . ${script}`,
  },
  zsh: {
    args: ["-f", "-i"],
    load: (script: string) => `autoload -U compinit; compinit -u -D; . ${script}`,
  },
  fish: { args: ["--no-config", "-i"], load: (script: string) => `source ${script}` },
} as const;

type Shell = keyof typeof shells;

const isThere = (shell: Shell): boolean =>
  has(shell) && (shell !== "bash" || existsSync("/usr/share/bash-completion/bash_completion"));

/** A shell in a terminal, in a folder of its own. */
function session(shell: Shell) {
  const bin = folder.path(`bin-${shell}`);
  const home = folder.path(`home-${shell}`);
  for (const path of [bin, home]) mkdirSync(path, { recursive: true });
  const program = `${bin}/stridebuf`;
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`);
  chmodSync(program, 0o755);
  writeFileSync(`${home}/grid-of-this-test.npy`, "");
  const script = folder.path(`script.${shell}`);
  writeFileSync(script, execFileSync(program, ["completion", shell]));
  const { args, load } = shells[shell];
  const env = { PATH: `${bin}:${process.env.PATH}`, HOME: home, TERM: "xterm", PS1: "$ ", LC_ALL: "C.UTF-8" };
  const child = spawn(shell, [...args], { name: "xterm", cols: 200, rows: 50, cwd: home, env });
  let seen = "";
  child.onData((data) => {
    seen += data;
    // fish asks terminals who they are.
    if (data.includes("\u001b[c") || data.includes("\u001b[0c")) child.write("\u001b[?62;c");
  });
  const until = async (pattern: RegExp): Promise<string> => {
    for (let i = 0; i < 600; i++) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: what moves and colours is no text
      const text = seen.replace(/\u001b(?:\[[\d;?>=]*[a-zA-Z]|[()][A-Z0-9]|[=>78]|\][^\u0007]*\u0007)/g, "");
      if (pattern.test(text)) return text;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`${shell} has not shown ${pattern}: ${JSON.stringify(seen)}`);
  };
  return {
    async start(): Promise<void> {
      child.write(`${load(script)}; echo rea""dy\r`);
      await until(/ready/);
    },
    /** Presses keys, and waits for what is then to be seen. */
    async press(keys: string, pattern: RegExp): Promise<string> {
      seen = "";
      child.write(keys);
      return until(pattern);
    },
    end: () => child.kill("SIGKILL"),
  };
}

describe.skipIf(!built)("completion", () => {
  test.each(Object.keys(shells) as Shell[])(
    "in %s: commands, options, choices, files",
    async (shell) => {
      if (!isThere(shell)) {
        console.warn(`skipped: ${shell}${shell === "bash" ? " with bash-completion" : ""} is not here`);
        return;
      }
      const { start, press, end } = session(shell);
      try {
        await start();
        // The line that the shell has completed is then printed by itself.
        const completes = async (typed: string, completed: string): Promise<void> => {
          await press(`\u0015${typed}\t`, new RegExp(completed.slice(typed.length)));
          await press("\u0001echo \r", new RegExp(`[\r\n]${completed}`));
        };
        await completes("stridebuf con", "stridebuf convert");
        await completes("stridebuf convert --floats", "stridebuf convert --floats-only");
        await completes("stridebuf info --sort s", "stridebuf info --sort size");
        await completes("stridebuf show grid-of", "stridebuf show grid-of-this-test\\.npy");
        await completes("stridebuf convert a.npy grid-of", "stridebuf convert a\\.npy grid-of-this-test\\.npy");
      } finally {
        end();
      }
    },
    60_000,
  );
});

describe.skipIf(!built)("the manual page", () => {
  const page = folder.path("stridebuf.1");
  test.each([
    ["mandoc", ["-T", "lint", "-W", "warning"]],
    ["man", ["--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z"]],
  ])("has nothing that %s complains about", (program, args) => {
    if (!has(program) && !existsSync(`/usr/bin/${program}`)) {
      console.warn(`skipped: ${program} is not here`);
      return;
    }
    writeFileSync(page, execFileSync(process.execPath, [main, "man"]));
    const { stdout, stderr } = spawnSync(program, [...args, page], { encoding: "utf8" });
    const said = program === "mandoc" ? stdout + stderr : stderr;
    // A date would make the page another one at each build.
    expect(said.split("\n").filter((line) => line !== "" && !line.includes('missing date, using ""'))).toEqual([]);
  });
});
