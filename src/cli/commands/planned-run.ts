/** polytag planned-run: one run of a plan, as a launcher starts it. Not for interactive use. */
import type { CommandModule } from 'yargs';
import { Failure, Interrupted, Paused, Requeue, UsageError } from '../../base/errors.js';
import { exists, writeWhole } from '../../base/files.js';
import { loadConfig } from '../../config/load.js';
import { writeReport } from '../../report/pages/run/write.js';
import { sidecar } from '../../runs/launch/plan.js';
import { begunPath, failurePath, readArrayPlan } from '../../runs/launch/slurm.js';
import { runExperiment } from '../../runs/run.js';
import { interruptible, printNote } from '../terminal.js';

interface PlannedRunArguments {
  plan: string;
  task: string;
}

export const plannedRun: CommandModule<object, PlannedRunArguments> = {
  command: 'planned-run <plan> <task>',
  describe: false,
  builder: (yargs) =>
    yargs
      .positional('plan', { type: 'string', demandOption: true })
      .positional('task', { type: 'string', demandOption: true }),
  handler: async ({ plan: path, task }) => {
    const plan = await readArrayPlan(path);
    const run = plan.runs[Number(task) - 1];
    if (!run) throw new UsageError(`${path} has ${plan.runs.length} runs and no run ${task}.`);
    const { folder, replace } = run;
    const config = await loadConfig(sidecar(folder, '.yaml'));
    // A restarted task replaces only runs that it has not begun itself.
    const begun = begunPath(folder);
    const existing = replace && !(await exists(begun)) ? 'overwrite' : 'resume';
    if (replace) await writeWhole(begun, '');
    try {
      await interruptible(
        (signal) =>
          runExperiment({
            config,
            out: folder,
            existing,
            pauseAfter: plan.pauseAfter,
            signal,
            log: printNote,
            writeReport,
          }),
        // Slurm sends USR2 before its time limit where the script asks for it.
        { signals: ['SIGINT', 'SIGTERM', 'SIGUSR2'] },
      );
    } catch (error) {
      if (error instanceof Interrupted) throw new Requeue(error.message);
      if (error instanceof Paused || !(error instanceof Failure)) throw error;
      // A failed run is a result: the launcher must neither retry it nor stop the others.
      await writeWhole(failurePath(folder), `${error.message}\n`);
      printNote(error.message);
    }
  },
};
