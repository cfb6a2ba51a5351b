/** Links among the words of a command, fetched into files as they are asked for. */
import { extname, join } from 'node:path';
import { AUDIO_EXTENSIONS } from '../../audio/media-types.js';
import { Failure } from '../../base/errors.js';
import { fetchLink, WebPage } from './fetch-link.js';
import type { LinkPolicy } from './link-policy.js';
import { fetchPage, type YtDlp } from './yt-dlp.js';

/** Whether a word is a link, not a path. */
export const isLink = (word: string): boolean => /^[a-z][a-z0-9+.-]+:\/\//i.test(word);

/** A recording by the name that a person knows it by: its path or link. */
export type NamedTrack = { name: string } & ({ path: string } | { error: string });

/** How links are fetched. */
export interface LinkOptions {
  /** Folder for the files; it is the caller's to remove. */
  folder: string;
  policy: LinkPolicy;
  /** For web pages; null where the user has not switched it on. */
  ytDlp: YtDlp | null;
  signal?: AbortSignal;
}

const ending = (link: string): string => {
  const own = URL.canParse(link) ? extname(new URL(link).pathname).toLowerCase() : '';
  return AUDIO_EXTENSIONS.includes(own) ? own : '';
};

/** The recordings of links, one after the other; a link that cannot be fetched is one with a sentence why. */
export async function* openLinks(
  links: readonly string[],
  options: LinkOptions,
): AsyncGenerator<NamedTrack, void> {
  const { folder, policy, ytDlp, signal } = options;
  for (const [i, link] of links.entries()) {
    if (signal?.aborted) return;
    const path = join(folder, `${i + 1}${ending(link)}`);
    try {
      await fetchLink(link, path, policy, signal);
      yield { name: link, path };
    } catch (error) {
      if (!(error instanceof Failure)) {
        if (signal?.aborted) return;
        throw error;
      }
      if (error instanceof WebPage && ytDlp) yield* openPage(link, i, ytDlp, options);
      else if (error instanceof WebPage)
        yield {
          name: link,
          error: error.message.replace(
            /[.]$/,
            ', or for YouTube and the like install yt-dlp and give --with yt-dlp.',
          ),
        };
      else yield { name: link, error: error.message };
    }
  }
}

async function* openPage(
  link: string,
  index: number,
  ytDlp: YtDlp,
  { folder, policy, signal }: LinkOptions,
): AsyncGenerator<NamedTrack, void> {
  try {
    const tracks = await fetchPage(link, join(folder, `page-${index + 1}`), ytDlp, policy, signal);
    for (const { title, path } of tracks) yield { name: `${link} (${title})`, path };
  } catch (error) {
    if (signal?.aborted) return;
    if (!(error instanceof Failure)) throw error;
    yield { name: link, error: error.message };
  }
}
