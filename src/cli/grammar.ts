/**
 * The command line's grammar: commands, arguments and options with their help, as commander reads them. What a command does
 * is loaded when it is called, so that starting costs no more than this.
 */

import { readFileSync } from "node:fs";
import { Argument, Command, Option } from "commander";
import { type Abi, abis } from "../format/abi.js";
import {
  oldNamesUsed,
  type Run,
  type Texts,
  withConversionOptions,
  withExamples,
  withRawOptions,
} from "./grammar-options.js";
import { scaleCommands } from "./grammar-scale.js";
import type { Terminal } from "./terminal.js";

const manifestUrl = new URL("../../package.json", import.meta.url);

const COLORMAPS = "viridis magma inferno plasma cividis turbo greys blues rdbu spectral".split(" ");

const reading = "FILE, FILE:TENSOR, http://… or - for standard input";

/**
 * The program with all its commands.
 *
 * @param settle called with what a command gives back
 * @param own whether the hidden command is there that answers shells
 */
export function createProgram(
  terminal: Terminal,
  settle: (outcome: unknown) => void,
  own: { readonly complete: boolean } = { complete: true },
): Command {
  const { version } = JSON.parse(readFileSync(manifestUrl, "utf8")) as { version: string };
  const program = new Command("stridebuf")
    .description(
      "Looks into, draws, compares and converts files of numbers and records: .npy, .npz, .safetensors, raw bytes.",
    )
    .version(version)
    .exitOverride()
    .configureHelp({ helpWidth: Number.isFinite(terminal.columns) ? terminal.columns : 100, minWidthToWrap: 12 })
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
      outputError: (text, write) => write(usageLine(text)),
    })
    .hook("preAction", (_, command) => {
      for (const note of oldNamesUsed(command)) terminal.err(`note: ${note}`);
    });
  withExamples(
    program,
    "stridebuf info model.safetensors",
    "stridebuf show grid.npy '[:5, ::100]'",
    "stridebuf convert grid.npy half.npy --to float16",
  );

  /** The last two arguments of an action are the options and the command. */
  const does = (command: Command, run: Run): Command =>
    command.action(async (...all: unknown[]) => settle(await run(all.slice(0, -2) as string[], all.at(-2) as Texts)));

  does(
    withExamples(
      withRawOptions(program.command("info").argument("<files...>", reading))
        .description("shape, dtype, order, layout and statistics of each tensor")
        .option("--tensor <name>", "only this tensor")
        .option("--only <pattern>", "only tensors whose names match (* and ?)")
        .addOption(new Option("--sort <key>", "order of the tensors").choices(["file", "name", "size", "dtype"]))
        .option("--no-stats", "leave the data unread")
        .option("--hist", "draw a histogram of each tensor")
        .option("--prefixes [depth]", "totals by the first parts of names (1 unless said)")
        .option("--json", "print JSON"),
      "stridebuf info grid.npy table.npy",
      "stridebuf info model.safetensors --no-stats --prefixes 2",
      "stridebuf info body.bin --format '>f' --shape 721,1440 --byte-offset 40 --hist",
    ),
    async ([paths], texts) => {
      const { given, rawOptions } = await import("./arguments.js");
      const { info } = await import("./info.js");
      const { stats, prefixes } = texts;
      const own = given(texts, { tensor: "text", only: "text", sort: "text", hist: "flag", json: "flag" });
      const depth = prefixes === true ? { prefixes: 1 } : given(texts, { prefixes: "count" });
      return info(paths as string[], { ...rawOptions(texts), ...own, ...depth, stats: stats !== false }, terminal);
    },
  );

  does(
    withExamples(
      withRawOptions(program.command("show").argument("<file>", reading).argument("[slice]", "such as '[0, 10:20]'"))
        .description("print values: arrays as NumPy does, records as a table; reads only what it shows")
        .option("--tensor <name>", "of a file of several, the one to show")
        .option("--head <count>", "only the first items of the first axis")
        .option("--tail <count>", "only the last items of the first axis")
        .option("--threshold <count>", "items that are shown whole (1000 unless said, 20 records)")
        .option("--edge <count>", "of more, items at each end of an axis (3 unless said, 5 records)")
        .option("--width <columns>", "columns of a line (those of the terminal unless said)")
        .option("--csv", "print all as CSV")
        .option("--json", "print all as JSON"),
      "stridebuf show grid.npy",
      "stridebuf show model.safetensors:layer.0.weight '[0, :8]'",
      "stridebuf show events.npy --head 10 --csv",
    ),
    async ([file, index], texts) => {
      const { given, rawOptions } = await import("./arguments.js");
      const { show } = await import("./show.js");
      const summary = given(texts, { threshold: "count", edge: "count", width: "count" });
      const own = given(texts, { tensor: "text", head: "count", tail: "count", csv: "flag", json: "flag" });
      await show(file as string, index as string | undefined, { ...rawOptions(texts), ...own, ...summary }, terminal);
    },
  );

  does(
    withExamples(
      withRawOptions(program.command("plot").argument("<file>", reading).argument("[slice]", "such as '[0, 10:20]'"))
        .description("draw a picture: lines of one axis, an image of two, planes of three, histograms")
        .option("-o, --out <file>", "write .svg or .png; without it the picture is drawn in the terminal")
        .addOption(new Option("--kind <kind>", "what to draw").choices(["line", "image", "hist"]))
        .addOption(new Option("--colormap <name>", "colours of images (viridis unless said)").choices(COLORMAPS))
        .option("--clip <percent>", "values at each end that do not stretch the colours (1 unless said)")
        .option("--fields <names>", "of records, the fields to draw, such as x,y")
        .option("--width <pixels>", "width of an .svg")
        .option("--tensor <name>", "of a file of several, the one to draw")
        .option("--quiet", "print nothing but failures"),
      "stridebuf plot grid.npy -o grid.png --colormap turbo",
      "stridebuf plot body.bin --format '>f' --shape 721,1440 --byte-offset 40",
      "stridebuf plot model.safetensors:layer.0.weight --kind hist -o weights.svg",
    ),
    async ([file, index], texts) => {
      const { given, rawOptions } = await import("./arguments.js");
      const { plot } = await import("./plot.js");
      const own = given(texts, { tensor: "text", out: "text", colormap: "text", fields: "text", quiet: "flag" });
      const { clip, width } = given(texts, { clip: "number", width: "count" });
      const kind = texts.kind === undefined ? {} : { kind: texts.kind as "line" | "image" | "hist" };
      const sizes = { ...(clip === undefined ? {} : { clip }), ...(width === undefined ? {} : { width }) };
      const options = { ...rawOptions(texts), ...own, ...kind, ...sizes };
      await plot(file as string, index as string | undefined, options, terminal);
    },
  );

  does(
    withExamples(
      withRawOptions(program.command("diff").argument("<a>", reading).argument("<b>", reading))
        .description("compare the values of two files; exit status 0 when they are the same, 1 when not")
        .option("--rtol <number>", "relative tolerance: |a - b| <= atol + rtol * |b|")
        .option("--atol <number>", "absolute tolerance")
        .option("--tensor <name>", "only this tensor")
        .option("--quiet", "print nothing; the exit status says it")
        .option("--json", "print JSON"),
      "stridebuf diff before.npy after.npy",
      "stridebuf diff model.safetensors half.safetensors --rtol 0.01",
    ),
    async ([a, b], texts) => {
      const { given, rawOptions } = await import("./arguments.js");
      const { diff } = await import("./diff.js");
      const own = given(texts, { tensor: "text", rtol: "number", atol: "number", quiet: "flag", json: "flag" });
      return diff(a as string, b as string, { ...rawOptions(texts), ...own }, terminal);
    },
  );

  does(
    withExamples(
      withConversionOptions(
        program.command("convert").argument("<paths...>", "SRC DST, or with -o any number of sources; - for a pipe"),
      )
        .description("convert SRC to DST; the extensions decide the containers, anything else is raw bytes")
        .option("-o, --out-dir <folder>", "write into this folder, under the names of the sources")
        .option("--dry-run", "say what would be read, written and lost; write nothing")
        .option("--clobber", "allow SRC and DST to be one file")
        .option("--no-clobber", "leave files alone that are there")
        .option("--jobs <count>", "threads that share files, and the parts of large ones (1 unless said)")
        .option(
          "--shard <bytes>",
          "with --jobs: bytes of the result that a thread writes at a time (32MiB at most unless said)",
        )
        .option("--quiet", "print nothing but failures")
        .option("--json", "print JSON"),
      "stridebuf convert grid.npy half.npy --to float16",
      "stridebuf convert model.safetensors small.safetensors --to bfloat16 --skip '*norm*' --dry-run",
      "stridebuf convert 'runs/*.npy' -o out --into safetensors --jobs 2",
      "curl -s https://example.org/a.npy | stridebuf convert - - --to '>f' > b.npy",
    ),
    async ([paths], texts) => {
      const { convertOptions } = await import("./convert-options.js");
      const { convert } = await import("./convert.js");
      return convert(paths as string[], convertOptions(texts), terminal);
    },
  );

  for (const [command, run] of scaleCommands(program, terminal, version)) does(command, run);

  does(
    withExamples(
      program
        .command("explain")
        .argument("<format>", "PEP 3118 text, [owner:type], or a name such as bfloat16")
        .description("draw the layout of a format: offsets, padding, fields, sizes under each ABI")
        .addOption(new Option("--abi <abi>", "the ABI whose layout is drawn").choices(Object.keys(abis)))
        .option("--json", "print JSON"),
      "stridebuf explain 'T{b:tag:i:id:(2)d:xy:}'",
      "stridebuf explain bfloat16",
    ),
    async ([format], texts) => {
      const { explain } = await import("./explain.js");
      const abi = texts.abi === undefined ? {} : { abi: texts.abi as Abi };
      explain(format as string, { ...abi, json: texts.json === true }, terminal);
    },
  );

  does(
    withExamples(
      program
        .command("bench")
        .description("a few kernels against plain JavaScript on this machine")
        .option("--time <ms>", "milliseconds per measurement")
        .option("--json", "print JSON"),
      "stridebuf bench --time 100",
    ),
    async (_, texts) => {
      const { given } = await import("./arguments.js");
      const { bench } = await import("./bench.js");
      bench({ ...given(texts, { time: "count" }), json: texts.json === true }, terminal);
    },
  );
  does(
    withExamples(
      program
        .command("dtypes")
        .description("every ready-made dtype: size, range, names elsewhere, files that hold it")
        .option("--json", "print JSON"),
      "stridebuf dtypes",
    ),
    async (_, texts) => {
      const { listDTypes } = await import("./dtypes.js");
      listDTypes({ json: texts.json === true }, terminal);
    },
  );

  const withoutComplete = () => createProgram(terminal, () => {}, { complete: false });
  does(
    withExamples(
      program
        .command("completion")
        .addArgument(new Argument("<shell>", "the shell that is to complete").choices(["bash", "zsh", "fish"]))
        .description("print a script that lets a shell complete command lines"),
      "source <(stridebuf completion bash)",
      "stridebuf completion zsh > ~/.zfunc/_stridebuf",
      "stridebuf completion fish > ~/.config/fish/completions/stridebuf.fish",
    ),
    async ([shell]) => {
      const { printCompletion } = await import("./completion.js");
      printCompletion(shell as string, withoutComplete());
    },
  );

  // The script of a shell asks with this.
  if (own.complete) {
    does(program.command("complete", { hidden: true }).argument("[words...]"), async ([words]) => {
      const { complete } = await import("./completion.js");
      complete(words as string[], withoutComplete());
    });
  }

  does(program.command("man").description("print the manual page: stridebuf man | man -l -"), async () => {
    const { manPage } = await import("./man.js");
    terminal.out(manPage(program, version).trimEnd());
  });
  return program;
}

/** A complaint of commander's as one line. */
const usageLine = (text: string): string => {
  const [first, ...more] = text.trim().split(/\s*\n\s*/);
  return `stridebuf: ${[first!.replace(/^error: /, ""), ...more].join(" ").replace(/\.$/, "")}; --help lists what there is`;
};
