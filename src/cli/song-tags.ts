/** Tags of one song, for its page. */
import { Failure } from '../base/errors.js';
import { CatalogueTagger } from '../catalogue/tag/catalogue-tagger.js';
import { rankedTags } from '../catalogue/tag/top-tags.js';
import type { SongTags } from '../report/pages/recording/page.js';
import { interruptible, printNote } from './terminal.js';

/** Tags on a page. */
const SHOWN_TAGS = 10;

/** Tags of a recording by a model, best first. Throws a UsageError for an unknown model, a Failure for what it cannot tag. */
export async function tagsOfSong(audio: string, model: string): Promise<SongTags> {
  const options = {
    ...{ model, embedding: false, lyrics: null, encoding: null, taggrams: null, threshold: null, top: null },
    log: printNote,
  };
  const tagger = await CatalogueTagger.open(options, 1);
  try {
    const row = await interruptible(async (signal) => {
      for await (const one of tagger.rows([audio], signal)) return one;
      throw new Failure(`${audio} was not tagged.`);
    });
    if (row.error !== null) throw new Failure(row.error);
    if (row.warning !== null) printNote(`Warning: ${row.warning}`);
    const { labels, model: name } = tagger.header;
    const tags = rankedTags(labels, row.scores!);
    return { model: name, tags: tags.slice(0, SHOWN_TAGS) };
  } finally {
    tagger.dispose();
  }
}
