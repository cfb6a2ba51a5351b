/** A process that does one piece of work for the server. */
import { Worker } from 'node:worker_threads';
import { DiskFull, Failure, UsageError } from '../../../base/errors.js';
import { explainWriteError } from '../../../base/files.js';
import { loadWork } from './index.js';
import { MEMORY_MARK, type Tell, type WorkOrder, type WorkReply } from './protocol.js';

/** Time between two reports of one step, in ms. */
const REPORT_MS = 100;

/**
 * Ends the process when the server has died or the memory is full: in a thread, as a computation may block the event loop
 * for minutes.
 */
const GUARD = `
const { workerData: { parent, bytes, mark } } = require('node:worker_threads');
const { writeSync } = require('node:fs');
setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
  if (process.memoryUsage.rss() > bytes) {
    writeSync(2, mark);
    process.kill(process.pid, 'SIGKILL');
  }
}, 200);
`;

function guard(megabytes: number): void {
  const workerData = { parent: process.ppid, bytes: megabytes * 2 ** 20, mark: MEMORY_MARK };
  new Worker(GUARD, { eval: true, execArgv: [], workerData }).unref();
}

const reply = (message: WorkReply): void => {
  process.send!(message);
};

function fail(thrown: unknown): void {
  const error = explainWriteError('A file of the job', thrown);
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const kinds = [
    [DiskFull, 'full'],
    [UsageError, 'usage'],
    [Failure, 'failure'],
  ] as const;
  const [, kind] = kinds.find(([Kind]) => error instanceof Kind) ?? [Error, 'bug' as const];
  reply({ error: { message, stack, kind } });
}

async function work({ name, request, megabytes }: WorkOrder): Promise<void> {
  guard(megabytes);
  let [last, told] = ['', 0];
  const tell: Tell = (step, done) => {
    const now = performance.now();
    if (step === last && now - told < REPORT_MS) return;
    [last, told] = [step, now];
    reply({ told: [step, done] });
  };
  const run = (await loadWork(name)) as (request: unknown, tell: Tell) => Promise<unknown>;
  reply({ result: await run(request, tell) });
}

// A second promise of a library that fails unseen would end the process without a message.
process.on('unhandledRejection', fail);
// The server has died.
process.on('disconnect', () => process.exit(1));
process.once('message', (order) => void work(order as WorkOrder).catch(fail));
// Most jobs need these modules, which take longer to load than a hum to recognise.
void import('./recognise.js');
