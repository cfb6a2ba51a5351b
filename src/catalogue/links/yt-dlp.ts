/** Pages of YouTube and the like, through the yt-dlp that the user has installed; polytag brings none. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { Failure, lineOf, systemCode, UsageError } from '../../base/errors.js';
import { parseJson } from '../../base/json.js';
import type { LinkPolicy } from './link-policy.js';

const run = promisify(execFile);

/** Most tracks of a playlist. */
const LONGEST_PLAYLIST = 50;
/** The first version that takes `--js-runtimes`, without which newer versions find nothing on YouTube. */
const WITH_RUNTIMES = '2025.11.12';

/** A track of a page. */
export interface PageTrack {
  /** Title of the video. */
  title: string;
  /** The file that holds its audio. */
  path: string;
}

const printed = z.object({ title: z.string(), filepath: z.string() });

/** The user's yt-dlp. */
export interface YtDlp {
  program: string;
  version: string;
}

/**
 * Finds yt-dlp.
 *
 * @param program - its name or path. Default: `yt-dlp`.
 * @throws UsageError where it is not installed
 */
export async function findYtDlp(program = 'yt-dlp'): Promise<YtDlp> {
  try {
    const { stdout } = await run(program, ['--version'], { timeout: 60_000 });
    return { program, version: stdout.trim() };
  } catch (error) {
    throw new UsageError(
      systemCode(error) === 'ENOENT'
        ? '--with yt-dlp: there is no yt-dlp on this machine; install it, or leave the option out.'
        : `--with yt-dlp: yt-dlp does not start (${lineOf(error)}); install it again, or leave the option out.`,
    );
  }
}

/**
 * Fetches the audio of a page, of a video or a playlist, into a folder. Sizes are limited by the policy for each track; which
 * addresses are connected to is yt-dlp's business. Throws Failure, one sentence, where it finds nothing.
 */
export async function fetchPage(
  link: string,
  folder: string,
  { program, version }: YtDlp,
  policy: LinkPolicy,
  signal?: AbortSignal,
): Promise<PageTrack[]> {
  const options = [
    // Not the user's own options, which could send the files elsewhere or run programs.
    '--ignore-config',
    ...['--quiet', '--no-warnings', '--no-progress', '--no-simulate'],
    ...['--format', 'bestaudio/best', '--max-filesize', String(policy.bytes)],
    ...['--playlist-end', String(LONGEST_PLAYLIST), '--ignore-errors'],
    ...(version >= WITH_RUNTIMES ? ['--js-runtimes', `node:${process.execPath}`] : []),
    ...['--print', 'after_move:%(.{title,filepath})j', '--output', join(folder, '%(autonumber)s.%(ext)s')],
  ];
  const nothing = (why: string): Failure =>
    new Failure(`${link}: yt-dlp finds no audio there (${why}); check the link, or bring yt-dlp up to date.`);
  const { stdout, failure } = await run(program, [...options, '--', link], {
    signal,
    timeout: policy.seconds * 1000 * 5,
    maxBuffer: 1 << 24,
  }).then(
    ({ stdout }) => ({ stdout, failure: null }),
    // Where some videos of a playlist are gone, it fetches the others and ends with 1.
    (error: Error & { stdout?: string; stderr?: string }) => {
      if (signal?.aborted) throw signal.reason;
      return {
        stdout: error.stdout ?? '',
        failure: error.stderr?.trim().split('\n').at(-1) || error.message,
      };
    },
  );
  const tracks = stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => parseJson(line, printed));
  if (tracks.length === 0) throw nothing(lineOf(failure ?? 'none was fetched').replace(/[.]$/, ''));
  return tracks.map(({ title, filepath }) => ({ title, path: filepath }));
}
