/** Clips to listen to on which one experiment is right and the other wrong. */

import { metricText } from '../../../../eval/format.js';
import type { EmbeddedAudio } from '../../../../runs/compare/clip-audio.js';
import type { ClipContrast, ContrastedClip, ContrastedLabel } from '../../../../runs/compare/clips.js';
import type { Page } from '../../../kit/browser/page.js';
import { type Html, html } from '../../../kit/html.js';
import { defineSection } from '../../../kit/section.js';
import type { ComparedPage } from '../page.js';

interface ClipsData {
  /** Every embedded file once. */
  files: EmbeddedAudio[];
}

/** Browser code: gives each player its file, and lets one play at a time. */
function fillPlayers(_: Page, { files }: ClipsData, host: HTMLElement): void {
  const players = Array.from(host.querySelectorAll<HTMLAudioElement>('audio'));
  for (const player of players) {
    const { mediaType, base64 } = files[Number(player.dataset.file)];
    player.src = `data:${mediaType};base64,${base64}`;
    player.addEventListener('play', () => {
      for (const other of players) if (other !== player) other.pause();
    });
  }
  const choice = host.querySelector<HTMLSelectElement>('[name=contrast]');
  const lists = Array.from(host.querySelectorAll<HTMLElement>('[data-contrast]'));
  const show = (): void => {
    for (const list of lists) list.hidden = list.dataset.contrast !== choice?.value;
  };
  choice?.addEventListener('change', show);
  show();
}

/** A score with a mark that says what its colour says. */
function cell(score: number, isRight: boolean): Html {
  return html`<td class="${isRight ? 'right' : 'wrong'}">${metricText(score, 2)} ${isRight ? '✓' : '✕'}</td>`;
}

function row({ label, isTrue, better, worse, betterIsRight, worseIsRight }: ContrastedLabel): Html {
  return html`<tr><th scope="row">${label}</th><td>${isTrue ? 'yes' : 'no'}</td>${cell(better, betterIsRight)}${cell(worse, worseIsRight)}</tr>`;
}

function article(clip: ContrastedClip, names: [string, string], file: number | null): Html {
  return html`<article><h3>${clip.title || clip.id} ${clip.artist && html`<span class="hint">${clip.artist}</span>`}</h3>
    ${file === null ? html`<p class="hint">There is no audio, or no room for it on the page.</p>` : html`<audio controls preload="metadata" data-file="${file}"></audio>`}
    <div class="wide"><table><thead><tr><th>Label</th><th>true</th><th>${names[0]}</th><th>${names[1]}</th></tr></thead><tbody>${clip.labels.map(row)}</tbody></table></div>
    <p class="hint id">${clip.id}; loss lower by ${metricText(clip.margin, 2)}</p></article>`;
}

/** The files that players need, each once. */
function filesOf({ clips, audio }: ComparedPage): string[] {
  const paths = clips.flatMap((contrast) => contrast.clips.flatMap((clip) => clip.audio ?? []));
  return [...new Set(paths)].filter((path) => audio.get(path));
}

/** Makes the section of clips; absent where no two experiments are compared. */
export const clips = defineSection<ClipsData, ComparedPage>({
  id: 'clips',
  title: 'Clips that one gets right and another wrong',
  data: (page) =>
    page.clips.length === 0 ? null : { files: filesOf(page).map((path) => page.audio.get(path)!) },
  html: (_, page) => {
    const { groups, clips: contrasts } = page;
    const files = filesOf(page);
    const names = ({ better, worse }: ClipContrast): [string, string] => [
      groups[better].label,
      groups[worse].label,
    ];
    const fileOf = (path: string | null): number | null =>
      path !== null && files.includes(path) ? files.indexOf(path) : null;
    return html`<div class="controls"><label>Show where <select name="contrast">${contrasts.map(
      (contrast, i) => {
        const [better, worse] = names(contrast);
        return html`<option value="${i}">${better} is right and ${worse} is wrong</option>`;
      },
    )}</select></label></div>
    ${contrasts.map((contrast, i) => html`<div class="clips" data-contrast="${i}">${contrast.clips.map((clip) => article(clip, names(contrast), fileOf(clip.audio)))}</div>`)}
    <p class="aside">Of the clips about which one experiment is right and the other wrong (about a class, or about at least one tag; by the
      vote of its runs), those with the largest difference of loss, one a song. Scores are means over runs. They were chosen to differ:
      how often that happens, the metrics say.</p>`;
  },
  draw: [fillPlayers],
});
