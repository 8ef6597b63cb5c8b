/** Policies that several tests and benches play under. */

/** Words of documents move by themselves; all else needs a person. */
export const docsPolicy = `
rules:
  - name: Docs move by themselves
    why: A wrong word is put right by the next change.
    owner: "@carol"
    when: { paths: { only: ["docs/**", "*.md"] } }
    then: auto
    downgrade: review
    trips: { reverts: 2, days: 30 }
queue:
  checks: [ci/test]
  start: automatically
`;

/** What lies under notes/ moves by itself, through a queue of so many slots. */
export function notesPolicy({ slots }: { slots: number }): string {
  return `
automatic: { owner: "@carol", downgrade: review, trips: { reverts: 2, days: 30 } }
rules:
  - name: Notes move by themselves
    when: { paths: { only: ["notes/**"] } }
    then: auto
queue: { checks: [ci/test], start: automatically, slots: ${slots} }
`;
}
