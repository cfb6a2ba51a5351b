/** Plans a synthetic corpus: artists, albums, songs and clips. */
import { type RandomGenerator, randomGenerator } from '../../../base/random.js';
import type { ArtistPlan, ClipPlan, SongPlan } from './clip-plan.js';
import { cover } from './cover.js';
import { FOLDERS, folderSizes, splitOf } from './folders.js';
import { albumName, artistName, songTitle } from './names.js';
import { drawArrangement, drawDynamics, drawStyle, drawTempo } from './song.js';

/** An album within a folder: how many clips each of its songs has. */
interface AlbumSlot {
  folder: string;
  songs: number[];
}

/** Cuts a folder into songs of two or three clips and albums of two or three songs. */
function albumSlots(folder: string, clips: number, random: RandomGenerator): AlbumSlot[] {
  // Short albums in a small folder bring more artists, hence more tags, into it.
  const small = clips <= 24;
  const songs: number[] = [];
  for (let left = clips; left > 0; ) {
    const size = Math.min(left, small ? 2 : random.pick([2, 2, 3]));
    songs.push(size);
    left -= size;
  }
  const albums: AlbumSlot[] = [];
  while (songs.length > 0) albums.push({ folder, songs: songs.splice(0, small ? 2 : random.pick([2, 3])) });
  return albums;
}

/** An artist for every two or three albums, so that some play in more than one split. */
function makeArtists(count: number, seed: number): ArtistPlan[] {
  const random = randomGenerator(seed, 'artists');
  const families = ['acoustic', 'electronic', 'band'] as const;
  const used = new Set<string>();
  return Array.from({ length: count }, (_, i) => ({
    name: artistName(random, used),
    family: families[i % 3],
    brightness: random.between(0.8, 1.2),
    cents: random.between(-18, 18),
  }));
}

/** Draws everything about an album; `attempt` gives another album for the same place. */
function drawAlbum(
  slot: AlbumSlot,
  index: number,
  attempt: number,
  artists: ArtistPlan[],
  seconds: number,
  seed: number,
): ClipPlan[] {
  const random = randomGenerator(seed, 'album', index, attempt);
  const artist = random.pick(artists);
  const album = albumName(random, index);
  const titles = new Set<string>();
  return slot.songs.flatMap((clips, s) => {
    const energy = random.pick(['low', 'high'] as const);
    const mood = random.pick(['positive', 'negative'] as const);
    const style = drawStyle(artist.family, energy, random);
    // Words carry the mood; the mode only leans towards it.
    const leaning = mood === 'positive' ? 'major' : 'minor';
    const against = mood === 'positive' ? 'minor' : 'major';
    const instrumental = random.uniform() < 0.08;
    const singer = random.pick(['male', 'female'] as const);
    const song: SongPlan = {
      artist,
      album,
      title: songTitle(random, titles),
      track: 1 + s * 3 + random.integer(3),
      style,
      energy,
      mood,
      tempo: drawTempo(energy, style, random),
      mode: random.uniform() < 0.7 ? leaning : against,
      tonic: 48 + random.integer(12),
      progression: random.integer(5),
      drive: style === 'rock' ? (energy === 'high' ? random.between(0.5, 1) : random.between(0.03, 0.12)) : 0,
      language: instrumental ? null : random.uniform() < 1 / 3 ? 'zh' : 'en',
    };
    let start = random.integer(4) * seconds;
    return Array.from({ length: clips }, () => {
      const clip: ClipPlan = {
        id: 0,
        folder: slot.folder,
        song,
        start,
        arrangement: drawArrangement(style, energy, instrumental ? null : singer, random),
        dynamics: drawDynamics(energy, random),
      };
      start += (1 + random.integer(3)) * seconds;
      return clip;
    });
  });
}

/**
 * Plans a corpus of at least 16 clips of whole `seconds`, in order of ids, which do not depend on the split. No song
 * and no album lies in two folders, hence none crosses the official split; artists do. From 64 clips on, every tag is
 * present and absent, and every quadrant present, in each split.
 */
export function planCorpus(clips: number, seconds: number, seed: number): ClipPlan[] {
  const random = randomGenerator(seed, 'folders');
  const sizes = folderSizes(clips);
  const slots = FOLDERS.flatMap((folder, i) => albumSlots(folder, sizes[i], random));
  const artists = makeArtists(Math.max(6, Math.round(slots.length / 2.5)), seed);
  const albums = (['train', 'validation', 'test'] as const).flatMap((split) => {
    const places = slots.flatMap((slot, index) => (splitOf(slot.folder) === split ? [index] : []));
    const draw = (place: number, attempt: number): ClipPlan[] =>
      drawAlbum(slots[places[place]], places[place], attempt, artists, seconds, seed);
    return cover(places.length, draw, randomGenerator(seed, 'cover', split));
  });
  let id = 2;
  for (const clip of random.shuffle(albums).flat()) {
    clip.id = id;
    id += 1 + random.integer(4);
  }
  return albums.flat().sort((a, b) => a.id - b.id);
}
