import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { organisationPolicy } from "./organisation.js";

const path = "/repos/acme/.github/contents/drumline.yml";
let server: Server;
let asked: string[] = [];
let status = 200;
beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    const content = Buffer.from("always: { approvals: 2 }\n").toString("base64");
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(status === 200 ? { type: "file", encoding: "base64", content } : { message: "No" }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
});

async function policyWhen(answer: number) {
  [asked, status] = [[], answer];
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return await organisationPolicy("acme", { GITHUB_TOKEN: "secret", GITHUB_API_URL: url });
}

describe("an organisation's policy", () => {
  test("is read with the token", async () => {
    expect(await policyWhen(200)).toEqual({ state: "read", value: "always: { approvals: 2 }\n" });
    expect(asked).toEqual([`GET ${path} token secret`]);
  });

  test("that is not there, and one that can't be read, are different things", async () => {
    expect(await policyWhen(404)).toEqual({ state: "absent" });
    expect(await policyWhen(401)).toMatchObject({ state: "unreadable" });
  });

  test("is not asked for without a token", async () => {
    expect(await organisationPolicy("acme", { GITHUB_TOKEN: "" })).toBeNull();
  });
});
