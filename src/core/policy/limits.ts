/** What a policy may cost to read and to apply. Each limit is named in the error that it causes. */
export const policyLimits = {
  /** UTF-16 units of one policy text. */
  textLength: 256 * 1024,
  /** Levels of YAML nesting. */
  yamlDepth: 32,
  /** Aliases that YAML may resolve: stops exponential expansion. */
  yamlAliases: 100,
  /** Levels of `all`, `any` and `not` in a condition. */
  conditionDepth: 8,
  rules: 500,
  /** Items in any list of a policy. */
  listItems: 500,
  /** Length of one glob or regular expression. */
  patternLength: 500,
  /** Alternatives that the braces of one glob may expand to. */
  globAlternatives: 64,
  /** Texts that one policy extends, directly and through others. */
  extended: 8,
  /** Problems listed before the rest is only counted. */
  problems: 200,
} as const;
