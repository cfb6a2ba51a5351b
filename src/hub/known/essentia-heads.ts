/** Essentia's classifiers of embeddings that are published in ONNX, by what they say; as sourced as the extractors are. */
import { type ExtractorName, extractors, MTG_LICENCE } from './essentia-extractors.js';
import type { KnownModel } from './model.js';

/** A graph's size, null where it is unknown, and its SHA-256 where that is known. */
type File = number | null | readonly [bytes: number | null, sha256: string];

/** Classifiers of the same kind, one for each extractor that has one. */
interface Head {
  what: string;
  labels: number;
  files: Partial<Record<ExtractorName, File>>;
  /** Folder of the catalogue. Default: the head's name. */
  folder?: string;
  /** Version of the files. Default: 1. */
  version?: number;
  isRegression?: true;
  obstacle?: string;
}

/** The same classifier on embeddings of the six networks of EffNet-Discogs. */
const ofDiscogs = (own: File, [artist, label, multi, release, track]: readonly File[]): Head['files'] => ({
  'discogs-effnet': own,
  'discogs_artist_embeddings-effnet': artist,
  'discogs_label_embeddings-effnet': label,
  'discogs_multi_embeddings-effnet': multi,
  'discogs_release_embeddings-effnet': release,
  'discogs_track_embeddings-effnet': track,
});

/** The same classifier on five extractors' embeddings. */
const ofFive = (effnet: File, musicnn: File, vggish: File, yamnet: File, openl3: File): Head['files'] => ({
  'discogs-effnet': effnet,
  'msd-musicnn': musicnn,
  'audioset-vggish': vggish,
  'audioset-yamnet': yamnet,
  'openl3-music-mel128-emb512': openl3,
});

const heads: Record<string, Head> = {
  genre_discogs400: {
    what: 'styles of Discogs',
    labels: 400,
    files: { 'discogs-effnet': null },
    obstacle: 'it is published for TensorFlow only, and discogs-effnet has the same 400 styles itself',
  },
  genre_dortmund: { what: 'genre', labels: 9, files: ofFive(516_933, 84_930, 56_134, 414_534, 209_746) },
  genre_electronic: { what: 'genre of electronic music', labels: 5, files: { 'discogs-effnet': null } },
  genre_rosamerica: { what: 'genre', labels: 8, files: ofFive(516_533, 84_530, 55_734, 414_134, 209_346) },
  genre_tzanetakis: { what: 'genre', labels: 10, files: ofFive(517_341, 85_338, 56_542, 414_942, 210_154) },
  fma_small: {
    what: 'genre',
    labels: 8,
    files: ofDiscogs(2_640_799, [2_640_818, 2_640_816, 2_640_816, 2_640_819, 2_640_816]),
  },
  mtg_jamendo_genre: {
    what: 'genres of MTG-Jamendo',
    labels: 87,
    files: ofDiscogs(2_802_925, [2_802_944, 2_802_943, 2_802_943, 2_802_945, null]),
  },
  mtg_jamendo_instrument: {
    what: 'instruments of MTG-Jamendo',
    labels: 40,
    files: {
      'discogs-effnet': [2_706_492, '9ae2d9e763d66bd8eed654d1ac3aa171e6539cb8a0e11f3dcd53df1428980802'],
    },
  },
  mtg_jamendo_moodtheme: {
    what: 'moods and themes of MTG-Jamendo',
    labels: 56,
    files: ofDiscogs(
      [2_739_322, '7d6270acaa5f4bba4b115a0d6849aca05ed6bd153dcb6d9da4f6ab9f99ef10ff'],
      [2_739_340, 2_739_339, 2_739_339, 2_739_341, 2_739_339],
    ),
  },
  mtg_jamendo_top50tags: {
    what: 'the 50 commonest tags of MTG-Jamendo',
    labels: 50,
    files: { 'discogs-effnet': null },
  },
  mtt: {
    what: 'tags of MagnaTagATune',
    labels: 50,
    files: ofDiscogs(2_726_973, [2_726_991, 2_726_990, 2_726_990, 2_726_992, 2_726_990]),
  },
  mood_acoustic: {
    what: 'acoustic or not',
    labels: 2,
    files: ofFive(
      [514_103, '56b02abf772b9c1cf528e4d6521d6e09515cedccce47895ee5de8de33fbdf848'],
      ...([82_100, 53_304, 411_704, 206_916] as const),
    ),
  },
  mood_aggressive: {
    what: 'aggressive or not',
    labels: 2,
    files: {
      'discogs-effnet': [514_107, 'de36550b5d1660791ad732ed6de6ebfdc3e65dcf50b928b2578ddf103dbfb400'],
      'msd-musicnn': null,
      'audioset-vggish': null,
    },
  },
  mood_electronic: { what: 'electronic or not', labels: 2, files: { 'discogs-effnet': 514_107 } },
  mood_happy: {
    what: 'happy or not',
    labels: 2,
    files: ofFive(
      [514_097, '0ca322819ef137b4b87e9866bffe7370a630e6f1165184ec106326cef6f81e06'],
      ...([82_094, 53_298, 411_698, 206_909] as const),
    ),
  },
  mood_party: {
    what: 'party music or not',
    labels: 2,
    files: {
      'discogs-effnet': [514_097, 'c50ac2106ec2f209dd04ad48756582df0e3f3512235310d1a4a3fcc453745f04'],
      'msd-musicnn': null,
    },
  },
  mood_relaxed: {
    what: 'relaxed or not',
    labels: 2,
    files: ofFive(
      [514_101, '8ba6515a1e5943a72b3b475e3a25fc7a2ff04142c3eaa6aa0716fca371efdfff'],
      ...([82_098, 53_302, 411_702, 206_914] as const),
    ),
  },
  mood_sad: {
    what: 'sad or not',
    labels: 2,
    files: {
      'discogs-effnet': [null, '1a50d11c23181bdfdeabc7d6032a2dad829dfc19c3776d2ee57ef1724cb08805'],
      'msd-musicnn': null,
    },
  },
  moods_mirex: { what: 'clusters of moods', labels: 5, files: { 'msd-musicnn': null } },
  approachability_3c: {
    what: 'how approachable, in three levels',
    labels: 3,
    folder: 'approachability',
    files: { 'discogs-effnet': null },
  },
  approachability_regression: {
    what: 'how approachable, as a number',
    labels: 1,
    folder: 'approachability',
    isRegression: true,
    files: { 'discogs-effnet': null },
  },
  engagement_2c: {
    what: 'how engaging, in two levels',
    labels: 2,
    folder: 'engagement',
    files: { 'discogs-effnet': 514_100 },
  },
  engagement_3c: {
    what: 'how engaging, in three levels',
    labels: 3,
    folder: 'engagement',
    files: { 'discogs-effnet': 514_504 },
  },
  engagement_regression: {
    what: 'how engaging, as a number',
    labels: 1,
    folder: 'engagement',
    isRegression: true,
    files: { 'discogs-effnet': 513_626 },
  },
  deam: {
    what: 'valence and arousal from 1 to 9',
    labels: 2,
    version: 2,
    isRegression: true,
    files: {
      'msd-musicnn': [null, '2cb8f33f188d73fcb651f7c065b049959166c7852f454a59c13e66fe2c092bde'],
      'audioset-vggish': null,
    },
  },
  emomusic: {
    what: 'valence and arousal from 1 to 9',
    labels: 2,
    version: 2,
    isRegression: true,
    files: { 'msd-musicnn': 82_012, 'audioset-vggish': 53_216 },
  },
  muse: {
    what: 'valence and arousal from 1 to 9',
    labels: 2,
    version: 2,
    isRegression: true,
    files: { 'msd-musicnn': 82_032, 'audioset-vggish': 53_236 },
  },
  danceability: {
    what: 'danceable or not',
    labels: 2,
    files: ofFive(
      [514_101, '9ce9b8c44f1dd5df5ffc124e5d41d67acf254232c1b90c7e057e079ab7cead73'],
      ...([82_098, 53_302, 411_702, 206_914] as const),
    ),
  },
  gender: {
    what: 'voice of a woman or a man',
    labels: 2,
    files: ofFive(
      [514_089, 'e3e865d4bf36d4817f32ddab9452b2729f9e33a4d068d1c44ea44972a7999e91'],
      ...([82_086, 53_290, 411_690, 206_901] as const),
    ),
  },
  voice_instrumental: {
    what: 'with a voice or instrumental',
    labels: 2,
    files: ofFive(
      [514_114, '20155e4c439714b0c45c08644b73c8e12d9dccb173bd4ab9934bf1e5aee837ca'],
      ...([82_110, 53_315, 411_715, 206_926] as const),
    ),
  },
  tonal_atonal: {
    what: 'tonal or atonal',
    labels: 2,
    files: ofFive(514_101, 82_098, 53_302, 411_702, 206_914),
  },
  timbre: { what: 'bright or dark', labels: 2, files: { 'discogs-effnet': null } },
  nsynth_acoustic_electronic: {
    what: 'acoustic or electronic, of one sound',
    labels: 2,
    files: { 'discogs-effnet': null },
  },
  nsynth_reverb: {
    what: 'with reverberation or dry, of one sound',
    labels: 2,
    files: { 'discogs-effnet': null },
  },
};

function knownHeads(name: string, head: Head): [string, KnownModel][] {
  const { what, labels, files, folder = name, version = 1, isRegression = false, obstacle = null } = head;
  return Object.entries(files).map(([extractor, file]) => {
    const [bytes, sha256] = typeof file === 'object' && file !== null ? file : [file, null];
    const needs = extractor as ExtractorName;
    const known: KnownModel = {
      ...{ what, labels, isRegression, needs, frontEnd: null, bytes, sha256 },
      path: `classification-heads/${folder}/${name}-${extractor}-${version}`,
      licence: MTG_LICENCE,
      obstacle: obstacle ?? extractors[needs].obstacle,
    };
    return [`${name}-${extractor}`, known];
  });
}

/** Every classifier, as `mood_happy-discogs-effnet`. */
export const classifiers: Record<string, KnownModel> = Object.fromEntries(
  Object.entries(heads).flatMap(([name, head]) => knownHeads(name, head)),
);
