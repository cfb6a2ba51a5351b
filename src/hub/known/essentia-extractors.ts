/**
 * Essentia's models of recordings that are published in ONNX. Sizes are those of the server's listings; a SHA-256 is here
 * where at least two projects state the same one for the file at that address.
 */
import type { FrontEndName } from '../graph/front-ends.js';
import type { KnownModel, Licence } from './model.js';

/** Where paths of the catalogue begin. */
export const ESSENTIA_MODELS = 'https://essentia.upf.edu/models/';

const LICENCE_FILE = `${ESSENTIA_MODELS}LICENSE`;

/** Of what the Music Technology Group trained. */
export const MTG_LICENCE: Licence = {
  text: 'CC BY-NC-SA 4.0, not for commercial use, Music Technology Group, Universitat Pompeu Fabra',
  url: LICENCE_FILE,
  isAsked: true,
};

/** Of what Google trained and Essentia converted: Essentia does not say which licence its files have. */
const CONVERTED_LICENCE: Licence = {
  text: 'Apache 2.0 for the weights, of Google; converted by Essentia, whose models are CC BY-NC-SA 4.0',
  url: LICENCE_FILE,
  isAsked: true,
};

const extractor = (
  path: string,
  what: string,
  frontEnd: FrontEndName,
  more: Partial<KnownModel> = {},
): KnownModel => ({
  ...{ what, path, needs: null, frontEnd, labels: null, isRegression: false, bytes: null, sha256: null },
  ...{ licence: MTG_LICENCE, obstacle: null },
  ...more,
});

/** Networks of EffNet-Discogs that were trained by contrast: recordings of one artist, label, … give embeddings near to one another. */
const contrastive = (name: string, bytes: number, pairs: string): KnownModel =>
  extractor(
    `feature-extractors/discogs-effnet/discogs_${name}_embeddings-effnet-bs64-1`,
    `embeddings by ${pairs}`,
    'effnet-discogs',
    { bytes },
  );

export const extractors = {
  'discogs-effnet': extractor(
    'feature-extractors/discogs-effnet/discogs-effnet-bsdynamic-1',
    'styles of Discogs, and embeddings',
    'effnet-discogs',
    {
      labels: 400,
      bytes: 18_027_718,
      sha256: 'a280825b334797cf677939db8cd5762c0392aedd0ca6415dbc1cd083f045e43c',
    },
  ),
  'discogs_artist_embeddings-effnet': contrastive('artist', 18_621_951, 'artist'),
  'discogs_label_embeddings-effnet': contrastive('label', 18_621_950, 'record label'),
  'discogs_multi_embeddings-effnet': contrastive('multi', 15_998_047, 'artist and track'),
  'discogs_release_embeddings-effnet': contrastive('release', 18_621_961, 'release'),
  'discogs_track_embeddings-effnet': contrastive('track', 18_621_959, 'track'),
  'msd-musicnn': extractor(
    'feature-extractors/musicnn/msd-musicnn-1',
    'tags of the Million Song Dataset, and embeddings',
    'musicnn',
    {
      labels: 50,
      bytes: 3_168_334,
      sha256: '49668ffec47e52e94b96f45930bb46a28a1368d4bdfb5c05378fa834aca616e1',
    },
  ),
  'audioset-vggish': extractor(
    'feature-extractors/vggish/audioset-vggish-3',
    'embeddings by sounds of AudioSet',
    'vggish',
    { bytes: 288_570_178, licence: CONVERTED_LICENCE },
  ),
  'audioset-yamnet': extractor(
    'audio-event-recognition/yamnet/audioset-yamnet-1',
    'sounds of AudioSet, and embeddings',
    'vggish',
    { licence: CONVERTED_LICENCE },
  ),
  'openl3-music-mel128-emb512': extractor(
    'feature-extractors/openl3/openl3-music-mel128-emb512-3',
    'embeddings by music in videos',
    'openl3',
    {
      bytes: 18_740_670,
      licence: { ...MTG_LICENCE, text: 'CC BY 4.0 for the weights, of OpenL3; converted by Essentia' },
    },
  ),
  'discogs-maest-30s-pw-519l': extractor(
    'feature-extractors/maest/discogs-maest-30s-pw-519l-2',
    'styles of Discogs, and embeddings of a transformer',
    'maest-30s',
    { labels: 519, bytes: 348_052_337 },
  ),
} satisfies Record<string, KnownModel>;

/** Name of a known model of recordings. */
export type ExtractorName = keyof typeof extractors;
