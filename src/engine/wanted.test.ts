import { describe, expect, test } from "@jest/globals";
import type { LabelEvent } from "../core/facts/facts.js";
import { prNumber, sha } from "../core/model/ids.js";
import { absent, read, unreadable, type Read } from "../core/model/read.js";
import type { GitHubReader, Listed, Witness } from "./ports.js";
import { wantedFacts } from "./wanted.js";

const pull: Listed = {
  number: prNumber(1),
  title: "",
  body: "",
  draft: false,
  authorLogin: "ann",
  authorType: "User",
  baseRef: "main",
  headRef: "topic",
  headSha: sha("1".repeat(40)),
  headRepo: "acme/shop",
  labels: ["go", "docs"],
  createdAt: 0,
  updatedAt: 0,
  state: "open",
};

function seen(by: string, now: "on" | "off", at: number): Witness {
  return { kind: "label", key: `label:${at}`, number: pull.number, label: "go", by, now, at };
}

/** GitHub that answers so, and counts what it was asked. */
function github(answer: Read<readonly LabelEvent[]>, report: Read<string> = absent) {
  const asked: string[] = [];
  const reader: Pick<GitHubReader, "labelEvents" | "deployedTo" | "report"> = {
    report: async (of, check) => {
      asked.push(`report ${check.name} of ${of}`);
      return await Promise.resolve(report);
    },
    labelEvents: async () => {
      asked.push("labels");
      return await Promise.resolve(answer);
    },
    deployedTo: async (_, environments) => {
      asked.push("deployments");
      return await Promise.resolve(read(environments));
    },
  };
  return { reader: reader as GitHubReader, asked };
}

const asksNobody = { permissionOf: { author: false, contributors: false }, owners: false, affected: null };
const goMatters = { setterOf: (label: string) => label === "go", environments: [], ...asksNobody };

describe("what only some policies want to know", () => {
  test("is not read for a policy that doesn't ask", async () => {
    const { reader, asked } = github(read([]));
    const nothing = { setterOf: () => false, environments: [], ...asksNobody };
    expect(await wantedFacts(reader, pull, { wants: nothing, witnesses: [seen("max", "on", 1)] })).toEqual({});
    expect(asked).toEqual([]);
  });

  test.each([
    ["targets that CI reports", read('["web"]'), read(["web"])],
    ["a report that can't be understood", read("web"), unreadable("a line of it is no label")],
    ["no report yet", absent, absent],
    ["a report that can't be read", unreadable("503"), unreadable("503")],
  ])("%s, by the head's check", async (_, report, affected) => {
    const { reader, asked } = github(read([]), report);
    const wants = { ...asksNobody, setterOf: () => false, environments: [], affected: { name: "targets", app: null } };
    expect(await wantedFacts(reader, pull, { wants, witnesses: [] })).toEqual({ affected });
    expect(asked).toEqual([`report targets of ${pull.headSha}`]);
  });

  test("a label's setter comes from the webhooks, without a request", async () => {
    const { reader, asked } = github(read([]));
    const witnesses = [seen("ann", "on", 1), seen("max", "on", 3), seen("ann", "off", 2)];
    const facts = await wantedFacts(reader, pull, { wants: goMatters, witnesses });
    expect(facts.labelledBy).toEqual(read({ go: "max" }));
    expect(asked).toEqual([]);
  });

  test.each([
    ["no webhook told of it", []],
    ["the last one told that it went", [seen("max", "on", 1), seen("max", "off", 2)]],
    ["two came within the last second", [seen("max", "off", 2), seen("ann", "on", 3), seen("max", "on", 3)]],
  ])("GitHub is asked when %s", async (_, witnesses) => {
    const { reader, asked } = github(
      read([
        { label: "go", by: "max", now: "on", at: 1 },
        { label: "go", by: "max", now: "off", at: 2 },
        { label: "go", by: "ann", now: "on", at: 3 },
      ]),
    );
    const facts = await wantedFacts(reader, pull, { wants: goMatters, witnesses });
    expect(facts.labelledBy).toEqual(read({ go: "ann" }));
    expect(asked).toEqual(["labels"]);
  });

  test("what GitHub can't tell stays unreadable", async () => {
    const { reader } = github(unreadable("503"));
    const facts = await wantedFacts(reader, pull, { wants: goMatters, witnesses: [] });
    expect(facts.labelledBy).toEqual(unreadable("503"));
  });

  test("deployments are read for the environments that the policy names", async () => {
    const { reader, asked } = github(read([]));
    const wants = { setterOf: () => false, environments: ["staging"], ...asksNobody };
    const facts = await wantedFacts(reader, pull, { wants, witnesses: [] });
    expect([facts.deployedTo, asked]).toEqual([read(["staging"]), ["deployments"]]);
  });
});
