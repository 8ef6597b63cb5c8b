import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { verify } from "@octokit/webhooks-methods";
import { createEmulator } from "emulate";
import { startSandbox } from "../../src/sandbox/server.js";
import { clientOf, jwt, num, str, type Client } from "./client.js";

/**
 * Apps, tokens and signatures, held against two independent makers of a GitHub: ours and `emulate`. What emulate does
 * otherwise than GitHub (merges, mergeability, heads) is not asked of it.
 */
interface Target {
  readonly url: string;
  readonly app: { readonly id: number; readonly privateKey: string };
  readonly close: () => Promise<void>;
}

const secret = "a shared secret";
const permissions = { metadata: "read", contents: "write", checks: "write", issues: "read" } as const;
const makers: Readonly<Record<string, (hook: string) => Promise<Target>>> = { sandbox: ours, emulate: theirs };

describe.each(Object.keys(makers))("%s, as an app sees it", (name) => {
  let target: Target;
  let client: Client;
  let receiver: Receiver;

  beforeAll(async () => {
    receiver = await receive();
    target = await (makers[name] ?? ours)(receiver.url);
    const answers = name === "emulate" ? "believed" : "checked";
    client = clientOf(target.url, { owner: "acme", repo: "shop" }, answers);
  });

  afterAll(async () => {
    await target.close();
    await receiver.close();
  });

  async function token(asked?: object): Promise<string> {
    const as = jwt(target.app);
    const installation = await client.call("GET /repos/{owner}/{repo}/installation", { as });
    const made = await client.call("POST /app/installations/{installation_id}/access_tokens", {
      as,
      params: { installation_id: num(installation.body, "id") },
      body: asked ?? {},
    });
    expect(Date.parse(str(made.body, "expires_at"))).toBeGreaterThan(Date.now());
    return `token ${str(made.body, "token")}`;
  }

  test("knows the app by its signature", async () => {
    const right = await client.call("GET /app", { as: jwt(target.app) });
    expect(right).toMatchObject({ status: 200, body: { id: target.app.id, slug: "drumline" } });
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const other = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
    expect((await client.call("GET /app", { as: jwt({ id: target.app.id, privateKey: other }) })).status).toBe(401);
    expect((await client.call("GET /app", { as: jwt(target.app, -120) })).status).toBe(401);
  });

  test("gives installation tokens that open what was granted and no more", async () => {
    const whole = await client.call("GET /repos/{owner}/{repo}", { as: await token() });
    expect(whole).toMatchObject({ status: 200, body: { full_name: "acme/shop" } });
    const small = await token({ permissions: { contents: "read" } });
    expect((await client.call("GET /repos/{owner}/{repo}", { as: small })).status).toBe(200);
    const refused = await client.call("POST /repos/{owner}/{repo}/labels", {
      as: small,
      body: { name: "x", color: "ffffff" },
    });
    expect(refused.status).toBe(403);
  });

  test("signs its webhooks and names the installation", async () => {
    const as = await token();
    const main = await client.call("GET /repos/{owner}/{repo}/git/ref/{ref}", { as, params: { ref: "heads/main" } });
    const head_sha = str(main.body, "object.sha");
    await client.call("POST /repos/{owner}/{repo}/check-runs", { as, body: { name: "Drumline", head_sha } });
    const heard = await receiver.next((h) => h.event === "check_run");
    expect(await verify(secret, heard.payload, heard.signature)).toBe(true);
    expect(await verify("another secret", heard.payload, heard.signature)).toBe(false);
    expect(heard.delivery).toMatch(/^[0-9a-f-]{8,36}$/);
    expect(num(JSON.parse(heard.payload), "installation.id")).toBeGreaterThan(0);
    expect(str(JSON.parse(heard.payload), "repository.full_name")).toBe("acme/shop");
  });
});

async function ours(hook: string): Promise<Target> {
  const dataDir = await mkdtemp(join(tmpdir(), "apps-"));
  const sandbox = await startSandbox({
    dataDir,
    ci: "none",
    app: { permissions, webhookUrl: hook, webhookSecret: secret, events: ["check_run"] },
  });
  await sandbox.repository({ owner: "acme", name: "shop" });
  return {
    url: sandbox.url,
    app: sandbox.app,
    close: async () => {
      await sandbox.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function theirs(hook: string): Promise<Target> {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const app = { id: 12345, privateKey: privateKey.export({ type: "pkcs1", format: "pem" }).toString() };
  const emulator = await createEmulator({
    service: "github",
    port: await freePort(),
    seed: {
      github: {
        orgs: [{ login: "acme" }],
        repos: [{ owner: "acme", name: "shop", auto_init: true }],
        apps: [
          {
            app_id: app.id,
            slug: "drumline",
            name: "Drumline",
            private_key: app.privateKey,
            permissions,
            events: ["check_run"],
            webhook_url: hook,
            webhook_secret: secret,
            installations: [{ installation_id: 100, account: "acme", repository_selection: "all" }],
          },
        ],
      },
    },
  });
  return { url: emulator.url, app, close: async () => await emulator.close() };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

interface Heard {
  readonly event: string;
  readonly delivery: string;
  readonly signature: string;
  readonly payload: string;
}

interface Receiver {
  readonly url: string;
  readonly next: (wanted: (heard: Heard) => boolean) => Promise<Heard>;
  readonly close: () => Promise<void>;
}

async function receive(): Promise<Receiver> {
  const heard: Heard[] = [];
  const server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const header = (name: string) => String(request.headers[name]);
      heard.push({
        event: header("x-github-event"),
        delivery: header("x-github-delivery"),
        signature: header("x-hub-signature-256"),
        payload: Buffer.concat(parts).toString("utf8"),
      });
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    next: async (wanted) => {
      const end = Date.now() + 10_000;
      for (;;) {
        const found = heard.find(wanted);
        if (found) return found;
        if (Date.now() > end) throw new Error("no such webhook came");
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
