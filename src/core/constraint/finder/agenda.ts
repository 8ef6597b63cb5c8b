/** A binary heap of (time, code), earliest first; codes are small integers, so that a run makes no garbage. */
export interface Agenda {
  readonly times: number[];
  readonly codes: number[];
}

export function emptyAgenda(): Agenda {
  return { times: [], codes: [] };
}

export function schedule(agenda: Agenda, time: number, code: number): void {
  const { times, codes } = agenda;
  let i = times.length;
  times.push(time);
  codes.push(code);
  while (i > 0) {
    const up = (i - 1) >> 1;
    const upTime = times[up] as number;
    if (upTime <= time) break;
    times[i] = upTime;
    codes[i] = codes[up] as number;
    i = up;
  }
  times[i] = time;
  codes[i] = code;
}

/** Takes the earliest off and returns its code; its time must have been read from `times[0]` before. */
export function takeNext(agenda: Agenda): number {
  const { times, codes } = agenda;
  const first = codes[0] as number;
  const time = times.pop() as number;
  const code = codes.pop() as number;
  const size = times.length;
  if (size === 0) return first;
  let i = 0;
  for (;;) {
    let child = 2 * i + 1;
    if (child >= size) break;
    if (child + 1 < size && (times[child + 1] as number) < (times[child] as number)) child++;
    const childTime = times[child] as number;
    if (childTime >= time) break;
    times[i] = childTime;
    codes[i] = codes[child] as number;
    i = child;
  }
  times[i] = time;
  codes[i] = code;
  return first;
}
