/** A need for so many people out of those who may meet it. */
export interface Slots {
  readonly count: number;
  /** Its people are counted for no other need that is distinct too. */
  readonly distinct: boolean;
  readonly people: readonly string[];
}

/**
 * Who is counted for which need, so that as many as possible are met. Needs that aren't distinct count everybody;
 * for the distinct ones each person is counted once (maximum bipartite matching by augmenting paths, needs in order).
 */
export function assign(needs: readonly Slots[]): ReadonlyArray<readonly string[]> {
  /** Person to the index of the distinct need that counts them. */
  const taken = new Map<string, number>();
  const place = (need: number, tried: Set<string>): boolean => {
    for (const person of needs[need]?.people ?? []) {
      if (tried.has(person)) continue;
      tried.add(person);
      const holder = taken.get(person);
      if (holder === need) continue;
      if (holder === undefined || place(holder, tried)) {
        taken.set(person, need);
        return true;
      }
    }
    return false;
  };
  for (const [i, need] of needs.entries()) {
    if (!need.distinct) continue;
    for (let slot = 0; slot < need.count; slot++) if (!place(i, new Set())) break;
  }
  return needs.map((need, i) =>
    need.distinct ? [...taken].filter(([, holder]) => holder === i).map(([person]) => person) : need.people,
  );
}

/** How many slots stay empty in all. */
export function emptySlots(needs: readonly Slots[]): number {
  return assign(needs).reduce((sum, people, i) => sum + Math.max(0, (needs[i]?.count ?? 0) - people.length), 0);
}
