/** Commands on disks that are too small: a sentence, and with room made the same command comes to the right result. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { randomGenerator } from '../../src/base/random.js';
import { filesOf, lastWords, notASentence, POLYTAG, start } from './commands.js';
import { type Job, makeYard } from './jobs.js';
import { removeAll, undisturbed } from './kills.js';
import { countOf, type Extent, emptyLine, isAsked, type Line, report } from './line.js';

const COMMANDS = ['run', 'tag (csv)', 'tag (parquet)', 'data synth', 'text embed', 'models export'];

/** Disks of each command at full size. */
const DISKS = 20;

/**
 * On a disk of $2 kilobytes at $1: runs the words from $4 on, makes room, runs them again with the words of $3 besides,
 * and copies the disk away.
 */
const SCRIPT = `
mount -t tmpfs -o size="$2"k tmpfs "$1" || exit 99
disk=$1 again=$3
shift 3
"$@" 2>"$disk.first"; echo $? >"$disk.code"
mount -o remount,size=256m "$disk"
"$@" $again 2>"$disk.second"
code=$?
mkdir "$disk-copy" && cp -r "$disk/." "$disk-copy"
exit $code`;

const mayMount = (): Promise<boolean> =>
  promisify(execFile)('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs tmpfs /mnt']).then(
    () => true,
    () => false,
  );

export async function fullDisks(extent: Extent): Promise<Line[]> {
  if (!(await mayMount()))
    return [{ ...emptyLine('full disks'), note: 'not done: a process may not mount a disk here' }];
  const { workplace, folder, jobs } = await makeYard();
  try {
    const lines: Line[] = [];
    for (const job of jobs.filter(({ name }) => COMMANDS.includes(name) && isAsked(name, extent))) {
      lines.push(report(await onSmallDisks(folder, job, extent)));
    }
    return lines;
  } finally {
    await workplace.remove();
  }
}

async function onSmallDisks(folder: string, job: Job, extent: Extent): Promise<Line> {
  const line = emptyLine(`full disks under ${job.name}`);
  const random = randomGenerator(extent.seed, 'full disks', job.name);
  const reference = await undisturbed(folder, job);
  const need = await kilobytesOf(folder, job);
  for (; line.done < countOf(DISKS, extent); line.done++) {
    const disk = `disk-${line.done}`;
    const kilobytes = Math.max(4, Math.round(random.between(0, need)));
    await mkdir(join(folder, disk));
    const words = [...POLYTAG, ...job.words(`${disk}/o`)];
    const script = ['unshare', '-rm', 'sh', '-c', SCRIPT, 'sh', join(folder, disk), String(kilobytes)];
    const last = await start([...script, job.again.join(' '), ...words], folder).ended;
    const read = (ending: string): Promise<string> =>
      readFile(join(folder, `${disk}.${ending}`), 'utf8').catch(() => '');
    const code = Number(await read('code'));
    const first = { ...last, code, stderr: await read('first'), isHung: last.isHung && code === 0 };
    const second = { ...last, stderr: await read('second') };
    const bad = code === 0 ? null : notASentence(first);
    const where = `${kilobytes} kB of ${need}`;
    if (bad !== null) line.failures.push(`${where}: ${bad}, ${lastWords(first)}`);
    // A table that is there is not written again.
    else if (second.code !== 0 && !(code === 0 && second.code === 2))
      line.failures.push(`${where}: the same command afterwards: ${lastWords(second)}`);
    else if ((await job.result(`${disk}-copy/o`)) !== reference.result)
      line.failures.push(`${where}: another result`);
    else if (code === 0) line.right++;
    else line.refused++;
    await removeAll(folder, disk);
  }
  return { ...line, note: 'refused, and right once there was room' };
}

/** What a command needs on a disk. */
async function kilobytesOf(folder: string, job: Job): Promise<number> {
  const place = join(folder, 'need');
  await mkdir(place);
  await start([...POLYTAG, ...job.words('need/o')], folder).ended;
  let bytes = 0;
  for (const name of await filesOf(place)) bytes += (await readFile(join(place, name))).length;
  await rm(place, { recursive: true });
  return Math.ceil(bytes / 1024);
}
