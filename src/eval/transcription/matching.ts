/** The largest matching of two groups, as note metrics need it. */

/**
 * Size of the largest matching between two groups: pairs without a common member, as many as there can be, by augmenting
 * paths (Kuhn 1955; Berge 1957). The time is that of members times pairs; note lists, whose pairs lie close together, take
 * linear time.
 *
 * @param left - members of the first group
 * @param right - members of the second
 * @param partners - members of the second group that one of the first may be paired with
 */
export function largestMatching(
  left: number,
  right: number,
  partners: (member: number) => readonly number[],
): number {
  const pairedWith = new Int32Array(right).fill(-1);
  const candidates = Array.from({ length: left }, (_, member) => partners(member));
  const seenFor = new Int32Array(right).fill(-1);
  let size = 0;
  for (let first = 0; first < left; first++) {
    // The path so far: members of the first group, and how many of their candidates have been looked at.
    const path = [{ member: first, at: 0, taking: -1 }];
    while (path.length > 0) {
      const step = path[path.length - 1];
      const next = candidates[step.member][step.at++];
      if (next === undefined) {
        path.pop();
        continue;
      }
      if (seenFor[next] === first) continue;
      seenFor[next] = first;
      step.taking = next;
      if (pairedWith[next] >= 0) {
        path.push({ member: pairedWith[next], at: 0, taking: -1 });
        continue;
      }
      for (const { member, taking } of path) pairedWith[taking] = member;
      size++;
      break;
    }
  }
  return size;
}
