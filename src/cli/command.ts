/** The process of the command: its streams, its status. */

import { writeSync } from "node:fs";
import { failureText } from "./failure.js";
import { run } from "./program.js";
import { processTerminal } from "./terminal.js";
import { discardUnfinished } from "./unfinished.js";

// A reader that has seen enough (`| head`) is no failure; a full disk is one, like any other.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  discardUnfinished();
  if (error.code === "EPIPE") process.exit(0);
  const message = failureText(Object.assign(error, { path: "standard output" }));
  writeSync(2, `stridebuf: ${message}\n`);
  process.exit(1);
});
// Nobody is left who could read a complaint about that.
process.stderr.on("error", () => process.exit(1));

process.exitCode = await run(process.argv.slice(2), processTerminal());
