import { z } from "zod";
import { permissions, type Permission } from "../core/model/actor.js";

/** GitHub's `permission` folds the roles into four; `role_name` keeps the exact one, or a name of the organisation's. */
export function permissionOf(body: unknown): Permission {
  const answer = z.looseObject({ permission: z.string(), role_name: z.string().optional() }).parse(body);
  const known = z.enum(permissions);
  const role = known.safeParse(answer.role_name);
  return role.success ? role.data : known.parse(answer.permission);
}

const collaboratorSchema = z.looseObject({
  login: z.string(),
  permissions: z.looseObject({
    admin: z.boolean(),
    maintain: z.boolean().default(false),
    push: z.boolean(),
  }),
});

/** A page of collaborators, as far as they may write. */
export function writersOf(body: unknown): Readonly<Record<string, Permission>> {
  const all = z.array(collaboratorSchema).parse(body);
  return Object.fromEntries(
    all.flatMap(({ login, permissions: { admin, maintain, push } }): Array<[string, Permission]> => {
      if (admin) return [[login, "admin"]];
      return maintain ? [[login, "maintain"]] : push ? [[login, "write"]] : [];
    }),
  );
}
