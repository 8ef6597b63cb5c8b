import type { Read } from "../model/read.js";
import { readYaml } from "../policy/yaml.js";
import type { DoctorProblem, InstallationFacts } from "./problem.js";
import { record, scalar } from "./workflow.js";

export interface Manifest {
  readonly permissions: Readonly<Record<string, string>>;
  readonly events: readonly string[];
}

/** What the app needs, from its own manifest. @throws Error when that is no manifest: it ships with the program. */
export function readManifest(text: string): Manifest {
  const value = record(readYaml(text, "app.yml").yaml?.value);
  const permissions = record(value?.["default_permissions"]);
  const events = value?.["default_events"];
  if (!permissions || !Array.isArray(events)) throw new Error("app.yml names no default_permissions or default_events");
  return {
    permissions: Object.fromEntries(Object.entries(permissions).map(([name, level]) => [name, scalar(level)])),
    events: (events as unknown[]).map(scalar),
  };
}

const levels = ["none", "read", "write", "admin"];

/** What the installation lacks of the manifest. A new permission needs the owner's consent, which is easily overlooked. */
export function installationProblems(found: Read<InstallationFacts>, manifest: Manifest): DoctorProblem[] {
  if (found.state === "absent") return [];
  if (found.state === "unreadable")
    return [
      {
        severity: "error",
        where: null,
        what: `the app's installation can't be read: ${found.why}`,
        why: "an app that isn't installed here hears and moves nothing",
        remedy: "install the app on this repository, and check APP_ID and its private key",
      },
    ];
  const { permissions, events, suspended } = found.value;
  const rank = (level: string | undefined) => levels.indexOf(level ?? "none");
  return [
    ...(suspended === "suspended" ? [suspension] : []),
    ...Object.entries(manifest.permissions)
      .filter(([name, level]) => rank(permissions[name]) < rank(level))
      .map(([name, level]) => lacking(name, { level, held: permissions[name] ?? "none" })),
    ...manifest.events.filter((event) => !events.includes(event)).map(unheard),
  ];
}

const suspension: DoctorProblem = {
  severity: "error",
  where: null,
  what: "the app's installation is suspended",
  why: "GitHub sends it nothing and refuses all its calls",
  remedy: "unsuspend it in the installation's settings",
};

function lacking(name: string, { level, held }: { level: string; held: string }): DoctorProblem {
  return {
    severity: "error",
    where: null,
    what: `the app holds \`${name}: ${held}\` here and needs \`${name}: ${level}\``,
    why: "GitHub refuses calls that the queue depends on, at the latest when a group should land",
    remedy: "set it in the app's settings, then accept the request in the installation's settings",
  };
}

function unheard(event: string): DoctorProblem {
  return {
    severity: "warning",
    where: null,
    what: `the app doesn't listen to \`${event}\``,
    why: "what it would tell is noticed only by the next sweep, or never",
    remedy: "subscribe to it in the app's settings",
  };
}
