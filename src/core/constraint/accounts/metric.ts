/** A figure, how it could be gamed, and the figure to watch beside it. None is ever given by person. */
export interface Metric {
  readonly name: string;
  readonly value: number;
  /** The week before; null where only the present is known. */
  readonly before: number | null;
  readonly unit: string;
  readonly gaming: string;
  readonly counter: string;
}
