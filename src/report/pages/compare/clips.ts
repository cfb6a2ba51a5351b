/** Clips to listen to on which one experiment is correct and another is not. */
import { metricText } from '../../../eval/format.js';
import type { ClipAudio, EmbeddedAudio } from '../../../runs/compare/clip-audio.js';
import type { ContrastedClip } from '../../../runs/compare/clips.js';
import type { Comparison } from '../../../runs/compare/comparison.js';
import type { Page } from '../../kit/browser/page.js';
import { type Html, html } from '../../kit/html.js';
import { type Section, sectionScript } from '../../kit/sections.js';
import { table } from '../../kit/text.js';

/** Browser code: gives each player its file, and shows the clips of the chosen direction. */
function fillPlayers(_: Page, host: HTMLElement, files: EmbeddedAudio[]): void {
  for (const player of Array.from(host.querySelectorAll<HTMLAudioElement>('audio'))) {
    const { mediaType, base64 } = files[Number(player.dataset.file)];
    player.src = `data:${mediaType};base64,${base64}`;
  }
  const choice = host.querySelector<HTMLSelectElement>('[name=contrast]')!;
  const show = (): void => {
    for (const list of Array.from(host.querySelectorAll<HTMLElement>('[data-contrast]')))
      list.hidden = list.dataset.contrast !== choice.value;
  };
  choice.addEventListener('change', show);
  show();
}

function article(clip: ContrastedClip, names: readonly string[], file: number): Html {
  // A mark says what the colour says.
  const cell = (score: number, isRight: boolean): Html =>
    html`<span class="${isRight ? 'right' : 'wrong'}">${metricText(score, 2)} ${isRight ? '✓' : '✕'}</span>`;
  return html`<article><h3>${clip.title || `Clip ${clip.id}`} ${clip.artist && html`<span class="hint">${clip.artist}</span>`}</h3>
    ${file < 0 ? html`<p class="hint">There is no audio, or no room for it on the page.</p>` : html`<audio controls preload="metadata" data-file="${file}"></audio>`}
    ${table({
      head: ['Label', 'True', ...names],
      rows: clip.labels.map(({ label, isTrue, better, worse, betterIsRight, worseIsRight }) => [
        label,
        isTrue ? 'yes' : 'no',
        cell(better, betterIsRight),
        cell(worse, worseIsRight),
      ]),
      className: 'words',
    })}
    <p class="hint id">${clip.title !== '' && `clip ${clip.id}; `}loss lower by ${metricText(clip.margin, 2)}</p></article>`;
}

/** The section of clips, where two experiments are compared. */
export function clipsSection({ groups, clips: contrasts }: Comparison, audio: ClipAudio): Section | null {
  if (contrasts.length === 0) return null;
  const wanted = contrasts.flatMap(({ clips }) => clips.flatMap((clip) => clip.audio ?? []));
  const paths = [...new Set(wanted)].filter((path) => audio.get(path));
  const shown = contrasts.map(({ better, worse, clips }) => ({
    names: [groups[better].label, groups[worse].label],
    clips,
  }));
  return {
    id: 'clips',
    title: 'Clips that one gets right and another wrong',
    link: 'Clips',
    html: html`<div class="controls"><label>Show where <select name="contrast">${shown.map(({ names: [better, worse] }, i) => html`<option value="${i}">${better} is correct and ${worse} is not</option>`)}</select></label></div>
    ${shown.map(({ names, clips }, i) => html`<div class="articles" data-contrast="${i}">${clips.map((clip) => article(clip, names, paths.indexOf(clip.audio ?? '')))}</div>`)}
    <p class="aside">Of the clips on which one experiment is correct and the other is not (about the class, or about at least one tag; by the
      majority of its runs), those with the largest difference in loss, one per song. Scores are means over runs. These clips are chosen to differ:
      how often that happens, the metrics show.</p>
    ${sectionScript(
      fillPlayers,
      paths.map((path) => audio.get(path)!),
    )}`,
  };
}
