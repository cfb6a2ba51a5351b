/** What a page is told of its server: limits, and which models and banks are here. */
import { cachedModels } from '../../hub/store.js';
import { type ListedBank, listBanks } from '../files/banks.js';
import type { Studio } from './studio.js';

/** Models that the studio can use when they were pulled. */
const PULLED = ['swift-f0', 'musicnn-mtt', 'basic-pitch'];

/** Answer of /api/state. */
export interface StudioState {
  version: string;
  limits: { bytes: number; project_bytes: number; seconds: number; jobs: number };
  /** Whether each model of transcription and tagging is here, and which runs were given. */
  models: Record<string, boolean | string | null>;
  banks: ListedBank[];
  /** Whether songs that hums are looked up in, and a catalogue of similar tracks, were given. */
  songs: boolean;
  index: boolean;
}

/** The state of a studio at this moment. */
export async function studioState({ version, limits, models }: Studio): Promise<StudioState> {
  const here = await cachedModels();
  const { bytes, projectBytes, seconds, jobs } = limits;
  const { tagger, piano, timbre, songs, index } = models;
  return {
    version,
    limits: { bytes, project_bytes: projectBytes, seconds, jobs },
    models: {
      ...Object.fromEntries(PULLED.map((name) => [name, here.includes(name)])),
      ...{ tagger, piano, timbre },
    },
    banks: await listBanks(),
    songs: songs !== null,
    index: index !== null,
  };
}
