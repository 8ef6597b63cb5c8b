import { readFileSync } from "node:fs";
import { z } from "zod";

/** Who we are to GitHub, from Probot's own variables; shared by the app and by commands that ask in its name. */
export const credentialVariables = {
  APP_ID: z.coerce.number("the app's number, from its settings page").int().positive(),
  PRIVATE_KEY: z.string().optional(),
  PRIVATE_KEY_PATH: z.string().optional(),
  GHE_HOST: z.string().optional(),
  GHE_PROTOCOL: z.enum(["http", "https"]).default("https"),
};

/** @throws Error in words that name the variable and the remedy. */
export function privateKey(env: { PRIVATE_KEY?: string | undefined; PRIVATE_KEY_PATH?: string | undefined }): string {
  if (env.PRIVATE_KEY !== undefined) {
    // As Probot takes it: the key itself, with \n for line ends, or all of it in base64.
    const given = env.PRIVATE_KEY;
    const text = given.includes("-----BEGIN") ? given : Buffer.from(given, "base64").toString("utf8");
    return text.replaceAll("\\n", "\n");
  }
  if (env.PRIVATE_KEY_PATH !== undefined) return readFileSync(env.PRIVATE_KEY_PATH, "utf8");
  throw new Error("Set PRIVATE_KEY_PATH to the .pem file that GitHub gave you, or PRIVATE_KEY to its contents.");
}

/** REST root of a GitHub Enterprise Server; undefined: github.com. */
export function baseUrl(env: { GHE_HOST?: string | undefined; GHE_PROTOCOL: string }): string | undefined {
  return env.GHE_HOST === undefined ? undefined : `${env.GHE_PROTOCOL}://${env.GHE_HOST}/api/v3`;
}

/** The app itself, or somebody's token. */
export type Access = { readonly baseUrl: string | undefined } & (
  | { readonly as: "app"; readonly appId: number; readonly privateKey: string }
  | { readonly as: "token"; readonly token: string }
);

/** The app where its variables are set, else `GITHUB_TOKEN`. @throws Error in words that name the variables. */
export function accessFrom(variables: NodeJS.ProcessEnv): Access {
  const hosts = z.object({ GHE_HOST: credentialVariables.GHE_HOST, GHE_PROTOCOL: credentialVariables.GHE_PROTOCOL });
  const token = variables["GITHUB_TOKEN"];
  if (variables["APP_ID"] !== undefined) {
    const parsed = z.object(credentialVariables).safeParse(variables);
    if (!parsed.success) throw new Error(`The environment is not complete:\n${z.prettifyError(parsed.error)}`);
    return { as: "app", appId: parsed.data.APP_ID, privateKey: privateKey(parsed.data), baseUrl: baseUrl(parsed.data) };
  }
  if (token === undefined) throw new Error("Set APP_ID and PRIVATE_KEY_PATH to ask as the app, or GITHUB_TOKEN.");
  return { as: "token", token, baseUrl: baseUrl(hosts.parse(variables)) };
}
