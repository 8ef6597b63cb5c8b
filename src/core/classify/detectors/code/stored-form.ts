import type { Detector, Hit, ReadFile } from "../../detector.js";
import type { CodeLine } from "../../parsers/changed-code.js";
import type { Exchange } from "./code-hunks.js";
import { mentions } from "../../parsers/changed-code.js";
import { differ, exchanges, isProgram, wordsOf } from "./code-hunks.js";

const format =
  /\b(pickle|cPickle|msgpack|MessagePack|protobuf|SerializeToString|json(?=\.(dumps?|loads?|Marshal|Unmarshal|encode|decode|parse|stringify))|JSON(?=\.(stringify|parse))|yaml(?=\.(dump|load|safe_\w+|Marshal))|Marshal(?=\.(dump|load))|cbor\w*|bson|bincode|avro|ObjectOutputStream|superjson|v8\.serialize|gob\.New\w+|orjson|ujson|marshal(?=\.(dumps?|loads?)))\b/gi;
const identity =
  /\b(uuid[._]?v?[1-7]|uuid\.New\w*|randomUUID|nanoid|ulid\w*|ksuid\w*|cuid2?|snowflake\w*|ObjectId|autoincrement|SERIAL|BIGSERIAL|hashids|sqids)\b/gi;
const digest =
  /\b(md5|sha-?1|sha-?256|sha-?512|crc32c?|murmur\w*|xxhash\w*|fnv\w*|blake2[bs]?|blake3|siphash\w*|hashCode|cityhash\w*)\b/gi;
const zone =
  /\b(utcnow|utcfromtimestamp|timezone\.utc|ZoneInfo|pytz\.\w+|TIME_ZONE|USE_TZ|ZoneId\.of|ZoneOffset\.\w+|time\.(UTC|Local)|DateTime\.(UtcNow|Now)|LocalDateTime|Instant\.now|moment\.(utc|tz)|getTimezoneOffset|toLocal\w*String|toISOString|in_time_zone|Time\.(now|current|zone))\b/g;
const persisted =
  /cache|redis|memcache|store|save|persist|session|cookie|column|insert|upsert|put_object|putItem|write|publish|enqueue|queue/i;
const keyed = /key|\bid\b|_id\b|Id\b|fingerprint|etag|shard|partition|bucket|checksum|digest|slug/i;

/** Cheap look before words are compared. */
const hint =
  /pickle|msgpack|MessagePack|protobuf|Serialize|serialise|json|yaml|marshal|cbor|bson|bincode|avro|ObjectOutput|gob\.|uuid|nanoid|ulid|ksuid|cuid|snowflake|ObjectId|autoincrement|SERIAL|hashids|sqids|md5|sha|crc32|murmur|xxhash|fnv|blake|siphash|hashCode|cityhash|utc|timezone|zone|TIME_ZONE|USE_TZ|time\.|Time|Instant|moment|ISOString|serialVersionUID|:"|@Column|@Field|@SerializedName|rename|millis|seconds|secs|minutes|hours|days|bytes|[mk]i?b\b|cents|dollars|ms\b/i;

export const storedForm: Detector = {
  id: "code/stored-form",
  reads: "how code writes what outlives it: formats, field names, ids, keys, hashes, units and time zones",
  reversibility: "recoverable",
  hazard: "high",
  why: "What was written before is read as if it were written the new way.",
  remedy: "Write a version beside the data (a versioned envelope) and read both forms until the old one is gone.",
  source:
    "Martin Kleppmann, Designing Data-Intensive Applications, ch. 4; Java Object Serialization Specification, serialVersionUID",
  concerns: isProgram,
  detect: (file) =>
    file.change.added === 0 || file.change.deleted === 0 || !mentions(file, hint)
      ? []
      : exchanges(file).flatMap((e) => [...fields(file, e), ...words(file, e), ...units(file, e)]),
};

function words(file: ReadFile, { gone, come }: Exchange): Hit[] {
  const changed = (pattern: RegExp) => differ(wordsOf(gone, pattern), wordsOf(come, pattern));
  const line = come[0]?.number ?? 1;
  const near = [...gone, ...come].some((l) => persisted.test(l.uncommented));
  const names = [...gone, ...come].some((l) => keyed.test(l.code));
  if (changed(format))
    return [
      {
        path: file.change.path,
        line,
        ...(near && { reversibility: "irreversible" as const }),
        why: "Data is written in another format: what is stored in the old one no longer reads.",
      },
    ];
  if (changed(identity))
    return [
      {
        path: file.change.path,
        line,
        why: "Ids are made another way: sorting, length or uniqueness of those already given out differs.",
      },
    ];
  if (changed(digest) && names) {
    const spread = [...gone, ...come].some((l) => /shard|partition/i.test(l.code));
    return [
      {
        path: file.change.path,
        line,
        ...(spread && { reversibility: "irreversible" as const }),
        why: spread
          ? "Data is spread another way: what is stored is looked for in the wrong place."
          : "Keys are derived another way: what is stored under the old ones isn't found.",
      },
    ];
  }
  if (changed(zone))
    return [
      {
        path: file.change.path,
        line,
        why: "Times are taken or written in another zone: old and new ones compare wrongly.",
      },
    ];
  return [];
}

const uid = /\bserialVersionUID\s*=\s*(-?\d+)/;
const tag = /\b(json|xml|yaml|bson|db|gorm|dynamodbav|firestore|datastore|avro|msgpack|mapstructure):"([^"]*)"/g;
const attribute =
  /(@JsonProperty|@SerializedName|@Column|@Field|@ColumnInfo|#\[serde\(rename|\[JsonPropertyName|@Json)\s*\(?\s*(?:name\s*=\s*|value\s*=\s*|=\s*)?"([^"]+)"/;

/** Names under which fields are stored: struct tags, annotations, serialVersionUID. */
function fields(file: ReadFile, { gone, come }: Exchange): Hit[] {
  return come.flatMap((now, i): Hit[] => {
    const hit = { path: file.change.path, line: now.number };
    const id = uid.exec(now.uncommented)?.[1];
    if (id !== undefined && gone.some((l) => uid.test(l.uncommented) && uid.exec(l.uncommented)?.[1] !== id))
      return [
        {
          ...hit,
          reversibility: "irreversible",
          why: "serialVersionUID changes: objects that are already serialised are refused.",
        },
      ];
    const was = gone.find((l) => fieldOf(l) !== null && fieldOf(l) === fieldOf(now));
    const retagged = was && changedTag(was, now);
    if (retagged)
      return [
        {
          ...hit,
          ...(/^(bson|db|gorm|dynamodbav|firestore|datastore)$/.test(retagged.kind) && {
            reversibility: "irreversible" as const,
          }),
          why: `The ${retagged.kind} name goes from ${retagged.from} to ${retagged.to}: what is stored or sent under the old one isn't read.`,
        },
      ];
    const name = attribute.exec(now.uncommented);
    const before = gone[i] && attribute.exec(gone[i].uncommented);
    if (name && before && name[1] === before[1] && name[2] !== before[2])
      return [
        {
          ...hit,
          ...(/@Column|@ColumnInfo|@Field/.test(name[1] ?? "") && { reversibility: "irreversible" as const }),
          why: `The stored name goes from ${before[2] ?? ""} to ${name[2] ?? ""}.`,
        },
      ];
    return [];
  });
}

function fieldOf(line: CodeLine): string | null {
  return /^\s*(\w+)\s+\S+.*`/.exec(line.uncommented)?.[1] ?? null;
}

function changedTag(was: CodeLine, now: CodeLine): { kind: string; from: string; to: string } | null {
  const tags = (l: CodeLine) =>
    new Map([...l.uncommented.matchAll(tag)].map((m) => [m[1] ?? "", (m[2] ?? "").split(",")[0] ?? ""]));
  const after = tags(now);
  for (const [kind, from] of tags(was)) {
    const to = after.get(kind);
    if (to !== undefined && to !== from && from !== "") return { kind, from, to };
  }
  return null;
}

const unit =
  /\b(\w*?)(_?(?:ms|millis|milliseconds|micros|nanos|secs?|seconds|minutes|hours|days|bytes|kb|mb|kib|mib|cents|dollars|pence|meters|feet|celsius|fahrenheit))\b/gi;

/** The same name with another unit behind it: `timeoutMs` to `timeoutSeconds`. */
function units(file: ReadFile, { gone, come }: Exchange): Hit[] {
  const found = (lines: readonly CodeLine[]) =>
    new Map(
      lines.flatMap((l) =>
        [...l.code.matchAll(unit)]
          .filter((m) => (m[1] ?? "").length > 2)
          .map(
            (m) =>
              [
                (m[1] ?? "").toLowerCase(),
                { unit: (m[2] ?? "").toLowerCase().replace("_", ""), line: l.number },
              ] as const,
          ),
      ),
    );
  const before = found(gone);
  return [...found(come)]
    .flatMap(([name, is]) => {
      const was = before.get(name);
      return was && was.unit !== is.unit
        ? [
            {
              path: file.change.path,
              line: is.line,
              why: `${name} goes from ${was.unit} to ${is.unit}: numbers already stored or sent mean something else.`,
            },
          ]
        : [];
    })
    .slice(0, 1);
}
