import { describe, expect, test } from "@jest/globals";
import { doorOf } from "../../../../../test/build/edits.js";
import type { Edit } from "../../../../../test/build/edits.js";
import type { Detector } from "../../detector.js";
import { authGuard } from "./auth-guard.js";
import { destructiveCommand } from "./destructive-command.js";
import { featureFlag } from "./feature-flag.js";
import { lostTest } from "./lost-test.js";
import { outboundEffect } from "./outbound-effect.js";
import { personalData } from "./personal-data.js";
import { publicExport } from "./public-export.js";
import { secret } from "./secret.js";
import { sessionKey } from "./session-key.js";
import { storedCrypto } from "./stored-crypto.js";
import { storedForm } from "./stored-form.js";

type Row = readonly [
  name: string,
  detector: Detector,
  path: string,
  before: string | null,
  after: string | null,
  door: string,
];

// Put together here, so that no scanner takes the tests for a leak.
const githubToken = `gh${"p_"}${"aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0dF3gH6"}`;
const awsKey = `AK${"IA"}Z7Q4T9W2M5K8R3N6`;
const pem = `-----BEGIN RSA ${"PRIVATE"} KEY-----`;

const shell = (command: string): [string, string] => ["#!/bin/bash\nset -e\n", `#!/bin/bash\nset -e\n${command}\n`];
const line = (command: string, path = "src/a.py"): [string, string, string] => [path, "x = 1\n", `x = 1\n${command}\n`];

const rows: readonly Row[] = [
  // 29
  [
    "TypeScript function",
    publicExport,
    "src/index.ts",
    "export function a() {}\nexport function b() {}\n",
    "export function a() {}\n",
    "recoverable",
  ],
  [
    "TypeScript interface",
    publicExport,
    "src/types.ts",
    "export interface A { x: 1 }\n",
    "interface A { x: 1 }\n",
    "recoverable",
  ],
  [
    "re-export",
    publicExport,
    "src/index.ts",
    'export { a, b as c } from "./x";\n',
    'export { a } from "./x";\n',
    "recoverable",
  ],
  ["default export", publicExport, "lib/a.js", "export default 1;\n", "const x = 1;\n", "recoverable"],
  ["CommonJS", publicExport, "lib/a.js", "exports.a = 1;\nmodule.exports.b = 2;\n", "exports.a = 1;\n", "recoverable"],
  ["alias stays", publicExport, "src/index.ts", "export { a as c };\n", "export { b as c };\n", "silent"],
  [
    "body changes",
    publicExport,
    "src/index.ts",
    "export function a() { return 1 }\n",
    "export function a() { return 2 }\n",
    "silent",
  ],
  ["inner function", publicExport, "src/index.ts", "function a() {}\n", "", "silent"],
  ["in a comment", publicExport, "src/index.ts", "// export function a() {}\nlet x;\n", "let x;\n", "silent"],
  ["in a string", publicExport, "src/index.ts", 'let x = "export const y = 1";\n', "let x;\n", "silent"],
  [
    "now on several lines",
    publicExport,
    "src/index.ts",
    "export function a(x: 1) {}\n",
    "export function a(\n  x: 1,\n) {}\n",
    "silent",
  ],
  [
    "Python function",
    publicExport,
    "lib/client.py",
    "def connect():\n    pass\n\ndef close():\n    pass\n",
    "def close():\n    pass\n",
    "recoverable",
  ],
  [
    "Python class",
    publicExport,
    "pkg/client.py",
    "class Client:\n    pass\n",
    "class _Client:\n    pass\n",
    "recoverable",
  ],
  ["Python __all__", publicExport, "pkg/__init__.py", '__all__ = ["a", "b"]\n', '__all__ = ["a"]\n', "recoverable"],
  ["Python private", publicExport, "pkg/client.py", "def _connect():\n    pass\n", "x = 1\n", "silent"],
  ["Python docstring", publicExport, "pkg/client.py", '"""\ndef connect():\n"""\n', '"""\n"""\n', "silent"],
  [
    "Python decorated stays",
    publicExport,
    "pkg/client.py",
    "def a():\n    pass\n",
    "@cache\ndef a():\n    pass\n",
    "silent",
  ],
  [
    "Go function",
    publicExport,
    "client/client.go",
    "package client\n\nfunc Dial() {}\nfunc Close() {}\n",
    "package client\n\nfunc Close() {}\n",
    "recoverable",
  ],
  [
    "Go method",
    publicExport,
    "client/client.go",
    "package client\n\nfunc (c *Client) Dial() {}\n",
    "package client\n\nfunc (c *Client) dial() {}\n",
    "recoverable",
  ],
  [
    "Go unexported",
    publicExport,
    "client/client.go",
    "package client\n\nfunc dial() {}\n",
    "package client\n",
    "silent",
  ],
  [
    "Go internal",
    publicExport,
    "internal/client.go",
    "package client\n\nfunc Dial() {}\n",
    "package client\n",
    "silent",
  ],
  ["Go main", publicExport, "a/x.go", "package main\n\nfunc Dial() {}\n", "package main\n", "silent"],
  [
    "Java method",
    publicExport,
    "src/main/java/A.java",
    "public class A {\n  public int b() { return 1; }\n  public int c() { return 1; }\n}\n",
    "public class A {\n  public int c() { return 1; }\n}\n",
    "recoverable",
  ],
  [
    "Java private method",
    publicExport,
    "src/main/java/A.java",
    "public class A {\n  private int b() { return 1; }\n}\n",
    "public class A {\n}\n",
    "silent",
  ],
  ["Rust function", publicExport, "src/lib.rs", "pub fn a() {}\npub fn b() {}\n", "pub fn a() {}\n", "recoverable"],
  ["Rust crate-private", publicExport, "src/lib.rs", "pub(crate) fn a() {}\n", "fn b() {}\n", "silent"],
  [
    "Ruby method",
    publicExport,
    "lib/a.rb",
    "class A\n  def b\n  end\n  def c\n  end\nend\n",
    "class A\n  def c\n  end\nend\n",
    "recoverable",
  ],
  [
    "Ruby private method",
    publicExport,
    "lib/a.rb",
    "class A\n  private\n  def b\n  end\nend\n",
    "class A\n  private\nend\n",
    "silent",
  ],
  ["a test helper", publicExport, "test/a.ts", "export function a() {}\n", "let x;\n", "silent"],
  // 52
  ["rm -rf /", destructiveCommand, "ops/x.sh", ...shell("rm -rf /"), "irreversible"],
  ["rm -rf of a variable", destructiveCommand, "ops/x.sh", ...shell('rm -rf "$DATA_DIR"/*'), "irreversible"],
  [
    "rm -rf of a system path",
    destructiveCommand,
    "ops/x.sh",
    ...shell("sudo rm -fr /var/lib/postgresql"),
    "irreversible",
  ],
  ["rm -rf of a folder", destructiveCommand, "ops/x.sh", ...shell("rm -rf backups"), "recoverable"],
  ["rm -rf of a build", destructiveCommand, "ops/x.sh", ...shell("rm -rf dist node_modules ./build"), "silent"],
  ["rm of a file", destructiveCommand, "ops/x.sh", ...shell("rm a.txt"), "silent"],
  ["git push --force", destructiveCommand, "ops/x.sh", ...shell("git push origin main --force"), "irreversible"],
  [
    "git push --force-with-lease",
    destructiveCommand,
    "ops/x.sh",
    ...shell("git push --force-with-lease"),
    "recoverable",
  ],
  ["git push", destructiveCommand, "ops/x.sh", ...shell("git push origin main"), "silent"],
  ["kubectl delete ns", destructiveCommand, "ops/x.sh", ...shell("kubectl delete namespace prod"), "irreversible"],
  ["kubectl delete pod", destructiveCommand, "ops/x.sh", ...shell("kubectl delete pod a"), "recoverable"],
  ["kubectl get", destructiveCommand, "ops/x.sh", ...shell("kubectl get pods"), "silent"],
  ["FLUSHALL", destructiveCommand, "ops/x.sh", ...shell("redis-cli -h $H FLUSHALL"), "irreversible"],
  [
    "terraform destroy",
    destructiveCommand,
    ".github/workflows/x.yml",
    "a: 1\n",
    "a: 1\n- run: terraform destroy -auto-approve\n",
    "irreversible",
  ],
  [
    "in a block of a workflow",
    destructiveCommand,
    ".github/workflows/x.yml",
    "- run: |\n    a\n",
    "- run: |\n    a\n    aws s3 rm s3://b --recursive\n",
    "irreversible",
  ],
  ["psql", destructiveCommand, "ops/x.sh", ...shell('psql -c "DROP TABLE users"'), "irreversible"],
  ["in a Makefile", destructiveCommand, "Makefile", "x:\n", "x:\n\t@dropdb prod\n", "irreversible"],
  [
    "a package script",
    destructiveCommand,
    "package.json",
    '{\n  "scripts": {\n  }\n}\n',
    '{\n  "scripts": {\n    "reset": "prisma migrate reset --force"\n  }\n}\n',
    "irreversible",
  ],
  [
    "handed to a shell",
    destructiveCommand,
    "src/a.py",
    "x = 1\n",
    'x = 1\nos.system("kubectl delete ns prod")\n',
    "irreversible",
  ],
  ["unpublish", destructiveCommand, "ops/x.sh", ...shell("npm unpublish x@1.0.0"), "irreversible"],
  ["in a comment", destructiveCommand, "ops/x.sh", ...shell("# rm -rf /"), "silent"],
  ["only said", destructiveCommand, "ops/x.sh", ...shell('echo "rm -rf /"'), "silent"],
  ["in a here-document", destructiveCommand, "ops/x.sh", ...shell("cat <<EOF\nkubectl delete ns prod\nEOF"), "silent"],
  [
    "a step's name",
    destructiveCommand,
    ".github/workflows/x.yml",
    "a: 1\n",
    "a: 1\n- name: kubectl delete things\n",
    "silent",
  ],
  [
    "reindented",
    destructiveCommand,
    "ops/x.sh",
    "#!/bin/bash\nrm -rf /\n",
    "#!/bin/bash\nif x; then\n  rm -rf /\nfi\n",
    "silent",
  ],
  ["documentation", destructiveCommand, "docs/x.md", "a\n", "rm -rf /\n", "silent"],
  // 43
  ["GitHub token", secret, ...line(`t = "${githubToken}"`), "irreversible"],
  ["AWS key in a comment", secret, ...line(`# ${awsKey}`), "irreversible"],
  ["private key", secret, "deploy/key.pem", null, `${pem}\nMIIE\n`, "irreversible"],
  ["random-looking literal", secret, ...line('api_key = "9fX2kQ7vL0pR4tY8zB3n"'), "irreversible"],
  [
    "address with password",
    secret,
    "config/a.yml",
    "a: 1\n",
    "a: 1\nurl: postgres://app:t0ps3cr3tpw@db/x\n",
    "irreversible",
  ],
  ["in a test", secret, "tests/a.py", "x = 1\n", `x = "${githubToken}"\n`, "recoverable"],
  ["AWS's example key", secret, ...line(`k = "AK${"IA"}IOSFODNN7EXAMPLE"`), "silent"],
  ["from the environment", secret, ...line('api_key = os.environ["API_KEY"]'), "silent"],
  ["placeholder", secret, ...line('password = "change-me-please-123"'), "silent"],
  ["a name of a secret", secret, "k8s/a.yaml", "a: 1\n", 'a: 1\nsecretName: "my-app-credentials-2"\n', "silent"],
  ["moved", secret, "src/a.py", `a = "${githubToken}"\nb = 1\n`, `b = 1\nc = "${githubToken}"\n`, "silent"],
  // 45
  ["password logged", personalData, ...line("logger.info(user.password)"), "irreversible"],
  ["e-mail in an f-string", personalData, ...line('logging.info(f"sent to {user.email}")'), "irreversible"],
  ["e-mail in a template", personalData, ...line("console.log(`sent to ${user.email}`)", "src/a.ts"), "irreversible"],
  ["Go", personalData, ...line('slog.Info("login", "mail", u.EmailAddress)', "a.go"), "irreversible"],
  ["only the word", personalData, ...line('logger.info("password changed")'), "silent"],
  ["an id", personalData, ...line("logger.info(user.id)"), "silent"],
  ["whether there is one", personalData, ...line("logger.info(has_password, email_count, len(password))"), "silent"],
  ["a comment", personalData, ...line("# logger.info(user.password)"), "silent"],
  ["no log", personalData, ...line("send(user.email)"), "silent"],
  ["a getter", personalData, ...line('analytics.track("x", u.getEmail());', "src/A.java"), "irreversible"],
  [
    "a column of a CSV",
    personalData,
    "a.py",
    "FIELDS = ['id']\nw = csv.DictWriter(o, FIELDS)\n",
    "FIELDS = ['id', 'ssn']\nw = csv.DictWriter(o, FIELDS)\n",
    "irreversible",
  ],
  [
    "a column on a line of its own",
    personalData,
    "src/export.ts",
    'const columns = [\n  "id",\n];\n',
    'const columns = [\n  "id",\n  "phone_number",\n];\n',
    "irreversible",
  ],
  [
    "a word list",
    personalData,
    "lib/users_export.rb",
    "HEADERS = %w[id]\n",
    "HEADERS = %w[id email]\n",
    "irreversible",
  ],
  [
    "a column that says whether",
    personalData,
    "src/export.ts",
    'const columns = ["id"];\n',
    'const columns = ["id", "has_password_set"];\n',
    "silent",
  ],
  [
    "a form's field",
    personalData,
    "src/form.ts",
    'const fields = ["id"];\n',
    'const fields = ["id", "email"];\n',
    "silent",
  ],
  // 42
  ["password hash", storedCrypto, "src/a.py", "h = bcrypt.hashpw(p, s)\n", "h = argon2.hash(p)\n", "irreversible"],
  [
    "digest of passwords",
    storedCrypto,
    "src/a.py",
    "return hashlib.md5(password).hexdigest()\n",
    "return hashlib.sha256(password).hexdigest()\n",
    "irreversible",
  ],
  [
    "cipher mode",
    storedCrypto,
    "src/a.js",
    'createCipheriv("aes-256-cbc", k, iv)\n',
    'createCipheriv("aes-256-gcm", k, iv)\n',
    "irreversible",
  ],
  [
    "token algorithm",
    storedCrypto,
    "src/a.py",
    'jwt.encode(x, k, algorithm="HS256")\n',
    'jwt.encode(x, k, algorithm="RS256")\n',
    "recoverable",
  ],
  [
    "a checksum",
    storedCrypto,
    "src/a.py",
    "return hashlib.md5(blob).hexdigest()\n",
    "return hashlib.sha256(blob).hexdigest()\n",
    "silent",
  ],
  ["a comment", storedCrypto, "src/a.py", "# bcrypt\nx = 1\n", "# argon2\nx = 1\n", "silent"],
  ["session key", sessionKey, "settings.py", 'SECRET_KEY = env("A")\n', 'SECRET_KEY = env("B")\n', "recoverable"],
  ["encryption key", sessionKey, "config.yml", "encryption_key: a\n", "encryption_key: b\n", "irreversible"],
  ["guard removed", authGuard, "src/a.py", "@login_required\ndef a(): pass\n", "def a(): pass\n", "recoverable"],
  [
    "guard moved",
    authGuard,
    "src/a.py",
    "@login_required\ndef a(): pass\n",
    "x = 1\n@login_required\ndef a(): pass\n",
    "silent",
  ],
  ["opened", authGuard, ...line("@csrf_exempt"), "recoverable"],
  ["certificate not checked", authGuard, ...line("requests.get(u, verify=False)"), "recoverable"],
  ["checked", authGuard, ...line("requests.get(u, verify=True)"), "silent"],
  // 49, 50
  ["default flipped", featureFlag, "config/flags.yml", "new_checkout: false\n", "new_checkout: true\n", "recoverable"],
  [
    "constant flipped",
    featureFlag,
    "src/a.ts",
    "export const ENABLE_X = false;\n",
    "export const ENABLE_X = true;\n",
    "recoverable",
  ],
  ["flag removed", featureFlag, "config/flags.yml", "a: true\nnew_checkout: false\n", "a: true\n", "recoverable"],
  ["check removed", featureFlag, "src/a.ts", 'if (isEnabled("x")) { a(); }\n', "a();\n", "recoverable"],
  ["a new flag, off", featureFlag, "config/flags.yml", "a: true\n", "a: true\nb: false\n", "reversible"],
  [
    "check moved",
    featureFlag,
    "src/a.ts",
    'if (isEnabled("x")) a();\n',
    'const on = isEnabled("x");\nif (on) a();\n',
    "silent",
  ],
  [
    "one of two on a line",
    featureFlag,
    "config/flags.json",
    '{ "a": false, "b": true }\n',
    '{ "a": true, "b": true }\n',
    "recoverable",
  ],
  [
    "an object on a line",
    featureFlag,
    "src/flags.ts",
    "const f = {\n  a: { default: false, by: 1 },\n};\n",
    "const f = {\n  a: { default: true, by: 1 },\n};\n",
    "recoverable",
  ],
  [
    "the default in a call",
    featureFlag,
    "src/flags.go",
    'var a = flag.Bool("x", false, "y")\n',
    'var a = flag.Bool("x", true, "y")\n',
    "recoverable",
  ],
  ["another boolean", featureFlag, "src/a.ts", "const done = false;\n", "const done = true;\n", "silent"],
  // 51
  ["mail", outboundEffect, ...line("send_mail(subject, body, to)"), "irreversible"],
  ["payment", outboundEffect, ...line("await stripe.paymentIntents.create({});", "src/a.ts"), "irreversible"],
  ["message", outboundEffect, ...line("client.messages.create(to=n)"), "irreversible"],
  ["with an idempotency key", outboundEffect, ...line("stripe.charges.create(x, idempotency_key=k)"), "recoverable"],
  ["a definition", outboundEffect, ...line("def send_mail(to):"), "silent"],
  ["a test", outboundEffect, "tests/a.py", "x = 1\n", "send_mail(a)\n", "silent"],
  ["a string", outboundEffect, ...line('x = "send_mail(a)"'), "silent"],
  // 53
  [
    "format",
    storedForm,
    "src/a.py",
    "cache.set(k, pickle.dumps(v))\n",
    "cache.set(k, json.dumps(v))\n",
    "irreversible",
  ],
  ["format, not stored", storedForm, "src/a.py", "return pickle.dumps(v)\n", "return json.dumps(v)\n", "recoverable"],
  ["ids", storedForm, "src/a.ts", "id: uuidv4()\n", "id: ulid()\n", "recoverable"],
  ["cache key", storedForm, "src/a.py", "key = hashlib.md5(x)\n", "key = hashlib.sha256(x)\n", "recoverable"],
  [
    "stored struct tag",
    storedForm,
    "a.go",
    'Name string `bson:"name"`\n',
    'Name string `bson:"full_name"`\n',
    "irreversible",
  ],
  [
    "sent struct tag",
    storedForm,
    "a.go",
    'Name string `json:"name"`\n',
    'Name string `json:"full_name"`\n',
    "recoverable",
  ],
  [
    "serialVersionUID",
    storedForm,
    "A.java",
    "static final long serialVersionUID = 1L;\n",
    "static final long serialVersionUID = 2L;\n",
    "irreversible",
  ],
  ["unit", storedForm, "src/a.ts", "const timeoutMs = x;\n", "const timeoutSeconds = x;\n", "recoverable"],
  ["time zone", storedForm, "src/a.py", "t = datetime.utcnow()\n", "t = datetime.now(ZoneInfo(z))\n", "recoverable"],
  ["other arguments", storedForm, "src/a.py", "json.dumps(v)\n", "json.dumps(v, indent=2)\n", "silent"],
  // 55
  ["skipped", lostTest, "src/a.test.ts", 'it("a", f);\n', 'it.skip("a", f);\n', "reversible"],
  [
    "pytest mark",
    lostTest,
    "tests/test_a.py",
    "def test_a(): pass\n",
    "@pytest.mark.skip\ndef test_a(): pass\n",
    "reversible",
  ],
  [
    "Go",
    lostTest,
    "a_test.go",
    "func TestA(t *testing.T) {\n}\n",
    'func TestA(t *testing.T) {\n\tt.Skip("x")\n}\n',
    "reversible",
  ],
  [
    "removed",
    lostTest,
    "tests/test_a.py",
    "def test_a(): pass\ndef test_b(): pass\n",
    "def test_a(): pass\n",
    "reversible",
  ],
  ["file removed", lostTest, "tests/test_a.py", "def test_a(): pass\n", null, "reversible"],
  ["renamed", lostTest, "tests/test_a.py", "def test_a(): pass\n", "def test_b(): pass\n", "silent"],
  ["unskipped", lostTest, "src/a.test.ts", 'it.skip("a", f);\n', 'it("a", f);\n', "silent"],
];

describe("code", () => {
  test.each(rows.map(([name, detector, path, before, after, door]) => ({ name, detector, path, before, after, door })))(
    "$detector.id: $name",
    ({ detector, path, before, after, door }) => {
      const edit: Edit = { path, ...(before !== null && { before }), ...(after !== null && { after }) };
      expect(doorOf(detector, edit)).toBe(door);
    },
  );

  test("an export moved to another file is not gone", () => {
    const edits = [
      { path: "src/a.ts", before: "export function a() {}\n", after: "let x;\n" },
      { path: "src/b.ts", after: "export function a() {}\n" },
    ];
    expect(doorOf(publicExport, ...edits)).toBe("silent");
  });

  test("a test moved to another file is not lost", () => {
    const edits = [
      { path: "tests/test_a.py", before: "def test_a(): pass\n" },
      { path: "tests/test_b.py", after: "def test_a(): pass\n" },
    ];
    expect(doorOf(lostTest, ...edits)).toBe("silent");
  });
});
