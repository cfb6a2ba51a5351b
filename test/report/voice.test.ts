/** The page of a voice. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeWav } from '../../src/audio/encode/wav.js';
import { analyseVoice } from '../../src/report/pages/voice/analysis.js';
import { type VoicePageRequest, writeVoicePage } from '../../src/report/pages/voice/write.js';
import { melodyOf, type Song } from '../../src/transcription/songs/song.js';
import { SongSearch } from '../../src/transcription/songs/song-search.js';
import { type Transcription, transcribe } from '../../src/transcription/transcribe.js';
import { launchChromium, openDrawn } from '../chromium.js';
import { isMissing } from '../requirements.js';
import { inTime, sing, VOICE_RATE } from '../transcription/voice.js';

const noChromium = await isMissing('chromium');

const pitches = [60, 62, 64, 65, 67, 60, 62, 67];
const samples = sing(inTime(pitches), 4.2);
const song: Song = {
  ...{ id: 'books/scale.abc', title: 'A <b>scale</b>' },
  melodies: [melodyOf(pitches.map((pitch, i) => ({ onset: i, offset: i + 1, pitch: pitch + 5 })))!],
};

let folder: string;
let transcription: Transcription;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytag-voice-'));
  transcription = await transcribe({ samples, sampleRate: VOICE_RATE });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(sound: Float32Array, more: Partial<VoicePageRequest> = {}) {
  const [audio, out] = [join(folder, 'hum.wav'), join(folder, 'page.html')];
  await writeFile(audio, encodeWav([sound], VOICE_RATE));
  await writeVoicePage({ audio, out, damage: 'fail', transcription, tracker: 'pyin', doubts: [], ...more });
  return { out, text: await readFile(out, 'utf8') };
}

describe('what is drawn of a voice', () => {
  it('has the notes by name, and the spectrogram bright where they are', () => {
    const { notes, range, spectrogram, semitones, f0 } = analyseVoice(samples, transcription);
    expect(notes.map(({ name }) => name).join(' ')).toBe('C4 D4 E4 F4 G4 C4 D4 G4');
    expect(range.low).toBeLessThanOrEqual(56);
    expect(range.high).toBeGreaterThanOrEqual(73);
    expect(semitones.filter(({ isInKey }) => isInKey).map(({ name }) => name.slice(0, 1))).not.toContain('');
    const { columns, rows, begin, secondsPerColumn } = spectrogram;
    expect(rows).toBe(3 * (range.high - range.low));
    expect(columns).toBe(263);
    const brightness = Buffer.from(spectrogram.values, 'base64');
    const curve = new Float32Array(new Uint8Array(Buffer.from(f0.values, 'base64')).buffer);
    for (const { onset, offset, pitch } of notes) {
      const middle = (onset + offset) / 2;
      const column = Math.round((middle - begin) / secondsPerColumn - 0.5);
      const row = [...brightness.subarray(column * rows, column * rows + 36)];
      // The fundamental is the brightest below its octave, to a third of a semitone.
      const brightest = range.low + (row.indexOf(Math.max(...row)) + 0.5) / 3;
      expect(Math.abs(brightest - pitch)).toBeLessThan(0.6);
      expect(curve[Math.round(middle / f0.secondsPerValue)]).toBeCloseTo(pitch, 0);
    }
  });

  it('is cut to the samples', () => {
    const { seconds, notes, f0 } = analyseVoice(samples.subarray(0, VOICE_RATE), transcription);
    expect([seconds, notes.length, f0.count]).toEqual([1, 2, 63]);
    expect(notes[1].offset).toBeLessThanOrEqual(1);
  });

  it('may have no notes, or one', () => {
    const none = analyseVoice(samples, { ...transcription, notes: [], key: null });
    expect([none.notes, none.range]).toEqual([[], { low: 44, high: 78 }]);
    const [note] = transcription.notes;
    const one = analyseVoice(samples, { ...transcription, notes: [note], key: null });
    expect(one.range.high - one.range.low).toBe(24);
  });
});

describe('the page of a voice', () => {
  it('has facts, warnings, songs, and the command that makes it again', async () => {
    const found = new SongSearch([song]).find(transcription.notes);
    const { text } = await write(samples, {
      found,
      doubts: ['It is noisy.'],
      command: 'polytag hum hum.wav',
    });
    for (const part of ['C major', 'It is noisy.', 'polytag hum hum.wav', 'books/scale.abc', '−5.0'])
      expect(text).toContain(part);
    expect(text).toContain('A &lt;b&gt;scale&lt;/b&gt;');
    expect(text).not.toContain('A <b>scale');
  });

  it('says that it shows a part only', async () => {
    const { text } = await write(samples, { duration: 1 });
    expect(text).toMatch(/Only the first 1\.0\ss are shown\./);
  });

  it('can be made of silence', async () => {
    const silence = new Float32Array(VOICE_RATE);
    const { text } = await write(silence, {
      transcription: await transcribe({ samples: silence, sampleRate: VOICE_RATE }),
    });
    expect(text).not.toContain('The notes as a list');
    expect(text).toContain('<dd>none</dd>');
  });
});

describe.skipIf(noChromium)('the page of a voice in Chromium', () => {
  it('plays the notes with the recording, or in its place, from where it is clicked', {
    timeout: 60_000,
  }, async () => {
    const { out } = await write(samples, { found: new SongSearch([song]).find(transcription.notes) });
    const browser = await launchChromium();
    try {
      const { page, complaints } = await openDrawn(browser, out, { width: 1280 });
      const started = () => page.evaluate(() => (globalThis as unknown as { started: number[] }).started);
      await page.evaluate(() => {
        const sounding = globalThis as unknown as { started: number[] };
        sounding.started = [];
        const start = OscillatorNode.prototype.start;
        OscillatorNode.prototype.start = function (when) {
          sounding.started.push(this.frequency.value);
          start.call(this, when);
        };
      });
      await page.evaluate(() => document.querySelector('audio')!.play());
      await expect
        .poll(() => page.evaluate(() => document.querySelector('audio')!.currentTime))
        .toBeGreaterThan(0.1);
      expect(await started()).toEqual([]);
      // From the beginning again: on a busy machine the first note may have passed.
      await page.evaluate(() => {
        const audio = document.querySelector('audio')!;
        audio.pause();
        audio.currentTime = 0;
      });
      await page.selectOption('[name=sound]', 'notes');
      await page.evaluate(() => document.querySelector('audio')!.play());
      await expect.poll(async () => (await started()).length, { timeout: 10_000 }).toBeGreaterThan(1);
      const [first] = await started();
      expect(12 * Math.log2(first / 440) + 69).toBeCloseTo(60, 0);
      expect(await page.evaluate(() => document.querySelector('audio')!.muted)).toBe(true);
      await page.selectOption('[name=sound]', 'both');
      expect(await page.evaluate(() => document.querySelector('audio')!.muted)).toBe(false);
      await page.evaluate(() => document.querySelector('audio')!.pause());

      const box = (await page.locator('[data-track=voice] canvas').boundingBox())!;
      await page.mouse.click(box.x + 58 + (box.width - 58) / 2, box.y + 50);
      expect(await page.evaluate(() => document.querySelector('audio')!.currentTime)).toBeCloseTo(2.1, 1);
      expect(await page.textContent('[data-track=voice] .readout')).toMatch(/^0:02\.\d+ · .+ · song /);
      await page.click('summary');
      await page.click('[data-seek] >> nth=4');
      expect(await page.evaluate(() => document.querySelector('audio')!.currentTime)).toBeCloseTo(2.14, 1);
      for (const name of ['spectrogram', 'notes', 'song', 'pitch', 'names'])
        await page.click(`[name=${name}]`);
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});
