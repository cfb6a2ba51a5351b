/**
 * Gathers items that have something in common.
 *
 * @param keyOf - the key of an item's group
 * @returns the groups by key, in the order of their first items; in each group the items in their order
 */
export function groupBy<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
