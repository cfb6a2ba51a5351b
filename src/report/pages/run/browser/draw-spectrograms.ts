/** Browser code of the example clips: spectrogram, attention over it, and the cursor. Embedded as source text. */

import type { Page } from '../../../kit/browser/page.js';
import type { EmbeddedExample } from '../example-data.js';

/**
 * Draws each example's spectrogram with each head's attention over it, and lets a cursor follow the audio.
 *
 * @param page - the page's tools
 * @param examples - in the order of the page's articles
 * @param host - the section's element
 */
export function drawSpectrograms(page: Page, examples: EmbeddedExample[], host: HTMLElement): void {
  const headColours = [
    '#5ad1ff',
    '#ffd23f',
    '#7cff9b',
    '#ff8fd8',
    '#ffffff',
    '#ff9f5a',
    '#b9a5ff',
    '#d6ff5a',
  ];

  const picture = (mel: NonNullable<EmbeddedExample['mel']>): HTMLCanvasElement => {
    const canvas = document.createElement('canvas');
    canvas.width = mel.frames;
    canvas.height = mel.bands;
    const context = canvas.getContext('2d')!;
    const image = context.createImageData(mel.frames, mel.bands);
    const values = page.bytes(mel.values);
    for (let frame = 0; frame < mel.frames; frame++)
      for (let band = 0; band < mel.bands; band++) {
        const pixel = 4 * ((mel.bands - 1 - band) * mel.frames + frame);
        const brightness = values[frame * mel.bands + band];
        image.data.set(page.magma.subarray(3 * brightness, 3 * brightness + 3), pixel);
        image.data[pixel + 3] = 255;
      }
    context.putImageData(image, 0, 0);
    return canvas;
  };

  examples.forEach((example, index) => {
    const article = host.querySelector<HTMLElement>(`[data-example="${index}"]`)!;
    const canvas = article.querySelector<HTMLCanvasElement>('canvas');
    if (!canvas) return;
    const cursor = article.querySelector<HTMLElement>('.cursor')!;
    const audio = article.querySelector<HTMLAudioElement>('audio');
    const branchChoice = article.querySelector<HTMLSelectElement>('[name=branch]');
    const headChoice = article.querySelector<HTMLSelectElement>('[name=head]');
    const mel = example.mel && picture(example.mel);
    const weights = example.attention.map((view) => new Float32Array(page.bytes(view.weights).buffer));

    const draw = (): void => {
      const ratio = window.devicePixelRatio || 1;
      const width = canvas.clientWidth;
      const height = canvas.clientHeight;
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      const context = canvas.getContext('2d')!;
      context.scale(ratio, ratio);
      context.fillStyle = '#000004';
      context.fillRect(0, 0, width, height);
      if (mel) context.drawImage(mel, 0, 0, width, height);
      const which = Number(branchChoice?.value ?? -1);
      const view = example.attention[which];
      if (!view?.span) return;
      const head = headChoice?.value ?? 'all';
      const { from, to } = view.span;
      const x = (step: number): number =>
        ((from + ((to - from) * step) / view.steps) / example.seconds) * width;
      for (let h = 0; h < view.heads; h++) {
        if (head !== 'all' && Number(head) !== h) continue;
        context.beginPath();
        for (let step = 0; step < view.steps; step++) {
          const y = height - 3 - weights[which][h * view.steps + step] * (height - 10);
          context.lineTo(x(step), y);
          context.lineTo(x(step + 1), y);
        }
        context.lineJoin = 'round';
        context.strokeStyle = 'rgba(0, 0, 0, 0.75)';
        context.lineWidth = 3.5;
        context.stroke();
        context.strokeStyle = headColours[h % headColours.length];
        context.lineWidth = 1.6;
        context.stroke();
      }
    };

    const duration = (): number =>
      audio && Number.isFinite(audio.duration) ? audio.duration : example.seconds;
    const follow = (): void => {
      if (!audio) return;
      cursor.style.left = `${Math.min(100, (100 * audio.currentTime) / duration())}%`;
      cursor.hidden = audio.currentTime === 0 && audio.paused;
      if (!audio.paused) requestAnimationFrame(follow);
    };
    if (audio) {
      audio.addEventListener('play', () => {
        // One clip at a time: two at once can be told apart by nobody.
        for (const other of Array.from(document.querySelectorAll('audio')))
          if (other !== audio) other.pause();
        follow();
      });
      for (const event of ['pause', 'seeked', 'timeupdate', 'ended']) audio.addEventListener(event, follow);
      canvas.addEventListener('click', (click) => {
        const box = canvas.getBoundingClientRect();
        audio.currentTime = Math.min(0.999, Math.max(0, (click.clientX - box.left) / box.width)) * duration();
      });
    }
    branchChoice?.addEventListener('change', draw);
    headChoice?.addEventListener('change', draw);
    new ResizeObserver(draw).observe(canvas);
    for (const mark of Array.from(article.querySelectorAll<HTMLElement>('[data-head-mark]')))
      mark.style.background = headColours[Number(mark.dataset.headMark) % headColours.length];
    draw();
    canvas.dataset.drawn = 'yes';
  });
}
