import type { Detector, Hit, ReadFile } from "../../detector.js";
import { addedCode, removedCode, mentions } from "../../parsers/changed-code.js";
import type { CodeLine } from "../../parsers/changed-code.js";
import { isDocsPath, isTestPath, isWorkflowPath } from "../../path-kinds.js";
import { isTerraform } from "./terraform-files.js";

/** Cheap look before lines are read. */
const hint = /bucket|queue|topic|stream|index|database|\bdb|_db|keyspace|collection|exchange|group/i;

export const resourceRename: Detector = {
  id: "infra/resource-rename",
  reads: "names of buckets, queues, topics, streams, indexes and databases in configuration and code",
  reversibility: "recoverable",
  hazard: "high",
  why: "What was written under the old name stays there; readers and writers that switch at different moments miss each other.",
  remedy: "Alias the old name or write to both, move what is left, and drop the old name when nothing reads it.",
  source: "Elasticsearch, aliases; Kafka, topic migration; Amazon SQS, queue names",
  concerns: (file) =>
    file.status === "modified" &&
    !isTerraform(file) &&
    !isTestPath(file.path) &&
    !isDocsPath(file.path) &&
    !isWorkflowPath(file.path),
  detect: (file) => (mentions(file, hint) ? renamed(file) : []),
};

/** `BUCKET_NAME=`, `queue: "x"`, `topicName = 'y'`. */
const naming =
  /^[\s\-{(]*(?:(?:export|const|let|var|final|static|private|public|readonly|String|val)\s+)*["']?([\w.-]+)["']?\s*(?::\s*\w+\s*=|:=|[:=]|,)\s*["'`]?([\w][\w.:/-]{2,})["'`]?\s*[,;)]*\s*$/;
/** Of the key: its last word, or the one before "name", "id" or "url". */
const what =
  /(?:(?:^|[_.-])(?:bucket|queue|topic|stream|index|database|db|keyspace|collection|exchange|consumer_?group|group_?id)|(?:[a-z0-9]|^)(?:Bucket|Queue|Topic|Stream|Index|Database|Db|Keyspace|Collection|Exchange|ConsumerGroup|GroupId)|(?:^|_)(?:BUCKET|QUEUE|TOPIC|STREAM|INDEX|DATABASE|DB|KEYSPACE|COLLECTION|EXCHANGE|CONSUMER_GROUP|GROUP_ID))(?:[-_.]?(?:[nN]ame|NAME|[iI]d|ID|[uU]rl|URL))?$/;

function renamed(file: ReadFile): Hit[] {
  const isCode = !/\.(ya?ml|json|toml|properties|conf|ini|cfg|env)$|(^|\/)\.env[^/]*$/.test(file.change.path);
  const before = new Map(removedCode(file).flatMap((l) => named(l, { isCode })));
  return addedCode(file).flatMap((line) => {
    const [now] = named(line, { isCode });
    const was = now && before.get(now[0]);
    if (!now || was === undefined || was === now[1]) return [];
    return [
      {
        path: file.change.path,
        line: line.number,
        why: `${now[0]} goes from ${was} to ${now[1]}: what was written under the old name stays there.`,
      },
    ];
  });
}

function named(line: CodeLine, { isCode }: { isCode: boolean }): [string, string][] {
  const m = naming.exec(line.uncommented);
  const [, key = "", value = ""] = m ?? [];
  if (!m || !what.test(key) || /^\d+$/.test(value) || /^(true|false|null|none|nil|undefined)$/i.test(value)) return [];
  // In code a word without quotes is a variable.
  return isCode && !/["'`]\s*[,;)]*\s*$/.test(line.text) ? [] : [[key, value]];
}
