import { z } from "zod";
import { policyShape } from "./schema.js";

/** The JSON Schema (draft 2020-12) that editors complete and check a policy with; from the same shape as the parser. */
export function policyJsonSchema(): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(policyShape, { io: "input", reused: "ref" }) as Record<string, unknown>;
  return { ...schema, title: "Drumline policy" };
}
