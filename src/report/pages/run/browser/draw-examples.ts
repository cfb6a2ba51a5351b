/** Browser code of the example clips: spectrogram, attention and lyrics. Embedded as source text. */
import type { Page } from '../../../kit/browser/page.js';
import type { EmbeddedExample } from '../embedded-example.js';

/**
 * Draws each example's spectrogram with each head's attention over it, lets a cursor follow the audio, and shades the
 * tokens of the lyrics by attention.
 *
 * @param examples - in the order of the page's articles
 */
export function drawExamples(page: Page, host: HTMLElement, examples: EmbeddedExample[]): void {
  const heads = ['#5ad1ff', '#ffd23f', '#7cff9b', '#ff8fd8', '#ffffff', '#ff9f5a', '#b9a5ff', '#d6ff5a'];
  const colourOf = (head: number): string => heads[head % heads.length];

  examples.forEach((example, index) => {
    const article = host.querySelector<HTMLElement>(`[data-example="${index}"]`)!;
    const find = <T extends HTMLElement>(selector: string): T | null => article.querySelector<T>(selector);
    const branchChoice = find<HTMLSelectElement>('[name=branch]');
    const headChoice = find<HTMLSelectElement>('[name=head]');
    const weights = example.attention.map((view) => new Float32Array(page.bytes(view.weights).buffer));
    const isShown = (head: number): boolean =>
      (headChoice?.value ?? 'all') === 'all' || Number(headChoice!.value) === head;
    for (const mark of Array.from(article.querySelectorAll<HTMLElement>('[data-head-mark]')))
      mark.style.background = colourOf(Number(mark.dataset.headMark));

    for (const lyrics of Array.from(article.querySelectorAll<HTMLElement>('[data-attention]'))) {
      const which = Number(lyrics.dataset.attention);
      const view = example.attention[which];
      const tokens = Array.from(lyrics.querySelectorAll<HTMLElement>('span'));
      const shade = (): void => {
        tokens.forEach((token, step) => {
          let weight = 0;
          for (let head = 0; head < view.heads; head++)
            if (isShown(head)) weight = Math.max(weight, weights[which][head * view.steps + step]);
          token.style.setProperty('--weight', `${(70 * weight).toFixed(1)}%`);
        });
      };
      headChoice?.addEventListener('change', shade);
      shade();
    }

    const canvas = find<HTMLCanvasElement>('canvas');
    if (!canvas) return;
    const cursor = find('.cursor')!;
    const audio = find<HTMLAudioElement>('audio');
    const { mel } = example;
    const picture = mel && page.picture(page.bytes(mel.values), mel.frames, mel.bands);

    const draw = (): void => {
      const ratio = window.devicePixelRatio || 1;
      const [width, height] = [canvas.clientWidth, canvas.clientHeight];
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      const context = canvas.getContext('2d')!;
      context.scale(ratio, ratio);
      context.fillStyle = '#000004';
      context.fillRect(0, 0, width, height);
      if (picture) context.drawImage(picture, 0, 0, width, height);
      const which = Number(branchChoice?.value ?? -1);
      const view = example.attention[which];
      if (!view?.span) return;
      const { from, to } = view.span;
      const x = (step: number): number =>
        ((from + ((to - from) * step) / view.steps) / example.seconds) * width;
      for (let head = 0; head < view.heads; head++) {
        if (!isShown(head)) continue;
        context.beginPath();
        for (let step = 0; step < view.steps; step++) {
          const y = height - 3 - weights[which][head * view.steps + step] * (height - 10);
          context.lineTo(x(step), y);
          context.lineTo(x(step + 1), y);
        }
        context.lineJoin = 'round';
        for (const [colour, lineWidth] of [
          ['rgba(0, 0, 0, 0.75)', 3.5],
          [colourOf(head), 1.6],
        ] as const) {
          context.strokeStyle = colour;
          context.lineWidth = lineWidth;
          context.stroke();
        }
      }
    };
    branchChoice?.addEventListener('change', draw);
    headChoice?.addEventListener('change', draw);
    new ResizeObserver(draw).observe(canvas);
    draw();
    canvas.dataset.drawn = 'yes';
    if (!audio) return;

    const duration = (): number => (Number.isFinite(audio.duration) ? audio.duration : example.seconds);
    const follow = (): void => {
      cursor.style.left = `${Math.min(100, (100 * audio.currentTime) / duration())}%`;
      cursor.hidden = audio.currentTime === 0 && audio.paused;
      if (!audio.paused) requestAnimationFrame(follow);
    };
    for (const event of ['play', 'pause', 'seeked', 'timeupdate', 'ended'])
      audio.addEventListener(event, follow);
    canvas.addEventListener('click', (click) => {
      const box = canvas.getBoundingClientRect();
      audio.currentTime = Math.min(0.999, Math.max(0, (click.clientX - box.left) / box.width)) * duration();
    });
  });
}
