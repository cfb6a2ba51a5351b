/** What `polytag setup` does: Chinese segmentation, the native decoder, the native engine and its kernels, each where this machine can have it. */
import { startProgress } from '../base/progress.js';
import { setUpDecoder } from './decoder.js';
import { installEngine } from './install.js';
import { setUpKernels } from './kernels.js';
import { setUpNodejieba } from './nodejieba.js';

/** Seconds between lines about a download where there is no terminal. */
const LINE_SECONDS = 10;

/**
 * Puts the native parts in place; what is there is left alone. What cannot be had is said with its reason, and is no
 * error: the WebAssembly engine and decoders and `Intl.Segmenter` need no set-up.
 *
 * @param say - told a line at a time
 */
export async function setUp(say: (line: string) => void): Promise<void> {
  const report = (step: string, message: string, seconds: number): void =>
    say(`${step}: ${message} (${seconds.toFixed(1)} s)`);
  const segmenter = await setUpNodejieba({ log: (line) => say(`segmentation: ${line}`) });
  report('segmentation', segmenter.message, segmenter.seconds);

  const decoder = await setUpDecoder({ log: (line) => say(`decoder: ${line}`) });
  const decodes = decoder.status === 'unavailable' ? ' WebAssembly decodes audio instead.' : '';
  report('decoder', `${decoder.message}${decodes}`, decoder.seconds);

  const download = downloadReport(say);
  const log = (line: string): void => {
    download.stop();
    say(`engine: ${line}`);
  };
  const engine = await installEngine({ gpu: false, keep: true, log, onBytes: download.onBytes });
  download.stop();
  const fallback = engine.status === 'unavailable' ? ' The wasm engine is used instead.' : '';
  report('engine', `${engine.message}${fallback}`, engine.seconds);

  if (engine.status !== 'ready' && engine.status !== 'installed') return;
  const kernels = await setUpKernels({ log: (line) => say(`kernels: ${line}`) });
  const slower = kernels.status === 'unavailable' ? ' Training is slower without them.' : '';
  report('kernels', `${kernels.message}${slower}`, kernels.seconds);
}

/** Shows how far a download is: a bar on a terminal, a line now and then elsewhere. */
function downloadReport(say: (line: string) => void): {
  onBytes: (done: number, total: number) => void;
  stop: () => void;
} {
  let bar: ReturnType<typeof startProgress> | null = null;
  let lastLine = Date.now();
  return {
    onBytes(...bytes) {
      const [done, total] = bytes.map((count) => Math.round(count / 1e6));
      if (process.stderr.isTTY) {
        bar ??= startProgress('Downloading', total, 'MB');
        bar.update(done);
      } else if (Date.now() - lastLine > LINE_SECONDS * 1000) {
        lastLine = Date.now();
        say(`engine: ${done} of ${total} MB`);
      }
    },
    stop() {
      bar?.stop();
      bar = null;
    },
  };
}
