/** How many sets the search may look at before it takes what a greedy choice found. */
const searchMax = 2000;
/** From so many people on nobody gains from asking one fewer, and the sets are too many to look at. */
const exactMax = 6;
/** Nobody asks more people than this at once. */
const peopleMax = 40;

/**
 * The smallest set of people that leaves as few slots empty as all of them together would; the first such set in the
 * order of `all`, so the answer is the same each time. `empty` says how many slots a set leaves. Beyond the named
 * budget the greedy set stands, which is never larger than it has to be by more than a logarithm.
 */
export function smallestSet(all: readonly string[], empty: (people: readonly string[]) => number): readonly string[] {
  const greedy = greedySet(all, empty);
  const unmet = empty(greedy);
  let looked = 0;
  const search = (chosen: readonly string[], from: number, size: number): readonly string[] | null => {
    if (chosen.length === size) return ++looked <= searchMax && empty(chosen) <= unmet ? chosen : null;
    for (let i = from; i <= all.length - (size - chosen.length) && looked <= searchMax; i++) {
      const found = search([...chosen, all[i] ?? ""], i + 1, size);
      if (found) return found;
    }
    return null;
  };
  for (let size = 0; size < greedy.length && greedy.length <= exactMax; size++) {
    const found = search([], 0, size);
    if (found) return found;
  }
  return greedy;
}

/** Takes whoever fills most empty slots, the first of equals, until nobody fills any. */
function greedySet(all: readonly string[], empty: (people: readonly string[]) => number): readonly string[] {
  const chosen: string[] = [];
  for (let left = empty(chosen); left > 0 && chosen.length < peopleMax;) {
    let best: { person: string; left: number } | null = null;
    for (const person of all) {
      if (chosen.includes(person)) continue;
      const after = empty([...chosen, person]);
      if (after < (best?.left ?? left)) best = { person, left: after };
    }
    if (!best) break;
    chosen.push(best.person);
    left = best.left;
  }
  return chosen;
}
