/** Browser code of the page: notes that sound with the recording, or in its place. Embedded as source text. */
import type { Timeline } from '../../../kit/timeline/browser/timeline.js';
import type { DrawnNote, VoiceData } from '../data.js';

/**
 * Plays notes by oscillators in time with the player, whose clock, seeking, speed and volume they follow; where the
 * recording is not to sound, the player is muted.
 */
export function playNotes({ data, audio, find }: Timeline<VoiceData>): void {
  /** Seconds of the recording that notes are prepared ahead, and milliseconds from one look ahead to the next. */
  const ahead = 0.4;
  const every = 100;
  /** Loudness of a note at full volume, and its seconds of attack and release. */
  const [loudness, attack, release] = [0.22, 0.012, 0.04];

  const select = find<HTMLSelectElement>('sound');
  const voices: Record<string, DrawnNote[]> = {
    recording: [],
    notes: data.notes,
    both: data.notes,
    song: data.song,
  };
  let context: AudioContext | null = null;
  let volume: GainNode | null = null;
  let playing: OscillatorNode[] = [];
  let timer = 0;
  let next = 0;

  const stop = (): void => {
    clearInterval(timer);
    for (const oscillator of playing) oscillator.stop();
    playing = [];
  };
  const sound = (note: DrawnNote): void => {
    const { currentTime: now } = context!;
    const at = (time: number): number => now + Math.max(0, time - audio.currentTime) / audio.playbackRate;
    const [begin, end] = [at(note.onset), at(note.offset)];
    const oscillator = context!.createOscillator();
    const gain = context!.createGain();
    oscillator.type = 'triangle';
    oscillator.frequency.value = 440 * 2 ** ((note.pitch - 69) / 12);
    gain.gain.setValueAtTime(0, begin);
    gain.gain.linearRampToValueAtTime(loudness, begin + attack);
    gain.gain.setValueAtTime(loudness, Math.max(begin + attack, end - release));
    gain.gain.linearRampToValueAtTime(0, Math.max(begin + attack + release, end));
    oscillator.connect(gain).connect(volume!);
    oscillator.start(begin);
    oscillator.stop(Math.max(begin + attack + release, end) + 0.01);
    playing.push(oscillator);
    oscillator.addEventListener('ended', () => {
      playing = playing.filter((other) => other !== oscillator);
      gain.disconnect();
    });
  };
  const plan = (notes: DrawnNote[]): void => {
    while (next < notes.length && notes[next].onset < audio.currentTime + ahead) sound(notes[next++]);
  };
  const begin = (): void => {
    stop();
    const notes = voices[select.value];
    if (audio.paused || audio.seeking || notes.length === 0) return;
    // Browsers let a page make sound once somebody has used it, as whoever starts the player has.
    context ??= new AudioContext();
    volume ??= context.createGain();
    volume.connect(context.destination);
    volume.gain.value = audio.volume;
    void context.resume();
    next = notes.findIndex(({ offset }) => offset > audio.currentTime);
    if (next < 0) return;
    plan(notes);
    timer = window.setInterval(() => plan(notes), every);
  };

  for (const event of ['playing', 'seeked', 'ratechange']) audio.addEventListener(event, begin);
  for (const event of ['pause', 'ended', 'waiting', 'seeking', 'emptied'])
    audio.addEventListener(event, stop);
  audio.addEventListener('volumechange', () => {
    if (volume) volume.gain.value = audio.volume;
  });
  select.addEventListener('change', () => {
    audio.muted = select.value === 'notes' || select.value === 'song';
    begin();
  });
}
