import type { Detector, Hit, ReadFile } from "../../detector.js";
import type { CodeLine } from "../../parsers/changed-code.js";
import { newCode, mentions } from "../../parsers/changed-code.js";
import { isProgram } from "./code-hunks.js";

interface Effect {
  readonly what: string;
  readonly call: RegExp;
}

const effects: readonly Effect[] = [
  {
    what: "mail",
    call: /\b(send_?mail|send_?e?mails?|send_mass_mail|sendgrid\w*\.send|sgMail\.send\w*|transporter\.sendMail|mailer\.(send|deliver)\w*|deliver_(now|later)|ses(v2)?\.send_?\w*|smtplib\.\w+\.sendmail|smtp\.SendMail|mail\.send|EmailMessage\([^)]*\)\.send|Mail::(send|to)|resend\.emails\.send|postmark\w*\.send\w*)\s*[(!]?/,
  },
  {
    what: "a text or push message",
    call: /\b(send_?sms|send_?push(_?notifications?)?|twilio\w*\.messages\.create|client\.messages\.create|messaging\(\)\.send\w*|fcm\.send|apns\.send|webpush\.sendNotification|sns\.publish|vonage\w*\.send)\s*\(/i,
  },
  {
    what: "a payment",
    call: /\b(stripe\.\w+(\.\w+)?\.(create|capture|confirm|refund)|(PaymentIntent|Charge|Refund|Payout|Transfer|Invoice|Subscription)\.(create|capture|confirm|pay)|paymentIntents\.(create|confirm|capture)|charges\.create|refunds\.create|payouts\.create|transfers\.create|gateway\.transaction\.sale|(charge|refund)_?(card|customer|payment)|capture_?payment|create_?payout|sendTransaction|send_?payment)\s*\(/,
  },
  { what: "a webhook", call: /\b(send_?webhooks?|deliver_?webhooks?|dispatch_?webhooks?|postWebhook)\s*\(/i },
];
const guarded = /dry_?run|idempot|sandbox|test_?mode|preview/i;

export const outboundEffect: Detector = {
  id: "code/outbound-effect",
  reads: "calls that send mail or messages, move money, or call others",
  reversibility: "irreversible",
  hazard: "high",
  why: "What was sent cannot be called back.",
  remedy: "Give the call an idempotency key, rehearse it with a dry run, and roll it out to a few recipients first.",
  source: "docs.stripe.com, Idempotent requests; AWS Builders' Library, making retries safe",
  concerns: (file) => isProgram(file) && file.status !== "removed",
  detect: (file) => (!effects.some((e) => mentions(file, e.call)) ? [] : newCode(file).flatMap((l) => sent(file, l))),
};

function sent(file: ReadFile, line: CodeLine): Hit[] {
  // A definition or an import sends nothing.
  if (
    /^\s*(async\s+)?(def|function|func|fn|fun|public|private|protected|static|export|import|from|use|class|interface|abstract|type)\b/.test(
      line.code,
    ) ||
    /^\s*(async\s+)?\w+\([^)]*\)\s*(:\s*[\w<>|\s]+)?\{\s*$/.test(line.code)
  )
    return [];
  const effect = effects.find((e) => e.call.test(line.code));
  if (!effect) return [];
  const hit = {
    path: file.change.path,
    line: line.number,
    why: `This sends ${effect.what}, which cannot be called back.`,
  };
  const near = file.lines.some(
    (l) => l.kind !== "removed" && Math.abs(l.number - line.number) <= nearLines && guarded.test(l.text),
  );
  return [near ? { ...hit, reversibility: "recoverable" } : hit];
}

/** A guard this close to the call is taken to be the call's. */
const nearLines = 6;
