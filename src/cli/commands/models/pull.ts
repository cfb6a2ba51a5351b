/** `polytag models pull`. */
import type { CommandModule } from 'yargs';
import { UsageError } from '../../../base/errors.js';
import { nearestName } from '../../../base/nearest-name.js';
import { type Progress, startProgress } from '../../../base/progress.js';
import { ESSENTIA_MODELS } from '../../../hub/known/essentia-extractors.js';
import { isKnown, KNOWN_NAMES } from '../../../hub/known/index.js';
import { pullKnown } from '../../../hub/known/pull.js';
import { isPullable, PULLABLE_NAMES } from '../../../hub/published/index.js';
import { pullModels } from '../../../hub/pull.js';
import { switchOption, textOption } from '../../arguments.js';
import { printNote, printResult } from '../../terminal.js';

interface PullArguments {
  names: string[];
  from?: string;
  mirror?: string;
  'accept-licence': boolean;
  force: boolean;
}

/** Refuses an option of the other kind of model. */
function refuseOption(option: string, value: unknown, name: string, why: string): void {
  if (value !== undefined) throw new UsageError(`--${option}: ${name} ${why}; remove the option.`);
}

export const pull: CommandModule<object, PullArguments> = {
  command: 'pull <names..>',
  describe: 'Fetch published models: with pip, or from Essentia’s catalogue',
  builder: (yargs) =>
    yargs
      .positional('names', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: `Which models: ${PULLABLE_NAMES.join(', ')}, or a name of "models list --known"`,
      })
      .option('from', textOption('The package with the weights, if already downloaded'))
      .option(
        'mirror',
        textOption(`Of Essentia’s catalogue: address of a mirror (default: ${ESSENTIA_MODELS})`),
      )
      .option('accept-licence', switchOption('Accept the licences of the models that ask for it'))
      .option('force', switchOption('Fetch models again that are installed'))
      .example('$0 models pull musicnn-mtt', 'One model')
      .example(
        '$0 models pull mood_happy-discogs-effnet --accept-licence',
        'A classifier of Essentia’s catalogue, and the network that it needs',
      )
      .example(
        '$0 models pull musicnn-mtt vgg-msd --from musicnn-0.1.0.tar.gz',
        'From a package that you have',
      ),
  handler: async ({ names, from, mirror, 'accept-licence': acceptLicence, force }) => {
    for (const name of names) if (!isPullable(name) && !isKnown(name)) throw noSuchModel(name);
    const [packaged, graphs] = [names.filter(isPullable), names.filter((name) => !isPullable(name))];
    if (packaged.length > 0) refuseOption('mirror', mirror, packaged[0], 'is fetched with pip');
    if (graphs.length > 0) refuseOption('from', from, graphs[0], 'is fetched from its address');
    const bar = downloadBar();
    const more = { force, log: printNote, onBytes: bar.onBytes };
    const pullAll = async (): Promise<string[]> => [
      // First, as it may be refused.
      ...(graphs.length > 0 ? await pullKnown(graphs, { ...more, acceptLicence, mirror }) : []),
      ...(packaged.length > 0 ? await pullModels(packaged, { ...more, from }) : []),
    ];
    const folders = await pullAll().finally(bar.stop);
    for (const folder of folders) printResult(folder);
  },
};

/** What is wrong with a name that nothing can be pulled by. */
function noSuchModel(name: string): UsageError {
  const longer = KNOWN_NAMES.filter((known) => known.startsWith(`${name}-`));
  if (longer.length > 0)
    return new UsageError(
      `There is no published model "${name}", but ${longer.join(', ')}; give one of them.`,
    );
  const nearest = nearestName<string>(name, [...PULLABLE_NAMES, ...KNOWN_NAMES]);
  return new UsageError(
    `There is no published model "${name}"; did you mean ${nearest}? There are ${PULLABLE_NAMES.join(', ')} and those of "polytag models list --known".`,
  );
}

/** A bar for one download after the other. */
function downloadBar(): { onBytes(done: number, total: number | null): void; stop(): void } {
  let bar: { progress: Progress; total: number } | null = null;
  const stop = (): void => {
    bar?.progress.stop();
    bar = null;
  };
  return {
    stop,
    onBytes(done, total) {
      // What takes no time needs no bar, and of what nobody knows the size there is none.
      if (total === null || total < 1e6) return;
      const [part, whole] = [done, total].map((bytes) => Math.round(bytes / 1e6));
      if (bar?.total !== total) {
        stop();
        bar = { progress: startProgress('Downloading', whole, 'MB'), total };
      }
      bar?.progress.update(part);
    },
  };
}
