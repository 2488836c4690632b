/** Servers and programs that run until they are stopped, and the one report that a page sends. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { setTimeout as wait } from "node:timers/promises";

const patience = 120_000;

/** @param {import("node:http").Server} server */
const portOf = (server) => /** @type {import("node:net").AddressInfo} */ (server.address()).port;

/** A port that nobody listened at a moment ago. */
export async function freePort() {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const port = portOf(server);
  server.close();
  return port;
}

/**
 * Starts a program in a folder, does `body`, and ends the program with all that it started; an error tells what it printed.
 *
 * @param {string[]} command
 * @param {string} folder
 * @param {() => any} body
 */
export async function running([command, ...args], folder, body) {
  const child = spawn(command, args, { cwd: folder, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (data) => {
      printed += data;
    });
  }
  const ended = new Promise((_, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => reject(new Error(`${command} ended: ${code ?? signal}`)));
  });
  try {
    return await Promise.race([body(), ended]);
  } catch (error) {
    throw new Error(`${error.message}\n${printed.slice(-2000)}`);
  } finally {
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
      process.kill(-child.pid, "SIGKILL");
      await ended.catch(() => {});
    }
  }
}

/** The body of an address, asked for until somebody listens there. */
export async function textAt(address) {
  for (const end = Date.now() + patience; ; await wait(200)) {
    try {
      return await (await fetch(address)).text();
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}

/**
 * Serves `answer(path)` (`{ type, body, headers? }` or nothing) and calls `body` with the address; gives what a page then posts to
 * /report, whatever its origin.
 */
export async function reported(answer, body) {
  let report;
  const text = new Promise((resolve) => {
    report = resolve;
  });
  const server = createServer(async (request, response) => {
    if (request.method === "POST") {
      const chunks = await request.toArray();
      response.setHeader("Access-Control-Allow-Origin", "*").end();
      report(Buffer.concat(chunks).toString());
      return;
    }
    const found = answer(new URL(request.url ?? "/", "http://localhost").pathname);
    if (found === undefined) response.writeHead(404).end();
    else response.writeHead(200, { "Content-Type": found.type, ...found.headers }).end(found.body);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const late = new AbortController();
  try {
    const nothing = wait(patience, undefined, { signal: late.signal }).then(() => {
      throw new Error("the page reported nothing");
    });
    const address = `http://127.0.0.1:${portOf(server)}`;
    return await body(address, Promise.race([text, nothing]));
  } finally {
    late.abort();
    server.closeAllConnections();
    server.close();
  }
}
