/** The commands for work that many processes or machines share. */

import type { Command } from "commander";
import { type Run, withConversionOptions, withExamples } from "./grammar-options.js";
import type { Terminal } from "./terminal.js";

export function scaleCommands(program: Command, terminal: Terminal, version: string): (readonly [Command, Run])[] {
  const plan = withExamples(
    withConversionOptions(program.command("plan").argument("<paths...>", "SRC DST, or with -o any number of sources"))
      .description("cut a conversion into shards that any number of machines can do; prints the plan")
      .option("--shard <bytes>", "bytes of the result that a shard writes (256MiB unless said)")
      .option("-o, --out-dir <folder>", "write into this folder, under the names of the sources"),
    "stridebuf plan model.safetensors small.safetensors --to bfloat16 --shard 256MiB > plan.ndjson",
    "stridebuf plan 'runs/*.npy' -o out --to float16 > plan.ndjson",
  );
  const run = withExamples(
    program
      .command("run")
      .argument("<plan>", "what stridebuf plan has printed")
      .description(
        "do shards of a plan: one, a slice, those that Slurm, Kubernetes, … say, or all; done ones are skipped",
      )
      .option("--index <number>", "only this shard; the first is 0")
      .option("--slice <i/n>", "slice i of n, from 0/n to n-1/n")
      .option("--of <count>", "workers in all, where the scheduler tells which one this is but not how many there are")
      .option("--quiet", "print nothing but failures")
      .option("--json", "print JSON"),
    "stridebuf run plan.ndjson --slice 3/16",
    "seq 100 | parallel -N0 stridebuf run plan.ndjson --of 100",
    "stridebuf run plan.ndjson",
  );
  const verify = withExamples(
    program
      .command("verify")
      .argument("<plan>", "what stridebuf plan has printed")
      .description("check every byte of what was done; nothing missing: put the result in place")
      .option("--quiet", "print nothing but failures")
      .option("--json", "print JSON"),
    "stridebuf verify plan.ndjson",
  );
  return [
    [
      plan,
      async ([paths], texts) => {
        const { given } = await import("./arguments.js");
        const { convertOptions } = await import("./convert-options.js");
        const { printPlan } = await import("./scale.js");
        const { shard } = given(texts, { shard: "bytes" });
        const request = { version, ...(shard === undefined ? {} : { shardBytes: shard }) };
        await printPlan(paths as string[], convertOptions(texts), request, terminal);
      },
    ],
    [
      run,
      async ([path], texts) => {
        const { given } = await import("./arguments.js");
        const { run } = await import("./scale.js");
        const own = given(texts, { index: "count", slice: "text", of: "count", quiet: "flag", json: "flag" });
        return run(path as string, own, terminal);
      },
    ],
    [
      verify,
      async ([path], texts) => {
        const { given } = await import("./arguments.js");
        const { verify } = await import("./scale.js");
        return verify(path as string, given(texts, { quiet: "flag", json: "flag" }), terminal);
      },
    ],
  ];
}
