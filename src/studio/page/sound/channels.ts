/** Which channel of the synthesizer plays which track. */
import type { Project, Track } from '../../project/schema.js';

/** The channel of drums in General MIDI. */
const DRUMS = 9;

/** Channels of a port; a synthesizer with more tracks gets further ports. */
const PORT = 16;

/** The channel of each track by its id: drums share theirs, the others have one each. */
export function channelsOf({ tracks }: Pick<Project, 'tracks'>): Map<string, number> {
  let next = 0;
  const take = (): number => {
    const own = next++;
    return own % PORT === DRUMS ? take() : own;
  };
  return new Map(tracks.map((track: Track) => [track.id, track.tone.drums ? DRUMS : take()]));
}
