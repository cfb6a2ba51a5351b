/** Answers of polytag similar, for people and for programs. */
import { alignColumns } from '../../../base/text-tables.js';
import { type Measure, nameOf, type ToldAnswer } from '../../../catalogue/similar/answer.js';
import { onOneLine } from '../../terminal.js';

/** Answers as JSON, each with what was compared. */
export function answersJson(description: Measure['description'], answers: readonly ToldAnswer[]): string {
  const described = answers.map(({ paths: own, tops: ownTops, neighbours }) => ({
    ...(own.length === 1 ? { track: own[0], top_tags: ownTops } : { tracks: own }),
    ...description,
    neighbours: neighbours.map(({ path, title, artist, tops, similarity, distance }) => ({
      ...{ path, title, artist },
      ...(similarity === undefined ? {} : { similarity: Number(similarity.toFixed(6)) }),
      ...(distance === undefined ? {} : { distance }),
      top_tags: tops,
    })),
  }));
  return JSON.stringify(described, null, 2);
}

/** Most tags beside a path. */
export const tagsText = (tops: readonly string[]): string => tops.slice(0, 4).join(', ');

/** Answers as tables, with an empty line between them. */
export const answersText = (answers: readonly ToldAnswer[]): string => answers.map(answerText).join('\n\n');

function answerText(answer: ToldAnswer): string {
  const { neighbours } = answer;
  const asked = answer.paths.map(onOneLine).join(' + ');
  const title = asked + (answer.tops.length > 0 ? ` (${tagsText(answer.tops)})` : '');
  if (neighbours.length === 0) return `${title}\nNo other track is that similar.`;
  const names = neighbours.map((track) => onOneLine(nameOf(track)));
  const isNamed = names.some((name) => name !== '');
  const [{ similarity: isCosine, distance: isOfCodes }] = neighbours;
  const lines = neighbours.map(({ path, tops, similarity, distance }, i) => [
    ...(similarity === undefined ? [] : [similarity.toFixed(3)]),
    ...(distance === undefined ? [] : [String(distance)]),
    onOneLine(path),
    ...(isNamed ? [names[i]] : []),
    tagsText(tops),
  ]);
  const head = [
    ...(isCosine === undefined ? [] : ['similarity']),
    ...(isOfCodes === undefined ? [] : ['distance']),
    ...['track', ...(isNamed ? ['name'] : []), 'top tags'],
  ];
  return `${title}\n${alignColumns([head, ...lines])}`;
}
