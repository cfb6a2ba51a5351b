/** Chromium whose microphone plays a WAV file. */
import { type Browser, chromium, type Page } from 'playwright-core';
import { BROWSER, SWITCHES } from '../../chromium.js';

/** Starts the browser; the file is played once, from when a page opens the microphone. */
export const launchWithMicrophone = (wav: string): Promise<Browser> =>
  chromium.launch({
    executablePath: BROWSER,
    args: [
      ...SWITCHES,
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      `--use-file-for-fake-audio-capture=${wav}%noloop`,
    ],
  });

/** Opens the studio's page; whatever a console or a failed request says is added to `complaints`. */
export async function openStudio(
  browser: Browser,
  address: string,
  { width = 1280, colorScheme = 'light' as 'light' | 'dark' } = {},
): Promise<{ page: Page; complaints: string[]; requests: string[] }> {
  const page = await browser.newPage({
    viewport: { width, height: 900 },
    colorScheme,
    acceptDownloads: true,
  });
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('request', (request) => requests.push(request.url()));
  await page.addInitScript(tapSound);
  await page.goto(address);
  await page.waitForSelector('.record');
  return { page, complaints, requests };
}

/** Where a page's sound is looked at. */
interface Tapped {
  taps?: AnalyserNode[];
}

/** In the page: whatever is connected to the loudspeaker is connected to an analyser too. */
function tapSound(): void {
  const connect = AudioNode.prototype.connect as (this: AudioNode, ...to: unknown[]) => AudioNode;
  function tapped(this: AudioNode, ...to: unknown[]): AudioNode {
    if (to[0] instanceof AudioDestinationNode) {
      const tap = new AnalyserNode(this.context, { fftSize: 32768 });
      const own = window as unknown as Tapped;
      own.taps = [...(own.taps ?? []), tap];
      connect.call(this, tap);
    }
    return connect.apply(this, to);
  }
  AudioNode.prototype.connect = tapped as typeof AudioNode.prototype.connect;
}

/** The largest sample that the page has played in the last two thirds of a second. */
export const playedPeak = (page: Page): Promise<number> =>
  page.evaluate(() =>
    ((window as unknown as Tapped).taps ?? []).reduce((peak, tap) => {
      const samples = new Float32Array(tap.fftSize);
      tap.getFloatTimeDomainData(samples);
      return samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), peak);
    }, 0),
  );
