/** The commands that write, each with what it must end with however often it was killed. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeWorkplace, type Workplace } from '../../test/workplace.js';
import { contentOf, filesOf, polytag } from './commands.js';

/** A command that writes below a path of its own. */
export interface Job {
  name: string;
  /** Trials at full size. */
  kills: number;
  /** Its words; all that it writes begins with `out`. */
  words(out: string): string[];
  /** What the same command has besides, to go on. */
  again: string[];
  /** A hash of what it must come to: weights, tables, vectors, without times. */
  result(out: string): Promise<string>;
}

/** A folder with what the commands need: a corpus, a config, a study, a finished run called `reference`. */
export interface Yard {
  workplace: Workplace;
  folder: string;
  jobs: Job[];
}

const STUDY = `export default {
  name: 'mine', title: 'A study', question: 'Does anything help?', config: 'tiny.yaml',
  panels: [{ name: 'tags', label: 'tags', overrides: ['training.epochs=1', 'training.checkpoint_steps=1'] }],
  groups: [
    { name: 'base', label: 'all three', overrides: [] },
    { name: 'words', label: 'words alone', overrides: ['~model.branches.mel', '~model.branches.waveform'] },
  ],
  contrasts: [{ group: 'base', minus: 'words' }],
  themes: [{ title: 'Both', groups: ['base', 'words'] }],
};
`;

const hasWeights = (name: string): boolean => /(^|\/)(weights\.safetensors|predictions\.parquet)$/.test(name);

/** Makes the folder. Throws Error when the reference cannot be made. */
export async function makeYard(): Promise<Yard> {
  const workplace = await makeWorkplace();
  const { folder } = workplace;
  await writeFile(join(folder, 'mine.mjs'), STUDY);
  const { code, stderr } = await polytag(
    ['run', 'tiny.yaml', 'evaluation.conditions=[{absent: [lyrics]}]', '--out', 'reference'],
    folder,
  );
  if (code !== 0) throw new Error(`The reference could not be made: ${stderr}`);
  return { workplace, folder, jobs: jobsIn(folder) };
}

function jobsIn(folder: string): Job[] {
  const at = (name: string): string => join(folder, name);
  const bytesOf = async (name: string): Promise<string> =>
    readFile(at(name)).then(
      (bytes) => bytes.toString('base64'),
      () => 'nothing',
    );
  const tag = (ending: string, kills: number): Job => ({
    name: `tag (${ending})`,
    kills,
    words: (out) => ['tag', 'corpus', '--model', 'reference', '--embedding', '--out', `${out}.${ending}`],
    again: [],
    result: (out) => bytesOf(`${out}.${ending}`),
  });
  const runWords = (out: string): string[] => [
    'run',
    'tiny.yaml',
    'training.epochs=4',
    'training.checkpoint_steps=1',
    `inputs.store=${out}-store`,
    '--out',
    out,
  ];
  return [
    {
      name: 'run',
      kills: 100,
      words: runWords,
      again: ['--resume'],
      result: (out) => contentOf(at(out), hasWeights),
    },
    tag('csv', 25),
    tag('jsonl', 25),
    tag('parquet', 25),
    tag('arrow', 25),
    {
      name: 'sweep',
      kills: 20,
      words: (out) => [
        'sweep',
        'tiny.yaml',
        'loss.alpha=1,2',
        'training.epochs=1',
        'training.checkpoint_steps=1',
        '--out',
        out,
      ],
      again: [],
      result: (out) => contentOf(at(out), hasWeights),
    },
    {
      name: 'study',
      kills: 20,
      words: (out) => ['study', './mine.mjs', '--seeds', '1', '--samples', '50', '--jobs', '1', '--out', out],
      again: [],
      result: (out) => contentOf(at(out), hasWeights),
    },
    {
      name: 'data synth',
      kills: 20,
      words: (out) => ['data', 'synth', out, '--clips', '100', '--seconds', '2'],
      again: [],
      result: (out) => contentOf(at(out)),
    },
    {
      name: 'data prepare',
      kills: 20,
      words: (out) => ['data', 'prepare', 'tiny.yaml', `inputs.store=${out}`],
      again: [],
      // The shards may be divided otherwise; what counts is what a run makes of them.
      result: async (out) => {
        await polytag(['run', 'tiny.yaml', `inputs.store=${out}`, '--out', `${out}-run`], folder);
        return contentOf(at(`${out}-run`), hasWeights);
      },
    },
    {
      name: 'text embed',
      kills: 20,
      words: (out) => [
        ...['text', 'embed', 'corpus/lyrics', '--dim', '16', '--min-count', '1', '--workers', '1'],
        ...['--epochs', '100', '--out', `${out}.txt`],
      ],
      again: [],
      result: (out) => bytesOf(`${out}.txt`),
    },
    {
      name: 'models export',
      kills: 20,
      words: (out) => ['models', 'export', 'reference', '--format', 'tfjs', '--out', out],
      again: [],
      result: (out) => contentOf(at(out)),
    },
  ];
}

/** Unfinished files among those of an output. */
export const litterOf = async (folder: string, out: string): Promise<string[]> =>
  (await filesOf(folder)).filter(
    (name) => name.startsWith(out) && /\.part$|\.lock$|\.dead$|\.journal$/.test(name),
  );
