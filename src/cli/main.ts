#!/usr/bin/env node
/** The `stridebuf` command. What the engine has compiled once is kept for the next run where Node can (22.8 and later). */

import module from "node:module";

(module as { enableCompileCache?: () => unknown }).enableCompileCache?.();
await import("./command.js");
