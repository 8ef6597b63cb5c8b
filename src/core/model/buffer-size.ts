/** How much ready work is to stand before a station, in minutes of work for each who serves there. */
export interface BufferSize {
  readonly minutes: number;
  /** Of that, for what is used up before what was released in its place is ready. */
  readonly supply: number;
  /** Of that, for how much the work and its coming vary. */
  readonly variation: number;
  /** The bound that it was set to; null: neither. */
  readonly bound: "least" | "most" | null;
}
