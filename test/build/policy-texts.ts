import fc from "fast-check";

const words =
  "rules:|always:|when:|name:|- |  |\n|{|}|[|]|&a |*a|: |'|\"|!!set |<<: |? |auto|paths|true|0|~|\t|# |%YAML|---|...";

/** Texts that a policy file may hold by accident or malice: any characters, and YAML's own signs in any order. */
export const policyTexts: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.array(fc.constantFrom(...words.split("|")), { maxLength: 60 }).map((w) => w.join("")),
);
