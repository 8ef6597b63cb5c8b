/**
 * Something that was looked for. Absent (it isn't there) and unreadable (we can't tell) are different:
 * unreadable never permits anything.
 */
export type Read<T> =
  | { readonly state: "read"; readonly value: T }
  | { readonly state: "absent" }
  | { readonly state: "unreadable"; readonly why: string };

export function read<T>(value: T): Read<T> {
  return { state: "read", value };
}
export const absent = { state: "absent" } as const;
export function unreadable(why: string): { state: "unreadable"; why: string } {
  return { state: "unreadable", why };
}
