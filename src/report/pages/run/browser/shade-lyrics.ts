/** Browser code of the example clips: attention as the shade behind each token. Embedded as source text. */

import type { Page } from '../../../kit/browser/page.js';
import type { EmbeddedExample } from '../example-data.js';

/**
 * Shades the lyrics' tokens by the chosen head's attention, or by the highest of all heads.
 *
 * @param page - the page's tools
 * @param examples - in the order of the page's articles
 * @param host - the section's element
 */
export function shadeLyrics(page: Page, examples: EmbeddedExample[], host: HTMLElement): void {
  examples.forEach((example, index) => {
    const article = host.querySelector<HTMLElement>(`[data-example="${index}"]`)!;
    const headChoice = article.querySelector<HTMLSelectElement>('[name=head]');
    for (const lyrics of Array.from(article.querySelectorAll<HTMLElement>('[data-attention]'))) {
      const view = example.attention[Number(lyrics.dataset.attention)];
      const weights = new Float32Array(page.bytes(view.weights).buffer);
      const tokens = Array.from(lyrics.querySelectorAll<HTMLElement>('span'));
      const shade = (): void => {
        const head = headChoice?.value ?? 'all';
        tokens.forEach((token, step) => {
          let weight = 0;
          for (let h = 0; h < view.heads; h++)
            if (head === 'all' || Number(head) === h)
              weight = Math.max(weight, weights[h * view.steps + step]);
          token.style.setProperty('--weight', `${(70 * weight).toFixed(1)}%`);
        });
      };
      headChoice?.addEventListener('change', shade);
      shade();
    }
  });
}
