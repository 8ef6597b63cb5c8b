import { Gauge, Registry, collectDefaultMetrics } from "prom-client";
import type { Instant } from "../core/model/ids.js";
import type { ReadPort, RiskPort } from "../engine/ports.js";
import { riskMetrics } from "./risk-metrics.js";
import { queueViews } from "./views.js";

const process = new Registry();
collectDefaultMetrics({ register: process });

/** Prometheus text: the process, the store's sizes, each queue by where its units stand and why, and its risk. */
export async function metricsOf(
  reads: ReadPort,
  { risk, now }: { risk: RiskPort; now: Instant },
): Promise<{ type: string; text: string }> {
  const registry = new Registry();
  const [counts, queues] = await Promise.all([reads.counts(), queueViews(reads)]);
  const stored = new Gauge({
    name: "drumline_stored",
    help: "Rows in the store",
    labelNames: ["what"],
    registers: [registry],
  });
  for (const [what, n] of Object.entries(counts)) stored.set({ what }, n);
  const units = new Gauge({
    name: "drumline_units",
    help: "Open work units by place and path",
    labelNames: ["queue", "place", "path"],
    registers: [registry],
  });
  const waits = new Gauge({
    name: "drumline_waiting",
    help: "Open work units by the first reason they wait",
    labelNames: ["queue", "reason"],
    registers: [registry],
  });
  const landed = new Gauge({
    name: "drumline_landed_total",
    help: "Changes landed",
    labelNames: ["queue"],
    registers: [registry],
  });
  const stopped = new Gauge({
    name: "drumline_line_stopped",
    help: "1 while the line is stopped",
    labelNames: ["queue"],
    registers: [registry],
  });
  const forecasts = new Gauge({
    name: "drumline_forecasts_total",
    help: "Landings that had been forecast, by whether they fell inside their 80 % range",
    labelNames: ["queue", "held"],
    registers: [registry],
  });
  const baseRed = new Gauge({
    name: "drumline_base_red",
    help: "1 while the base fails without any change on it",
    labelNames: ["queue"],
    registers: [registry],
  });
  const watch = riskMetrics(registry);
  for (const q of queues) {
    watch(q.queue, await risk.watchOf(q.queue, now));
    forecasts.set({ queue: q.queue, held: "yes" }, q.forecasts.held);
    forecasts.set({ queue: q.queue, held: "no" }, q.forecasts.told - q.forecasts.held);
    baseRed.set({ queue: q.queue }, q.baseRed ? 1 : 0);
    landed.set({ queue: q.queue }, q.landedCount);
    stopped.set({ queue: q.queue }, q.stopped ? 1 : 0);
    for (const u of q.units) {
      units.inc({ queue: q.queue, place: u.place, path: u.path });
      if (u.place !== "landed") waits.inc({ queue: q.queue, reason: u.reasons[0]?.code ?? "ready" });
    }
  }
  const both = Registry.merge([process, registry]);
  return { type: both.contentType, text: await both.metrics() };
}
