import { Gauge, type Registry } from "prom-client";
import type { RiskWatch } from "../engine/ports.js";

/** Gauges of how far each queue's risk can be believed. What can't be told yet has no sample. */
export function riskMetrics(registry: Registry): (queue: string, watch: RiskWatch) => void {
  const gauge = (name: string, help: string, labels: readonly string[] = []) =>
    new Gauge({ name, help, labelNames: ["queue", ...labels], registers: [registry] });
  const drifted = gauge("drumline_risk_drifted", "1 while risk has drifted from what happens");
  const harmed = gauge("drumline_risk_harmed", "Matured changes by people that came to harm", ["window"]);
  const expected = gauge("drumline_risk_expected", "How many were to, by what risk said of them", ["window"]);
  const auc = gauge("drumline_risk_auc", "Probability that a harmed change had the higher risk", ["window"]);
  const audits = gauge("drumline_audits", "Audits of what moved by itself", ["state"]);
  const rate = gauge("drumline_audit_harm_rate", "Share of what moves by itself that is harm, by audits", ["bound"]);
  return (queue, { drift, audits: of }) => {
    drifted.set({ queue }, Number(drift.state === "drifted"));
    for (const [window, w] of [["recent", drift.recent] as const, ["before", drift.before] as const]) {
      harmed.set({ queue, window }, w.harmed);
      expected.set({ queue, window }, w.expected);
      if (w.auc !== null) auc.set({ queue, window }, w.auc);
    }
    audits.set({ queue, state: "drawn" }, of.drawn);
    audits.set({ queue, state: "answered" }, of.answered);
    audits.set({ queue, state: "found_harm" }, of.found);
    if (!of.rate) return;
    rate.set({ queue, bound: "estimate" }, of.rate.rate);
    rate.set({ queue, bound: "low" }, of.rate.low);
    rate.set({ queue, bound: "high" }, of.rate.high);
  };
}
