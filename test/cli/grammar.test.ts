/** What the grammar itself gives: help with examples, completion, the manual page, the list of dtypes. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createProgram } from "../../src/cli/grammar.js";
import { manPage } from "../../src/cli/man.js";
import { dtype, dtypes } from "../../src/index.js";
import { cli, temporaryFolder } from "../lib/cli.js";

const folder = temporaryFolder();

const terminal = {
  out() {},
  err() {},
  bytes: async () => {},
  colors: {} as never,
  colorDepth: 1,
  columns: 80,
  interactive: false,
  progress: null,
};
const program = createProgram(terminal, () => {});
const commands = program.commands
  .map((command) => command.name())
  .filter((name) => !["complete", "man"].includes(name));

test.each(commands)("%s --help ends with examples, which are command lines that parse", async (name) => {
  const { out, status } = await cli(name, "--help");
  expect(status).toBe(0);
  const examples = [...out.matchAll(/^ {2}\$ (.*)$/gm)].map((match) => match[1]!);
  expect(examples.length).toBeGreaterThan(0);
  for (const example of examples) {
    // Up to a pipe, a redirection or a bracket outside quotes.
    const line = /stridebuf ((?:'[^']*'|[^'|<>)])*)/.exec(example)![1]!;
    const words = [...line.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word);
    const parsed = createProgram(terminal, () => {});
    for (const command of parsed.commands) command.action(() => {});
    await parsed.parseAsync(words, { from: "user" });
  }
});

test("old names of options still work and are not shown", async () => {
  const { out } = await cli("info", "--help");
  expect(out).toContain("--byte-offset <bytes>");
  expect(out).not.toMatch(/--offset|--from /);
});

test("the manual page names every command and option", () => {
  const page = manPage(program, "1.2.3");
  for (const name of commands) expect(page).toContain(`.SS stridebuf ${name}`);
  expect(page).toMatch(/\.B \\-\\-byte\\-offset <bytes>/);
  expect(page).toContain(".EX\nstridebuf info grid.npy table.npy\n.EE");
});

test("dtypes: each name, with what it can say and which files hold it", async () => {
  const rows = JSON.parse((await cli("dtypes", "--json")).out);
  expect(rows.map(({ name }: { name: string }) => name)).toEqual(Object.keys(dtypes));
  for (const { format, itemsize } of rows) expect(dtype(format).itemsize).toBe(itemsize);
  const row = (name: string) => rows.find((each: { name: string }) => each.name === name);
  expect(row("float8_e5m2")).toMatchObject({ bits: 8, range: [-57344, 57344], files: ["safetensors"] });
  expect(row("int64")).toMatchObject({ range: ["-9223372036854775808", "9223372036854775807"] });
  expect((await cli("dtypes")).out).toMatch(/^bfloat16 +16 +2 +-3\.390e\+38 … 3\.390e\+38 +safetensors +<V2 +BF16/m);
});

const has = (shell: string): boolean => {
  try {
    execFileSync(shell, ["-c", "true"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
};

test.each(["bash", "zsh", "fish"])("the completion script is %s, and shells get their answers", async (shell) => {
  const printed: string[] = [];
  const log = console.log;
  console.log = (text: string) => void printed.push(text);
  try {
    expect(await cli("completion", shell)).toMatchObject({ status: 0 });
    if (has(shell)) {
      writeFileSync(folder.path("script"), printed.join("\n"));
      execFileSync(shell, ["-n", folder.path("script")]);
    } else console.warn(`skipped: ${shell} is not here to read its script`);
    printed.length = 0;
    await cli("complete", "--", "con");
    await cli("complete", "--", "info", "--sort", "");
  } finally {
    console.log = log;
  }
  expect(printed.join("\n")).toMatch(/convert[\s\S]*size/);
});

test("a shell that is none", async () => {
  expect(await cli("completion", "tcsh")).toMatchObject({ status: 2, err: expect.stringMatching(/bash, zsh, fish/) });
});
