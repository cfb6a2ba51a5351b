/** Names of experiments by what they differ in. */

/** Last parts of keys that say nothing alone: `kind` of what? */
const VAGUE = new Set(['kind', 'size', 'length', 'weights', 'features', 'width']);

/**
 * The shortest ends of keys that are unambiguous and say what they are about: `learning_rate` of
 * `training.optimizer.learning_rate`, but `fusion.kind` of `model.fusion.kind`.
 */
export function readableKeys(keys: readonly string[]): Map<string, string> {
  const end = (key: string, parts: number): string => key.split('.').slice(-parts).join('.');
  return new Map(
    keys.map((key) => {
      let parts = VAGUE.has(end(key, 1)) ? 2 : 1;
      while (keys.some((other) => other !== key && end(other, parts) === end(key, parts))) parts++;
      return [key, end(key, parts)];
    }),
  );
}

/**
 * Names of settings, `fusion.kind=concat, learning_rate=0.003`: only the keys in which they differ. Names are unique
 * where the settings are; a setting that lacks a key is named without it.
 */
export function settingNames(settings: readonly ReadonlyMap<string, string>[]): string[] {
  const keys = [...new Set(settings.flatMap((setting) => [...setting.keys()]))];
  const differing = keys.filter((key) => new Set(settings.map((setting) => setting.get(key))).size > 1);
  const readable = readableKeys(keys);
  return settings.map((setting) =>
    differing
      .flatMap((key) => {
        const value = setting.get(key);
        return value === undefined ? [] : [`${readable.get(key)}=${value}`];
      })
      .join(', '),
  );
}

/** Names of folders that a sweep made of settings: `kind=concat,learning_rate=0.003`. */
const SWEPT = /^[\w.]+=[^/]*$/;

/**
 * Names of experiments for people: where all are folders of a sweep, only the settings in which they differ, with as
 * much of each key as says what it is. Other names, and names that would no longer be unique, stay as they are.
 *
 * @param names - of experiments' folders
 * @param settings - all settings of each experiment, by full key
 */
export function readableNames(
  names: readonly string[],
  settings: readonly ReadonlyMap<string, string>[],
): string[] {
  if (names.length < 2 || !names.every((name) => SWEPT.test(name))) return [...names];
  const spelled = settingNames(
    names.map(
      (name, i) =>
        new Map(
          name.split(/,(?=[\w.]+=)/).map((part) => {
            const at = part.indexOf('=');
            const [key, value] = [part.slice(0, at), part.slice(at + 1)];
            // A folder's name has the end of a key; the config has the whole of it.
            const whole = [...settings[i]].filter(([own, text]) => own.endsWith(`.${key}`) && text === value);
            return [whole.length === 1 ? whole[0][0] : key, value];
          }),
        ),
    ),
  );
  const isUnique = new Set(spelled).size === names.length && spelled.every((name) => name !== '');
  return isUnique ? spelled : [...names];
}
