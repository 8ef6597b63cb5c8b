import type { Buffer } from "./buffer.js";
import { bufferOf } from "./buffer.js";
import { idOf, inOrder } from "./order.js";
import { release } from "./rope.js";
import type { PaceAnswer, PaceSnapshot } from "./snapshot.js";
import { worthIn } from "./worth.js";

/**
 * Paces the line by drum, buffer and rope (Goldratt & Fox, *The Race*, 1986): the reviewers work in the order that
 * delivers most for their time, a bounded stock of ready work stands before them, and the gate lets in what keeps
 * that stock and no more. People's urgent work passes the gate and every queue.
 */
export function decidePace(snapshot: PaceSnapshot): PaceAnswer & { readonly buffers: readonly Buffer[] } {
  const worthOf = worthIn(snapshot);
  const buffers = snapshot.stations
    .filter((s) => s.station === "review")
    .map((review) => bufferOf(review, { snapshot, worthOf }));
  const order = inOrder(snapshot.inFlight, worthOf).map(idOf);
  return {
    release: release(snapshot, { buffers, worthOf }),
    order: { ci: order, review: order, approval: order, queue: order },
    buffers,
  };
}
