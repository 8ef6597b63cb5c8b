import type { Detector, Hit, ReadFile } from "../../detector.js";
import { addedCode, removedCode, mentions } from "../../parsers/changed-code.js";
import { addressOf } from "../../parsers/terraform.js";
import { fileName, isDocsPath, isTestPath } from "../../path-kinds.js";
import { blocksAfter, blocksBefore, isTerraform } from "./terraform-files.js";
import type { Block } from "../../parsers/terraform.js";

const records =
  /^(aws_route53_(record|zone)|google_dns_(record_set|managed_zone)|azurerm_(private_)?dns_|cloudflare_(dns_)?(record|zone)|digitalocean_(record|domain)|dnsimple_record|ns1_record|powerdns_record|aws_acm_certificate|google_compute_(managed_)?ssl_certificate|acme_certificate|tls_self_signed_cert)/;

export const dnsAndCertificates: Detector = {
  id: "infra/dns-and-certificates",
  reads: "DNS records and zones, certificates, HSTS headers",
  reversibility: "recoverable",
  hazard: "high",
  why: "Resolvers and browsers keep what they were told; a revert reaches them only when their copy expires.",
  remedy: "Lower the TTL (or max-age) well before the change, switch, and raise it again when it has held.",
  source: "RFC 1035, TTL; hstspreload.org, removal; RFC 6797",
  concerns: (file) => isTerraform(file) || isZone(file.path) || (!isTestPath(file.path) && !isDocsPath(file.path)),
  detect: (file) => {
    if (isTerraform(file.change)) return inTerraform(file);
    if (isZone(file.change.path))
      return file.lines.some((l) => l.kind !== "context") ? [{ path: file.change.path }] : [];
    return mentions(file, header) ? inHeaders(file) : [];
  },
};

function isZone(path: string): boolean {
  return (
    /\.(zone|db\.zone)$|(^|\/)(zones?|dns)\/[\w.-]+\.(ya?ml|zone|bind|js|json)$|(^|\/)dnsconfig\.js$/.test(path) ||
    fileName(path) === "CNAME"
  );
}

function inTerraform(file: ReadFile): Hit[] {
  const seen = new Set<string>();
  return [...blocksBefore(file), ...blocksAfter(file)].flatMap((b) => {
    if (b.type !== "resource" || !records.test(b.labels[0] ?? "") || seen.has(addressOf(b))) return [];
    const line = changedLine(b);
    if (line === null) return [];
    seen.add(addressOf(b));
    return [
      {
        path: file.change.path,
        line,
        why: `${addressOf(b)} changes; resolvers and clients keep what they had until it expires.`,
      },
    ];
  });
}

function changedLine(block: Block): number | null {
  if (block.changed) return block.line;
  const own = block.attributes.find((a) => a.changed);
  if (own) return own.line;
  for (const inner of block.blocks) {
    const line = changedLine(inner);
    if (line !== null) return line;
  }
  return null;
}

const header = /Strict-Transport-Security|\bhsts\b|SECURE_HSTS_|includeSubDomains|Public-Key-Pins/i;

function inHeaders(file: ReadFile): Hit[] {
  const value = (text: string) => text.replace(/\s+/g, "");
  const before = new Set(
    removedCode(file)
      .filter((l) => header.test(l.uncommented))
      .map((l) => value(l.uncommented)),
  );
  return addedCode(file)
    .filter((l) => header.test(l.uncommented) && !before.has(value(l.uncommented)))
    .filter((l) => /max-?age|preload|SECURE_HSTS_|hsts\w*\s*[:=(]|Public-Key-Pins/i.test(l.uncommented))
    .map((l) => ({
      path: file.change.path,
      line: l.number,
      why: "Browsers keep this promise for as long as it says: whoever saw it cannot reach the site without TLS.",
      ...(/preload/i.test(l.uncommented) && {
        why: "The preload list ships inside browsers: leaving it takes months.",
      }),
    }));
}
