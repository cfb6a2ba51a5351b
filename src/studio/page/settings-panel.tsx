/** Settings of the recognition, by the names that the command line has for them. */
import type { RecogniseSettings, ServerState } from './api.js';

interface Choice {
  name: string;
  label: string;
  hint: string;
  /** Value and what it is called; the first is the default. */
  values: [value: string | number, text: string][];
}

const CHOICES: Choice[] = [
  {
    name: 'model',
    label: 'Pitch tracker',
    hint: 'swift-f0 is a network; pull it once with "npx polytag models pull swift-f0".',
    values: [
      ['pyin', 'pyin'],
      ['swift-f0', 'swift-f0'],
    ],
  },
  {
    name: 'grid',
    label: 'Shortest note',
    hint: 'Notes lie on a grid of these.',
    values: [
      [16, 'sixteenths'],
      [8, 'eighths'],
      [4, 'quarters'],
      [32, 'thirty-seconds'],
    ],
  },
  {
    name: 'strength',
    label: 'Grid strength',
    hint: 'How far notes are moved to the grid.',
    values: [
      [1, 'all the way'],
      [0.75, 'three quarters'],
      [0.5, 'half'],
      [0, 'as sung'],
    ],
  },
  {
    name: 'hold',
    label: 'Notes',
    hint: 'How long a new pitch must last to be a note.',
    values: [
      ['', 'usual (90 ms)'],
      [60, 'more and shorter (60 ms)'],
      [140, 'fewer and longer (140 ms)'],
    ],
  },
  {
    name: 'beats',
    label: 'Quarters in a bar',
    hint: 'Fitted to the notes unless you know.',
    values: [
      ['', 'fitted'],
      [2, '2'],
      [3, '3'],
      [4, '4'],
    ],
  },
];

interface SettingsProps {
  settings: RecogniseSettings;
  state: ServerState | null;
  onChange: (settings: RecogniseSettings) => void;
}

export function SettingsPanel({ settings, state, onChange }: SettingsProps) {
  const isHere = (name: string, value: string | number): boolean =>
    name !== 'model' || value === 'pyin' || state?.models[value] === true;
  return (
    <details>
      <summary>How notes are found</summary>
      <div class="fields">
        {CHOICES.map(({ name, label, hint, values }) => (
          <label key={name}>
            <span>
              {label} <code>--{name}</code>
            </span>
            <select
              value={settings[name] ?? values[0][0]}
              onChange={({ currentTarget: { value } }) => {
                const chosen = values.find(([own]) => String(own) === value)!;
                const { [name]: _, ...others } = settings;
                onChange(chosen === values[0] ? others : { ...others, [name]: chosen[0] });
              }}
            >
              {values.map(([value, text]) => (
                <option key={value} value={value} disabled={!isHere(name, value)}>
                  {text}
                </option>
              ))}
            </select>
            <small class="muted">{hint}</small>
          </label>
        ))}
      </div>
    </details>
  );
}
