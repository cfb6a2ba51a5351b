/** What is planned of a clip: the artist, the song and who plays. */
import type { InstrumentName } from '../sound/instruments.js';
import type { Groove } from '../sound/score.js';

export type Energy = 'low' | 'high';
export type Mood = 'positive' | 'negative';
export type Dynamics = 'quiet' | 'moderate' | 'loud';
export type Style = 'classical' | 'folk' | 'ambient' | 'electronic' | 'techno' | 'rock';
/** What an artist plays. */
export type Family = 'acoustic' | 'electronic' | 'band';
export type Language = 'en' | 'zh';

/** An artist: a name and a sound that all their records share. */
export interface ArtistPlan {
  name: string;
  family: Family;
  /** 0.8 (dark) to 1.2 (bright). */
  brightness: number;
  /** How far from 440 Hz they tune, in cents. */
  cents: number;
}

/** A song: what all its clips share. */
export interface SongPlan {
  artist: ArtistPlan;
  album: string;
  title: string;
  /** Track number on the album, from 1. */
  track: number;
  style: Style;
  energy: Energy;
  mood: Mood;
  /** Beats a minute. */
  tempo: number;
  mode: 'major' | 'minor';
  /** MIDI note of the tonic. */
  tonic: number;
  /** Which of the mode's chord progressions. */
  progression: number;
  /** Overdrive of its guitars, 0 to 1. */
  drive: number;
  /** Language of the words; null for an instrumental. */
  language: Language | null;
}

/** Who plays in a clip. */
export interface Arrangement {
  instruments: InstrumentName[];
  voice: 'male' | 'female' | null;
  bass: boolean;
  groove: Groove | null;
  /** Chooses among the roles an instrument can take. */
  variant: number;
}

export interface ClipPlan {
  /** MagnaTagATune's `clip_id`. */
  id: number;
  folder: string;
  song: SongPlan;
  /** Where in the song it starts, in seconds. */
  start: number;
  arrangement: Arrangement;
  dynamics: Dynamics;
}
