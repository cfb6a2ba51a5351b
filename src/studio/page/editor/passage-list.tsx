/** The form: passages in the order in which they are played. */
import { placedPassages } from '../../project/timeline.js';
import { useChanges } from '../changes.js';
import type { Session } from '../session.js';
import type { Player } from '../sound/player.js';

export function PassageList({ session, player }: { session: Session; player: Player }) {
  useChanges(session, player);
  const { project } = session;
  const placed = placedPassages(project);
  const at = placed.findIndex(({ start, end }) => player.position >= start && player.position < end);
  const current = placed[Math.max(0, at)];
  const passage = project.passages.find(({ id }) => id === current.id)!;
  const run = (name: 'remove-passage' | 'vary-passage' | 'join-passages'): void =>
    void session.run({ name, args: { at: current.at } });
  /** Goes to the repetition, which can then be varied. */
  const repeat = (): void => {
    if (session.run({ name: 'repeat-passage', args: { at: current.at } }))
      player.seek(placedPassages(session.project)[current.at + 1].start);
  };
  const move = (by: number): void => {
    const to = current.at + by;
    if (session.run({ name: 'move-passage', args: { at: current.at, to } }))
      player.seek(placedPassages(session.project)[to].start);
  };
  return (
    <section class="passages" aria-label="Form">
      <h2>Form</h2>
      <ol>
        {placed.map(({ at: place, name, start }) => (
          <li key={place}>
            <button
              type="button"
              aria-pressed={place === current.at}
              style={{ '--track': `var(--series-${(place % 8) + 1})` }}
              onClick={() => player.seek(start)}
            >
              {name}
            </button>
          </li>
        ))}
      </ol>
      <button
        type="button"
        title={`Divides the piece as a piece of the style ${project.style.name} is, equal parts by one letter`}
        onClick={() => session.run({ name: 'find-form', args: {} })}
      >
        Find the form
      </button>
      <div class="row" role="toolbar" aria-label={`Passage ${current.name}`}>
        <button type="button" onClick={repeat}>
          Repeat
        </button>
        <button
          type="button"
          onClick={() => run('vary-passage')}
          title="Gives this repetition notes of its own"
        >
          Vary
        </button>
        <button
          type="button"
          disabled={current.at === 0}
          onClick={() => move(-1)}
          aria-label="Move passage earlier"
        >
          ←
        </button>
        <button
          type="button"
          disabled={current.at === placed.length - 1}
          onClick={() => move(1)}
          aria-label="Move passage later"
        >
          →
        </button>
        <button
          type="button"
          disabled={current.at === placed.length - 1}
          onClick={() => run('join-passages')}
        >
          Join next
        </button>
        <button
          type="button"
          aria-label="Split passage"
          disabled={passage.bars < 2}
          onClick={() =>
            session.run({
              name: 'split-passage',
              args: { passage: passage.id, bars: Math.max(1, Math.floor(passage.bars / 2)) },
            })
          }
        >
          Split
        </button>
        <button type="button" disabled={placed.length === 1} onClick={() => run('remove-passage')}>
          Remove
        </button>
        <label>
          Bars
          <input
            type="number"
            min={1}
            max={1000}
            value={passage.bars}
            onChange={({ currentTarget }) =>
              session.run({
                name: 'set-bars',
                args: {
                  passage: passage.id,
                  bars: Math.max(1, Math.round(currentTarget.valueAsNumber || 1)),
                },
              })
            }
          />
        </label>
      </div>
    </section>
  );
}
