/** What docs/recipes holds, as its readers use it. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { EXIT } from '../../src/base/errors.js';
import { isMissing } from '../requirements.js';
import { makeWorkplace, polytag, polytagCommand, startProgram, type Workplace } from '../workplace.js';

const project = fileURLToPath(new URL('../..', import.meta.url));
const recipe = (name: string): string => join(project, 'docs', 'recipes', name);

let workplace: Workplace;
beforeAll(async () => {
  workplace = await makeWorkplace();
});
afterAll(() => workplace.remove());

describe('kubernetes-indexed-job.yaml', () => {
  /** What the compiler says of a job against the types that Kubernetes' own API description gives. */
  const complaintsOf = async (job: unknown): Promise<string[]> => {
    const file = join(workplace.folder, 'job.ts');
    const types = join(project, 'node_modules', 'kubernetes-types', 'batch', 'v1.js');
    await writeFile(
      file,
      `import type { Job } from ${JSON.stringify(types)};\nexport const job: Job = ${JSON.stringify(job)};\n`,
    );
    const program = ts.createProgram([file], {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      types: [],
      module: ts.ModuleKind.Node16,
      moduleResolution: ts.ModuleResolutionKind.Node16,
    });
    return ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
  };

  it('is a Job as Kubernetes describes it', async () => {
    const text = await readFile(recipe('kubernetes-indexed-job.yaml'), 'utf8');
    expect(await complaintsOf(parse(text))).toEqual([]);
    const misspelled = parse(text.replace('podFailurePolicy:', 'podFailurePolice:'));
    expect((await complaintsOf(misspelled))[0]).toMatch(/podFailurePolice/);
    const wrong = parse(text.replace('completions: 630', 'completions: "630"'));
    expect((await complaintsOf(wrong))[0]).toMatch(/'string' is not assignable to type 'number'/);
  });

  it('gives polytag a command it takes, and knows its exit codes', async () => {
    const { spec } = parse(await readFile(recipe('kubernetes-indexed-job.yaml'), 'utf8'));
    const [{ command, args }] = spec.template.spec.containers;
    expect(args).toContain(`--shards=${spec.completions}`);
    expect(command.slice(0, 2)).toEqual(['node', 'bin/polytag.js']);
    const rules = spec.podFailurePolicy.rules as {
      action: string;
      onExitCodes?: { operator: string; values: number[] };
    }[];
    expect(rules.map(({ action, onExitCodes }) => [action, onExitCodes?.values])).toEqual([
      ['FailJob', [EXIT.wrongUse, EXIT.doNotRetry]],
      ['Ignore', [EXIT.tryAgain]],
      ['Ignore', undefined],
    ]);
    const { code, stderr } = await polytag([...command.slice(2), ...args], {
      cwd: workplace.folder,
      env: { JOB_COMPLETION_INDEX: '629' },
    });
    expect(code).toBe(EXIT.wrongUse);
    expect(stderr).toMatch('There is no manifest /catalogue/manifest-00.jsonl');
  });
});

const noLinux = await isMissing('linux');

describe('the commands of ten-million-tracks.md', () => {
  it.skipIf(noLinux)('divides a list into manifests', async () => {
    const page = await readFile(join(project, 'docs', 'ten-million-tracks.md'), 'utf8');
    const block = /```sh\n(find \/music[^`]*)```/.exec(page)![1];
    const commands = block
      .replaceAll('/music', 'corpus')
      .replaceAll('npx polytag', polytagCommand.map((word) => `'${word}'`).join(' '))
      // One manifest shows what ten would.
      .replace('0{0..9}', '00');
    const { code, stderr } = await startProgram('bash', ['-ec', commands], {
      cwd: workplace.folder,
      env: process.env,
    }).outcome;
    expect(code, stderr).toBe(0);
    const [header, ...tracks] = (await readFile(join(workplace.folder, 'm-00.jsonl'), 'utf8'))
      .trim()
      .split('\n');
    const list = (await readFile(join(workplace.folder, 'list-00'), 'utf8')).trim().split('\n');
    expect(JSON.parse(header).tracks).toBe(list.length);
    expect(tracks.map((line) => JSON.parse(line).path)).toEqual(list);
  });
});

describe('tag-requests.sh', () => {
  it('answers requests in a pipe', async () => {
    const config = [workplace.config, '~model.branches.lyrics', '~inputs.lyrics', '~model.branches.waveform'];
    const trained = await polytag(
      ['run', ...config, '~inputs.waveform', 'training.epochs=1', '--out', 'run'],
      { cwd: workplace.folder },
    );
    expect(trained.code, trained.stderr).toBe(0);
    const [, track] = (await readFile(join(workplace.corpus, 'annotations_final.csv'), 'utf8')).split('\n');
    const path = join(workplace.corpus, /[^\t"]+\.mp3/.exec(track)![0]);
    const requests = [
      { id: 7, path },
      { id: 8, path: '/nowhere.mp3' },
      { path, shelf: 'B' },
    ];
    await writeFile(
      join(workplace.folder, 'requests.jsonl'),
      requests.map((request) => `${JSON.stringify(request)}\n`).join(''),
    );
    const pipe = (env: Record<string, string>): ReturnType<typeof startProgram>['outcome'] =>
      startProgram('sh', ['-c', `cat requests.jsonl | sh '${recipe('tag-requests.sh')}' | cat`], {
        cwd: workplace.folder,
        env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
      }).outcome;
    const { stdout, stderr } = await pipe({
      POLYTAG_FOLDER: project,
      POLYTAG_MODEL: join(workplace.folder, 'run'),
      POLYTAG_CACHE: join(workplace.folder, 'cache'),
    });
    const results = stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
    expect(results, stderr).toHaveLength(3);
    for (const request of requests) expect(results).toContainEqual(expect.objectContaining(request));
    const failed = results.find(({ id }) => id === 8);
    expect(failed).toMatchObject({ scores: null, error: expect.stringMatching(/nowhere/) });
    const tagged = results.find(({ id }) => id === 7);
    expect(tagged.error).toBeNull();
    expect(Object.keys(tagged.scores)).toHaveLength(12);
    expect(tagged.embedding.length).toBeGreaterThan(0);

    expect((await pipe({})).stderr).toMatch(/POLYTAG_FOLDER: is not set/);
  });
});
