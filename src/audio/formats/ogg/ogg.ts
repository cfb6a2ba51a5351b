/** Ogg: pages, streams that follow each other or lie beside each other, and the codecs in them. */
import { DamagedAudio, type OpenAudio } from '../../audio.js';
import { Damage } from '../../damage.js';
import type { ByteReader, ByteSource } from '../../source.js';
import { type AudioFormat, checkForm, spells, UnsupportedAudio } from '../format.js';
import type { OggCodec } from './codec.js';
import { statedSeconds } from './duration.js';
import { flacCodec } from './flac.js';
import { OggLink } from './link.js';
import { opusCodec } from './opus.js';
import { type OggPage, oggPages } from './pages.js';
import { vorbisCodec } from './vorbis.js';

/** Where the first packet begins: after a page header with one segment. */
const FIRST_PACKET = 28;

/** Every codec that is read in Ogg. Adding one is a file and a line here. */
const codecs: readonly OggCodec[] = [vorbisCodec, opusCodec, flacCodec];

const codecOf = (page: OggPage): OggCodec | undefined =>
  page.parts.length > 0 ? codecs.find((codec) => codec.matches(page.parts[0])) : undefined;

/** The samples of the first stream that is read here, and of those of its kind that follow it. */
async function* samplesOf(
  pages: AsyncGenerator<OggPage, void>,
  first: { page: OggPage; codec: OggCodec },
  { sampleRate: wanted, others }: { sampleRate: number; others: Set<number> },
  damage: Damage,
): AsyncGenerator<Float32Array[], void> {
  let link = new OggLink(first.codec, first.page, damage);
  let { serial } = first.page;
  let sampleRate = wanted;
  let inHeaders = true;
  let isChosen = true;
  let isFirst = true;
  const take = async function* (blocks: AsyncIterable<Float32Array[]> | Iterable<Float32Array[]>) {
    for await (const block of blocks) {
      if (sampleRate === wanted) yield block;
      else damage.add(1, block[0].length / sampleRate);
    }
  };
  try {
    for await (const page of pages) {
      if (page.isFirst) {
        // A group of streams begins together; after their other pages, another group follows.
        if (!inHeaders) {
          yield* take(link.finish());
          others.clear();
          isChosen = false;
        }
        inHeaders = true;
        const codec = isChosen ? undefined : codecOf(page);
        if (!codec) {
          others.add(page.serial);
          continue;
        }
        const form = codec.identify(page.parts[0]);
        checkForm(form);
        ({ sampleRate } = form);
        link = new OggLink(codec, page, damage);
        ({ serial } = page);
        isChosen = true;
        isFirst = false;
        continue;
      }
      inHeaders = false;
      if (page.serial === serial && isChosen) yield* take(link.push(page));
      else if (!others.has(page.serial)) {
        // A stream whose beginning is lost.
        others.add(page.serial);
        damage.add();
      }
    }
  } catch (error) {
    // A later stream, or a decoder that damage has broken.
    if (isFirst && !link.hasBegun) {
      if (error instanceof DamagedAudio) throw error;
      throw new DamagedAudio(`cannot be decoded (${(error as Error).message})`);
    }
    damage.add();
  }
  yield* take(link.finish());
}

async function open(reader: ByteReader, source: ByteSource): Promise<OpenAudio> {
  const damage = new Damage();
  const pages = oggPages(reader);
  const seen: string[] = [];
  const others = new Set<number>();
  // A loop over the generator itself would end it.
  for await (const page of { [Symbol.asyncIterator]: () => ({ next: () => pages.next() }) }) {
    if (!page.isFirst) break;
    const codec = codecOf(page);
    if (!codec) {
      const mark = String.fromCharCode(...(page.parts[0] ?? []).subarray(0, 8)).replace(/[^A-Za-z]/g, '');
      seen.push(mark || 'unknown');
      others.add(page.serial);
      continue;
    }
    const form = codec.identify(page.parts[0]);
    checkForm(form);
    const { sampleRate, channels } = form;
    return {
      info: {
        format: codec.name,
        decoder: codec.decoder,
        sampleRate,
        channels,
        duration: await statedSeconds(source, page, codec, codecs),
      },
      blocks: samplesOf(pages, { page, codec }, { sampleRate, others }, damage),
      errors: () => damage.errors,
      missing: () => damage.missing,
    };
  }
  if (seen.length === 0) throw new DamagedAudio('has no intact first Ogg page');
  throw new UnsupportedAudio(`holds no Vorbis, Opus or FLAC stream, but ${seen.join(', ')}`);
}

/** Ogg files that begin with a codec's first packet, or that are none of the others. */
const formatOf = ({ name, decoder }: OggCodec, isOurs: (head: Uint8Array) => boolean): AudioFormat => ({
  ...{ name, decoder, hasMark: true, open },
  matches: (head) => spells(head, 0, 'OggS') && isOurs(head),
});

/** Ogg whose first stream is Opus. */
export const opus = formatOf(opusCodec, (head) => spells(head, FIRST_PACKET, 'OpusHead'));

/** Ogg whose first stream is FLAC. */
export const oggFlac = formatOf(flacCodec, (head) => spells(head, FIRST_PACKET, '\x7fFLAC'));

/** Every other Ogg file: Vorbis, alone or beside streams of another kind. */
export const vorbis = formatOf(vorbisCodec, (head) => !opus.matches(head) && !oggFlac.matches(head));
