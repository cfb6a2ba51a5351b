/** How long an Ogg file is, by the positions that its pages state. */
import { ByteReader, type ByteSource } from '../../source.js';
import type { OggCodec } from './codec.js';
import { LARGEST_PAGE, type OggPage, oggPages } from './pages.js';

/** The pages of a file's last bytes. */
async function lastPages(
  source: ByteSource & Required<Pick<ByteSource, 'read' | 'size'>>,
): Promise<OggPage[]> {
  const length = 2 * LARGEST_PAGE;
  const tail = await source.read(Math.max(0, source.size - length), length);
  const pages: OggPage[] = [];
  for await (const page of oggPages(
    new ByteReader(
      (async function* () {
        yield tail;
      })(),
    ),
  ))
    pages.push(page);
  return pages;
}

/** Seconds of all streams that follow each other, by their first and last positions. */
async function chainSeconds(source: ByteSource, codecs: readonly OggCodec[]): Promise<number> {
  let seconds = 0;
  let link: { serial: number; rate: number; skip: number; end: number } | null = null;
  let inHeaders = false;
  const finish = (): void => {
    if (link) seconds += Math.max(0, link.end - link.skip) / link.rate;
    link = null;
  };
  for await (const page of oggPages(new ByteReader(source.chunks()))) {
    if (page.isFirst) {
      if (!inHeaders) finish();
      inHeaders = true;
      const codec = codecs.find((known) => known.matches(page.parts[0]));
      if (!codec || link) continue;
      const { sampleRate, preSkip } = codec.identify(page.parts[0]);
      link = { serial: page.serial, rate: sampleRate, skip: preSkip, end: 0 };
      continue;
    }
    inHeaders = false;
    if (link?.serial === page.serial && page.granule > 0) link.end = page.granule;
  }
  finish();
  return seconds;
}

/**
 * Seconds of sound that a file states: of one stream by its last position, of several by those of each. Null where the
 * source cannot be read at its end.
 *
 * @param first - the first stream's first page
 */
export async function statedSeconds(
  source: ByteSource,
  first: OggPage,
  codec: OggCodec,
  codecs: readonly OggCodec[],
): Promise<number | null> {
  const { read, size } = source;
  if (!read || size === undefined) return null;
  const pages = await lastPages({ ...source, read, size });
  const isOne = pages.length > 0 && pages.every(({ serial, isFirst }) => serial === first.serial && !isFirst);
  if (!isOne) return chainSeconds(source, codecs);
  const { sampleRate, preSkip } = codec.identify(first.parts[0]);
  const position = Math.max(...pages.map(({ granule }) => granule));
  return position > 0 ? Math.max(0, position - preSkip) / sampleRate : null;
}
