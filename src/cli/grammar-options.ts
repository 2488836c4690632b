/** Groups of options that several commands share, with their help. */

import { type Command, Option } from "commander";

/** Options as commander gives them: text, a flag, or absent. */
export interface Texts {
  [option: string]: string | boolean | undefined;
}

/** What a command does; a number that comes back is the exit status. */
export type Run = (args: readonly (string | string[] | undefined)[], texts: Texts) => Promise<unknown>;

export const ORDERS = ["C", "F"];
const COMPRESSORS = ["none", "gzip", "zlib", "blosc", "zstd", "lz4"];
const KINDS = ["npy", "npz", "safetensors", "raw"];

/** Old names still work, with a note; only the new ones are shown. */
const oldName = (flags: string, now: string): Option => new Option(flags, `now ${now}`).hideHelp();

/** What a command line is told that uses old names. */
export const oldNamesUsed = (command: Command): string[] =>
  command.options
    .filter((option) => option.hidden && command.getOptionValueSource(option.attributeName()) === "cli")
    .map(({ long, description }) => `${long} is deprecated, ${description}`);

export function withRawOptions(command: Command, orderName: "--order" | "--from-order" = "--order"): Command {
  return command
    .option("--format <format>", "what the items are: of raw bytes, or of plain bytes in .npy")
    .addOption(oldName("--from <format>", "--format"))
    .option("--shape <shape>", "items per axis of raw bytes, such as 720,1440")
    .option("--byte-offset <bytes>", "bytes of raw input before the first item")
    .addOption(oldName("--offset <bytes>", "--byte-offset"))
    .addOption(new Option(`${orderName} <order>`, "order of raw bytes").choices(ORDERS))
    .option("--max-header <bytes>", "longest header that is read (1MiB of .npy, 16MiB of .safetensors unless said)");
}

export const withExamples = (command: Command, ...lines: readonly string[]): Command =>
  command.addHelpText("after", `\nExamples:\n${lines.map((line) => `  $ ${line}`).join("\n")}`);

/** What a conversion reads, makes of it and keeps. */
export const withConversionOptions = (command: Command): Command =>
  withRawOptions(command, "--from-order")
    .option("--to <format>", "dtype of the result: PEP 3118 text, [owner:type], or a name such as bfloat16")
    .addOption(new Option("--into <container>", "container of the result").choices(KINDS))
    .addOption(new Option("--order <order>", "order of the result").choices(ORDERS))
    .addOption(new Option("--overflow <rule>", "values that do not fit").choices(["wrap", "saturate", "error"]))
    .addOption(
      new Option("--casting <rule>", "conversions that are allowed").choices(
        "no equiv safe same_kind unsafe".split(" "),
      ),
    )
    .option("--scale <number>", "multiply each value")
    .option("--add <number>", "add to each value, after --scale")
    .option("--chunks <shape>", "of Zarr stores: items per axis of a chunk, such as 64,64")
    .addOption(new Option("--compressor <name>", "of Zarr stores: instead of what is there").choices(COMPRESSORS))
    .option("--tensor <name>", "the tensor to take from, or to make in, a container of several")
    .option("--only <pattern>", "convert only tensors whose names match (* and ?); the others are kept as they are")
    .option("--skip <pattern>", "keep tensors whose names match as they are")
    .option("--floats-only", "keep tensors that are neither float nor complex as they are (so in containers)")
    .option("--no-floats-only", "convert the integers of containers too");
