import { createVerify } from "node:crypto";
import { forbidden, GitHubFailure, notFound } from "../fail.js";
import { permits, reaches, type Needs } from "../permissions.js";
import { permissionOf } from "../shape/association.js";
import { actsAs, type App, type Caller, type Repo, type World } from "../state.js";

/** GitHub allows a JWT ten minutes of life and clocks that differ by one. */
const jwt = { lifeSeconds: 600, driftSeconds: 60 };

/**
 * Whose request this is: `Bearer <JWT>` an app, `token ghs_…` an installation, `token alice` the person alice.
 * Basic auth carries the same secrets as passwords, for git.
 * @throws GitHubFailure 401 for a secret that nobody has.
 */
export function identify(world: World, authorization: string | null): Caller {
  if (authorization === null || authorization === "") return { kind: "anonymous" };
  const [scheme = "", secret = ""] = authorization.split(/\s+/);
  if (scheme.toLowerCase() === "basic") {
    const [, password = ""] = Buffer.from(secret, "base64").toString("utf8").split(":");
    return bySecret(world, password);
  }
  if (secret.split(".").length === 3) return { kind: "app", app: byJwt(world, secret) };
  return bySecret(world, secret);
}

function bySecret(world: World, secret: string): Caller {
  const token = world.tokens.get(secret);
  if (token) return byToken(world, token);
  const account = [...world.accounts.values()].find((a) => a.token !== null && a.token === secret);
  if (account) return { kind: "user", account };
  throw new GitHubFailure(401, "Bad credentials");
}

function byToken(world: World, token: NonNullable<ReturnType<World["tokens"]["get"]>>): Caller {
  const installation = world.installations.get(token.installationId);
  const app = installation && world.apps.get(installation.appId);
  if (!installation || !app || token.expiresAt <= world.now()) throw new GitHubFailure(401, "Bad credentials");
  return { kind: "installation", app, installation, token };
}

function byJwt(world: World, text: string): App {
  const [head = "", payload = "", signature = ""] = text.split(".");
  const claims = parseJson(payload);
  const header = parseJson(head);
  const issuer = String(claims["iss"]);
  const app = [...world.apps.values()].find((a) => String(a.id) === issuer || `Iv1.${a.slug}` === issuer);
  if (!app) throw new GitHubFailure(404, "Integration not found");
  const signed = createVerify("RSA-SHA256").update(`${head}.${payload}`).verify(app.publicKey, signature, "base64url");
  if (header["alg"] !== "RS256" || !signed) throw new GitHubFailure(401, "A JSON web token could not be decoded");
  const now = world.now() / 1000;
  const { exp, iat } = claims;
  if (typeof exp !== "number" || exp < now) {
    throw new GitHubFailure(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  }
  if (exp > now + jwt.lifeSeconds + jwt.driftSeconds)
    throw new GitHubFailure(401, "'Expiration time' claim ('exp') is too far in the future");
  if (typeof iat !== "number" || iat > now + jwt.driftSeconds) {
    throw new GitHubFailure(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
  }
  return app;
}

function parseJson(part: string): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString("utf8")) as Record<string, unknown>;
  } catch {
    throw new GitHubFailure(401, "A JSON web token could not be decoded");
  }
}

/**
 * @throws GitHubFailure 404 where the caller may not even know of the repository, 403 where a permission is missing,
 * 401 where nobody asked to write.
 */
export function authorize(caller: Caller, repo: Repo | null, of: { needs: Needs; writes: "reads" | "writes" }): void {
  const { needs } = of;
  if (caller.kind === "app") throw new GitHubFailure(401, "Bad credentials");
  if (caller.kind === "installation") {
    if (repo !== null && !sees(caller, repo)) throw repo.private || of.writes === "writes" ? notFound() : forbidden();
    if (needs.app === null) throw forbidden();
    const [name, level] = needs.app;
    const held = name === "metadata" ? "read" : caller.token.permissions[name];
    // GitHub lets either permission write what issues and pull requests share.
    const shared = name === "issues" ? caller.token.permissions["pull_requests"] : undefined;
    if (!permits(held, level) && !permits(shared, level)) throw forbidden();
    return;
  }
  if (caller.kind === "anonymous" && of.writes === "writes") throw new GitHubFailure(401, "Requires authentication");
  if (repo === null) return;
  const held = permissionOf(repo, actsAs(caller));
  if (!reaches(held, "read")) throw notFound();
  if (!reaches(held, needs.person)) throw new GitHubFailure(403, "Must have admin rights to Repository.");
}

function sees(caller: Extract<Caller, { kind: "installation" }>, repo: Repo): boolean {
  const ids = caller.token.repoIds;
  return caller.installation.account.id === repo.owner.id && (ids === null || ids.includes(repo.id));
}
