/** Tests run on the compiler's own output: no transformer, and a type error fails the build first. */
export default {
  roots: ["<rootDir>/dist"],
  testMatch: ["**/*.test.js"],
  testPathIgnorePatterns: process.env.DRUMLINE_TESTS === "long" ? [] : ["\\.long\\.test\\.js$"],
  testEnvironment: "node",
  transform: {},
  testTimeout: 180_000,
};
