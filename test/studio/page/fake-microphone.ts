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
  await page.goto(address);
  await page.waitForSelector('.record');
  return { page, complaints, requests };
}
