import { SingleBar } from "cli-progress";

/** A progress bar on stderr, from the first report until the work ends either way. */
export async function withBar<T>(
  what: string,
  work: (progress: (done: number, total: number) => void) => Promise<T>,
): Promise<T> {
  const format = `${what} {bar} {value}/{total} | {eta_formatted} left`;
  const bar = new SingleBar({ format, stream: process.stderr });
  let started = false;
  try {
    return await work((done, total) => {
      if (started) bar.update(done);
      else bar.start(total, done);
      started = true;
    });
  } finally {
    if (started) bar.stop();
  }
}
