/**
 * The shards of a plan as jobs of BullMQ, on any number of machines that see the files and one Redis:
 *
 *   node bullmq.mjs add plan.ndjson     once (or more often: it is there once)
 *   node bullmq.mjs work                as often as there are machines; ends with SIGTERM
 *
 * REDIS_PORT and REDIS_HOST say where Redis is.
 */
import { FlowProducer, Worker } from "bullmq";
import { planFlow, planProcessor } from "stridebuf/bullmq";

const [, , command, plan] = process.argv;
const connection = { host: process.env.REDIS_HOST ?? "127.0.0.1", port: Number(process.env.REDIS_PORT ?? 6379) };

if (command === "add") {
  const producer = new FlowProducer({ connection });
  await producer.add(planFlow(plan));
  await producer.close();
} else {
  const worker = new Worker("stridebuf", planProcessor, {
    connection,
    // A worker that is killed keeps its shard for so long; then another one takes it.
    lockDuration: Number(process.env.LOCK_MS ?? 30_000),
    stalledInterval: Number(process.env.LOCK_MS ?? 30_000),
    // Killing a worker is not the shard's fault.
    maxStalledCount: 100,
  });
  worker.on("failed", (job, error) => console.error(`${job?.name} ${job?.data.shard ?? ""}: ${error.message}`));
  process.once("SIGTERM", () => worker.close());
}
