/**
 * The command line's grammar: options and arguments as commander reads them, handed to the commands, each of which is
 * loaded when it is called.
 */

import { readFileSync } from "node:fs";
import { Command, CommanderError, Option } from "commander";
import { type Abi, abis } from "../format/abi.js";
import { parseCount, parseFormat, parseNumber, parseShape } from "./arguments.js";
import type { ConvertCommandOptions } from "./convert.js";
import { failureStatus, failureText } from "./failure.js";
import type { InfoOptions } from "./info.js";
import type { RawOptions } from "./inputs.js";
import { discardUnfinished } from "./output-file.js";
import type { Terminal } from "./terminal.js";

const manifestUrl = new URL("../../package.json", import.meta.url);

/** Options as commander gives them: text, or absent. */
interface Texts {
  [option: string]: string | boolean | undefined;
}

const ORDERS = ["C", "F"] as const;
type Order = (typeof ORDERS)[number];

function rawOptions(texts: Texts): RawOptions {
  const raw: RawOptions = {};
  const format = texts.format ?? texts.from;
  if (typeof format === "string") raw.format = parseFormat(format);
  if (typeof texts.shape === "string") raw.shape = parseShape(texts.shape);
  if (typeof texts.offset === "string") raw.byteOffset = parseCount("--offset", texts.offset);
  return raw;
}

function convertOptions(texts: Texts): ConvertCommandOptions {
  const options: ConvertCommandOptions = rawOptions(texts);
  if (typeof texts.to === "string") options.to = parseFormat(texts.to);
  if (texts.fromOrder !== undefined) options.order = texts.fromOrder as Order;
  if (texts.order !== undefined) options.intoOrder = texts.order as Order;
  if (typeof texts.scale === "string") options.scale = parseNumber("--scale", texts.scale);
  if (typeof texts.add === "string") options.offset = parseNumber("--add", texts.add);
  const names = { tensor: texts.tensor, only: texts.only, skip: texts.skip };
  const rules = { overflow: texts.overflow, casting: texts.casting };
  const flags = { floatsOnly: texts.floatsOnly, json: texts.json };
  const given = Object.entries({ ...names, ...rules, ...flags }).filter(([, value]) => value !== undefined);
  return Object.assign(options, Object.fromEntries(given));
}

function withRawOptions(command: Command): Command {
  return command
    .addOption(new Option("--format <format>", "what the items are: of raw bytes, or of plain bytes in .npy"))
    .addOption(new Option("--from <format>", "the same as --format"))
    .addOption(new Option("--shape <shape>", "items per axis of raw bytes, such as 720,1440"))
    .addOption(new Option("--offset <bytes>", "bytes of raw input before the first item"));
}

function createProgram(terminal: Terminal): Command {
  const { version } = JSON.parse(readFileSync(manifestUrl, "utf8")) as { version: string };
  const program = new Command("stridebuf")
    .description("Looks into and converts files of numbers and records: .npy, .npz, .safetensors and raw bytes.")
    .version(version)
    .exitOverride()
    .showHelpAfterError("(stridebuf --help says more)")
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd().replace(/^error: /, "stridebuf: ")),
    });

  withRawOptions(program.command("info").argument("<files...>", ".npy, .npz, .safetensors, or raw bytes with --format"))
    .description("shape, dtype, order, layout and statistics of each tensor")
    .addOption(new Option("--order <order>", "order of raw bytes").choices(ORDERS))
    .option("--tensor <name>", "only this tensor")
    .option("--no-stats", "leave the data unread")
    .option("--json", "print JSON")
    .action(async (paths: string[], texts: Texts) => {
      const options: InfoOptions = { ...rawOptions(texts), stats: texts.stats !== false };
      if (texts.order !== undefined) options.order = texts.order as Order;
      if (typeof texts.tensor === "string") options.tensor = texts.tensor;
      if (texts.json === true) options.json = true;
      const { info } = await import("./info.js");
      await info(paths, options, terminal);
    });

  withRawOptions(program.command("convert").argument("<src>", "input file").argument("<dst>", "output file"))
    .description("convert SRC to DST; the extensions decide the containers, anything else is raw bytes")
    .option("--to <format>", "dtype of the result: PEP 3118 text, [owner:type], or a name such as bfloat16")
    .addOption(new Option("--order <order>", "order of the result").choices(ORDERS))
    .addOption(new Option("--from-order <order>", "order of raw input").choices(ORDERS))
    .addOption(new Option("--overflow <rule>", "values that do not fit").choices(["wrap", "saturate", "error"]))
    .addOption(
      new Option("--casting <rule>", "conversions that are allowed").choices([
        "no",
        "equiv",
        "safe",
        "same_kind",
        "unsafe",
      ]),
    )
    .option("--scale <number>", "multiply each value")
    .option("--add <number>", "add to each value, after --scale")
    .option("--tensor <name>", "the tensor to take from, or to make in, a container of several")
    .option("--only <pattern>", "convert only tensors whose names match (* and ?); the others are kept as they are")
    .option("--skip <pattern>", "keep tensors whose names match as they are")
    .option("--floats-only", "keep tensors that are neither float nor complex as they are")
    .option("--json", "print JSON")
    .action(async (src: string, dst: string, texts: Texts) => {
      const { convert } = await import("./convert.js");
      await convert(src, dst, convertOptions(texts), terminal);
    });

  program
    .command("explain")
    .argument("<format>", "PEP 3118 text, [owner:type], or a name such as bfloat16")
    .description("draw the layout of a format: offsets, padding, fields, sizes under each ABI")
    .addOption(new Option("--abi <abi>", "the ABI whose layout is drawn").choices(Object.keys(abis)))
    .option("--json", "print JSON")
    .action(async (format: string, texts: Texts) => {
      const { explain } = await import("./explain.js");
      const abi = texts.abi === undefined ? {} : { abi: texts.abi as Abi };
      explain(format, { ...abi, json: texts.json === true }, terminal);
    });

  program
    .command("bench")
    .description("a few kernels against plain JavaScript on this machine")
    .option("--time <ms>", "milliseconds per measurement")
    .option("--json", "print JSON")
    .action(async (texts: Texts) => {
      const { bench } = await import("./bench.js");
      const time = typeof texts.time === "string" ? { time: parseCount("--time", texts.time) } : {};
      bench({ ...time, json: texts.json === true }, terminal);
    });
  return program;
}

/**
 * Runs one command line.
 *
 * @param args what stands after the program's name
 * @returns the exit status: 0 done, 1 the input or the request is wrong, 2 usage
 */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await createProgram(terminal).parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    discardUnfinished();
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const status = failureStatus(error);
    // A defect of the program: the one case where a stack helps.
    if (status === undefined && process.env.STRIDEBUF_DEBUG) throw error;
    terminal.err(`stridebuf: ${failureText(error)}`);
    return status ?? 1;
  }
}
