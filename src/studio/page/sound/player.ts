/** Plays a project, its recording, or both, with what is edited meanwhile. */
import type { Project } from '../../project/schema.js';
import { QUARTER_TICKS } from '../../project/schema.js';
import {
  audibleTracks,
  barStarts,
  type PlayedNote,
  pieceTicks,
  playedNotes,
  secondsOf,
  ticksOfSeconds,
} from '../../project/timeline.js';
import { request, sourceUrl } from '../api.js';
import { Changes } from '../changes.js';
import type { Session } from '../session.js';
import { click } from './click.js';
import { BUILT_IN, Synth } from './synth.js';
import { warpOf } from './warp.js';

/** What is played: the notes, the recording, both, or the notes as they were before editing. */
export type PlaySource = 'notes' | 'recording' | 'both' | 'before';

/** A part of the piece, in ticks. */
export interface Stretch {
  from: number;
  to: number;
}

/** Seconds that notes are given to the synthesizer before they sound, and between two looks. */
const AHEAD = 0.2;
const STEP = 0.05;

/** Plays a session's project. */
export class Player extends Changes {
  private audio: AudioContext | null = null;
  private out!: GainNode;
  private synth: Synth | null = null;
  private timer: ReturnType<typeof setInterval> | undefined;
  private recording: AudioBuffer | null = null;
  private recordingNode: AudioBufferSourceNode | null = null;
  /** Where the piece was at a time of the audio clock. */
  private anchor = { time: 0, ticks: 0 };
  private givenTo = 0;
  private played: { project: Project; notes: PlayedNote[] } | null = null;
  private start = 0;
  /** The project whose tempo the clock has. */
  private clocked: Project | null = null;
  state: 'stopped' | 'loading' | 'playing' = 'stopped';
  error = '';
  source: PlaySource = 'notes';
  metronome = false;
  /** Plays again from its beginning. */
  loop: Stretch | null = null;
  bank = BUILT_IN;

  constructor(private readonly session: Session) {
    super();
  }

  private get project(): Project {
    return this.source === 'before' ? this.session.first : this.session.project;
  }

  /** Ticks at which the piece is. */
  get position(): number {
    if (this.state !== 'playing' || !this.audio) return this.start;
    // What is played now left the clock a little ago.
    const time = this.audio.currentTime - (this.audio.outputLatency || 0);
    return Math.max(0, this.anchor.ticks + ticksOfSeconds(this.clocked!, time - this.anchor.time));
  }

  /** Moves to a place; goes on from there where it plays. */
  seek(ticks: number): void {
    this.start = Math.max(0, Math.min(ticks, pieceTicks(this.project)));
    if (this.state === 'playing') this.begin();
    this.changed();
  }

  /** Sets what is played or how; goes on where it plays. */
  choose(change: Partial<Pick<Player, 'source' | 'metronome' | 'loop' | 'bank'>>): void {
    const at = this.position;
    Object.assign(this, change);
    this.start = at;
    if (this.state === 'playing') void this.play();
    else this.changed();
  }

  /** Plays from the place where it is; after the end from the beginning. */
  async play(): Promise<void> {
    this.error = '';
    const wasPlaying = this.state === 'playing';
    if (!wasPlaying) this.state = 'loading';
    this.changed();
    try {
      await this.load();
    } catch (error) {
      this.error = (error as Error).message;
      this.stop();
      return;
    }
    const end = this.loop?.to ?? pieceTicks(this.project);
    if (this.start >= end - 1 || (this.loop && this.start < this.loop.from))
      this.start = this.loop?.from ?? 0;
    this.state = 'playing';
    this.begin();
    clearInterval(this.timer);
    this.timer = setInterval(() => this.give(), 1000 * STEP);
    this.changed();
  }

  private async load(): Promise<void> {
    this.audio ??= new AudioContext({ latencyHint: 'interactive' });
    await this.audio.resume();
    if (!this.synth) {
      this.out = new GainNode(this.audio);
      this.out.connect(this.audio.destination);
      this.synth = await Synth.start(this.audio, this.out);
    }
    await this.synth.prepare(this.project, this.bank);
    if ((this.source === 'recording' || this.source === 'both') && !this.recording) {
      const bytes = await (await request(sourceUrl(this.session.id))).arrayBuffer();
      this.recording = await this.audio.decodeAudioData(bytes);
    }
  }

  /** Sets the clock at `start`, and begins to give notes from there. */
  private begin(): void {
    const audio = this.audio!;
    this.silence();
    const time = audio.currentTime + 0.06;
    this.out.gain.cancelScheduledValues(0);
    this.out.gain.setValueAtTime(1, time - 0.01);
    this.clocked = this.project;
    this.anchor = { time, ticks: this.start };
    this.givenTo = this.start;
    if (this.recording && (this.source === 'recording' || this.source === 'both')) {
      this.recordingNode = new AudioBufferSourceNode(audio, { buffer: this.recording });
      this.recordingNode.connect(audio.destination);
      this.recordingNode.start(time, warpOf(this.project).toSeconds(this.start));
    }
    this.give();
  }

  /** The notes as they are now: edits are heard at once. */
  private notes(): PlayedNote[] {
    const { project } = this;
    if (this.played?.project !== project) {
      this.played = { project, notes: playedNotes(project, audibleTracks(project)) };
      void this.synth!.prepare(project, this.bank);
    }
    return this.played.notes;
  }

  private give(): void {
    const audio = this.audio!;
    const { project } = this;
    if (project.tempo !== this.clocked!.tempo) {
      // Another tempo goes on from the place where the old one is.
      this.start = this.position;
      this.begin();
      return;
    }
    const end = this.loop?.to ?? pieceTicks(project);
    const timeOf = (ticks: number): number =>
      this.anchor.time + secondsOf(project, ticks - this.anchor.ticks);
    const until = Math.min(
      end,
      this.anchor.ticks + ticksOfSeconds(project, audio.currentTime + AHEAD - this.anchor.time),
    );
    if (until > this.givenTo) {
      if (this.source !== 'recording')
        for (const { track, note, start, end: noteEnd } of this.notes()) {
          if (start < this.givenTo) continue;
          if (start >= until) break;
          this.synth!.note(track.id, note.pitch, note.velocity, timeOf(start), timeOf(noteEnd) - 0.005);
        }
      if (this.metronome) this.giveClicks(this.givenTo, until, timeOf);
      this.givenTo = until;
    }
    const at = this.position;
    if (at >= end && this.loop) {
      this.start = this.loop.from;
      this.begin();
    } else if (at >= end + ticksOfSeconds(project, 0.6)) {
      this.start = 0;
      this.stop();
    } else if (this.state === 'playing') this.changed();
  }

  private giveClicks(from: number, to: number, timeOf: (ticks: number) => number): void {
    const bars = new Set(barStarts(this.project));
    const first = this.project.pickup % QUARTER_TICKS;
    for (
      let at = first + Math.ceil((from - first) / QUARTER_TICKS) * QUARTER_TICKS;
      at < to;
      at += QUARTER_TICKS
    )
      click(this.audio!, this.out, timeOf(at), bars.has(at));
  }

  private silence(): void {
    this.recordingNode?.stop();
    this.recordingNode = null;
    this.synth?.silence();
  }

  /** Stops, and stays where it is. */
  stop(): void {
    this.start = this.position;
    clearInterval(this.timer);
    this.state = 'stopped';
    if (this.audio && this.out) {
      // Notes that were already given are not heard.
      this.out.gain.setValueAtTime(0, this.audio.currentTime);
      this.silence();
      setTimeout(() => this.state === 'stopped' && this.synth?.silence(), 1000 * AHEAD + 50);
    }
    this.changed();
  }

  /** Sounds one note for a moment, as when it is selected or moved. */
  async audition(track: string, pitch: number, velocity: number): Promise<void> {
    if (this.state !== 'stopped') return;
    try {
      await this.load();
    } catch {
      return; // What cannot be played says so when it is played.
    }
    const now = this.audio!.currentTime;
    this.out.gain.cancelScheduledValues(0);
    this.out.gain.setValueAtTime(1, now);
    this.synth!.note(track, pitch, velocity, now + 0.01, now + 0.3);
  }

  /** Has those who show the place show it again, as after scrolling. */
  seen(): void {
    if (this.state !== 'playing') this.changed();
  }

  /** Frees sound. */
  dispose(): void {
    this.stop();
    this.synth?.dispose();
    void this.audio?.close();
  }
}
