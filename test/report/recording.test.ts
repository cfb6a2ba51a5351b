import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeWav } from '../../src/audio/encode/wav.js';
import { keyName } from '../../src/features/harmony/key.js';
import { PAGE_RATE } from '../../src/report/kit/timeline/embed.js';
import { analyseRecording } from '../../src/report/pages/recording/analysis.js';
import { writeRecordingPage } from '../../src/report/pages/recording/write.js';
import { launchChromium, openDrawn } from '../chromium.js';
import { noise } from '../features/known-signals.js';
import { melody } from '../golden/signals.js';
import { isMissing } from '../requirements.js';

const noChromium = await isMissing('chromium');

const brightness = (samples: Float32Array): Uint8Array =>
  Uint8Array.from(Buffer.from(analyseRecording(samples).data.mel.values, 'base64'));

async function write(name: string, samples: Float32Array, tags = false) {
  const folder = await mkdtemp(join(tmpdir(), 'polytag-recording-'));
  const [audio, out] = [join(folder, `${name}.wav`), join(folder, 'page.html')];
  await writeFile(audio, encodeWav([samples], PAGE_RATE));
  const page = await writeRecordingPage({
    ...{ audio, out, damage: 'fail', command: `polytag features ${name}.wav --plot page.html` },
    tags: tags ? { model: 'made', tags: [{ tag: 'flute', score: 0.75, place: 0 }] } : null,
  });
  return { ...page, out, text: await readFile(out, 'utf8') };
}

describe('the spectrogram of a recording', () => {
  it('is dark where there is silence, or nothing but the noise of 16 bits', () => {
    expect(Math.max(...brightness(new Float32Array(PAGE_RATE)))).toBe(0);
    const dither = noise(PAGE_RATE).map((value) => Math.round(value) / 32768);
    expect(Math.max(...brightness(dither))).toBeLessThan(128);
  });

  it('is scaled by its loudest place, also of a quiet recording', () => {
    expect(Math.max(...brightness(melody()))).toBe(255);
    expect(Math.max(...brightness(melody().map((value) => 0.02 * value)))).toBe(255);
  });
});

describe('the page of a recording', () => {
  it('says key, loudness, tags and the command that makes it again', async () => {
    const { facts, lines, text } = await write('song', melody(), true);
    // By FFmpeg: test/golden/loudness.json.
    expect(facts.loudness_lufs).toBeCloseTo(-21.98, 1);
    expect(facts).toMatchObject({ model: 'made', tags: [{ tag: 'flute', score: 0.75 }] });
    expect(lines[0]).toBe('song.wav');
    expect(lines).toContain('Tags by made: flute 0.75');
    expect(text).toContain('polytag features song.wav --plot page.html');
    expect(text).toContain('for one voice');
  });

  it('has no key and no loudness of silence', async () => {
    const { facts } = await write('silence', new Float32Array(PAGE_RATE));
    expect(facts).toMatchObject({ key: null, loudness_lufs: null });
  });

  it.skipIf(noChromium)(
    'says at 400 pixels that the list of segments scrolls',
    { timeout: 60_000 },
    async () => {
      const { out } = await write('song', melody());
      const browser = await launchChromium();
      try {
        const { page, complaints } = await openDrawn(browser, out, { width: 400 });
        await page.selectOption('[name=level]', '0');
        expect(await page.textContent('[data-count=segments]')).toMatch(/^\d+ segments; the list scrolls/);
        expect(await page.getAttribute('.list', 'class')).toContain('more');
        await page.evaluate(() => {
          const list = document.querySelector('.list')!;
          list.scrollTop = list.scrollHeight;
        });
        await expect.poll(() => page.getAttribute('.list', 'class')).not.toContain('more');
        expect(complaints).toEqual([]);
      } finally {
        await browser.close();
      }
    },
  );
});

it('keys are written with the fewer accidentals', () => {
  expect(keyName({ tonic: 8, mode: 'major' })).toBe('A♭ major');
  expect(keyName({ tonic: 8, mode: 'minor' })).toBe('G♯ minor');
});
