/** The user's own ffmpeg, for formats that are not read here; streaming, in a process of its own. Node only. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { systemPath } from '../base/raw-names.js';
import { DamagedAudio, type OpenAudio } from './audio.js';
import { wav } from './formats/pcm/wav.js';
import { ByteReader, type ByteSource, closing, streamSource } from './source.js';

/** An ffmpeg that runs. */
export interface Ffmpeg {
  /** What is called. */
  command: string;
  /** Such as `5.1.6`. */
  version: string;
}

let found: Promise<Ffmpeg | null> | null = null;

async function look(): Promise<Ffmpeg | null> {
  const command = process.env.POLYTAG_FFMPEG ?? 'ffmpeg';
  if (command === 'none') return null;
  try {
    const { stdout } = await promisify(execFile)(command, ['-version']);
    return { command, version: /^ffmpeg version (\S+)/.exec(stdout)?.[1] ?? 'of unknown version' };
  } catch {
    return null;
  }
}

/** The ffmpeg of the PATH, or of POLYTAG_FFMPEG (`none`: none is used); null where there is none. Looked for once. */
export function findFfmpeg(): Promise<Ffmpeg | null> {
  found ??= look();
  return found;
}

/** Lines that it prints about what it cannot read. */
const MOST_LINES = 100;

/** Feeds a source that is not a file; a process that ends before it has read everything is not an error here. */
async function feed(child: ChildProcess, source: ByteSource): Promise<void> {
  const input = child.stdin!;
  input.on('error', () => {});
  for await (const chunk of source.chunks()) {
    if (input.destroyed) return;
    if (!input.write(chunk))
      await new Promise<void>((resolve) => input.once('drain', resolve).once('close', resolve));
  }
  input.end();
}

/**
 * Decodes a source by ffmpeg, which gives floating point WAV. Throws DamagedAudio, with its reason, when it gives
 * nothing.
 *
 * @param format - name of the format, for the record
 */
export async function openByFfmpeg(
  { command, version }: Ffmpeg,
  source: ByteSource,
  format: string,
): Promise<OpenAudio> {
  // Node hands over arguments as UTF-8, and other names of files would not be found: those are piped.
  const path = source.path !== undefined && systemPath(source.path) === source.path ? source.path : null;
  // Nothing but files is opened, whatever a file names.
  const input = ['-protocol_whitelist', 'file,pipe', '-i', path === null ? 'pipe:0' : `file:${path}`];
  const output = ['-map', '0:a:0', '-c:a', 'pcm_f32le', '-f', 'wav', 'pipe:1'];
  const child = spawn(command, ['-hide_banner', '-nostdin', '-v', 'error', ...input, ...output]);
  const lines: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    for (const line of text.split('\n'))
      if (line.trim() !== '' && lines.length < MOST_LINES) lines.push(line.trim());
  });
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', resolve).on('error', () => resolve(null));
  });
  if (path !== null) child.stdin.end();
  else void feed(child, source).catch(() => child.kill('SIGKILL'));
  const stream = streamSource(child.stdout, source.name);
  let errors = 0;
  try {
    const opened = await wav.open(new ByteReader(stream.chunks()), stream);
    const blocks = async function* (): AsyncGenerator<Float32Array[], void> {
      try {
        yield* opened.blocks;
        const code = await ended;
        if (code !== 0 || lines.length > 0) errors = Math.max(1, lines.length);
      } finally {
        child.kill('SIGKILL');
      }
    };
    return {
      info: { ...opened.info, format, decoder: `ffmpeg ${version}`, duration: null },
      blocks: closing(blocks(), async () => {
        child.kill('SIGKILL');
      }),
      errors: () => errors,
      missing: () => (errors > 0 ? null : 0),
    };
  } catch (error) {
    child.kill('SIGKILL');
    if (!(error instanceof DamagedAudio)) throw error;
    await ended;
    // What it says begins with names and addresses of its own.
    const reason = lines.at(-1)?.replace(/^.*: /, '') ?? 'no reason given';
    throw new DamagedAudio(`ffmpeg ${version}: ${reason}`);
  }
}
