import type { Detector, Hit, ReadFile } from "../../detector.js";
import { newCode, goneCode, mentions } from "../../parsers/changed-code.js";
import { isProgram } from "./code-hunks.js";

const guards =
  /@(login_required|permission_required|require_auth|requires_auth|authenticated|PreAuthorize|Secured|RolesAllowed|Authorize|UseGuards|user_passes_test|staff_member_required|csrf_protect|jwt_required)\b|\b(requireAuth|ensureAuthenticated|isAuthenticated|requireLogin|requireRole|requirePermission|verifyToken|verify_signature|verifySignature|checkPermission|check_permission|has_permission|authorize!|before_action :(authenticate|authorize)\w*|IsAuthenticated|authMiddleware|validateCsrf|csrfProtection)\b/;
const openings =
  /@(csrf_exempt|AllowAnonymous|PermitAll|Public\(\)|login_exempt)\b|\b(AllowAny|permitAll\(\)|skip_before_action :(authenticate|authorize|verify)\w*|NO_PERMISSION_REQUIRED)\b/;
const unverified =
  /\bverify\s*=\s*False\b|rejectUnauthorized\s*:\s*false|InsecureSkipVerify\s*:\s*true|NODE_TLS_REJECT_UNAUTHORIZED["']?\s*\]?\s*[=:]\s*["']?0|ssl\._create_unverified_context|CERT_NONE|setHostnameVerifier\(.*(ALLOW_ALL|Noop)|danger_accept_invalid_certs\(true\)|VERIFY_NONE|verify_ssl\s*[=:]\s*(False|false)|\bCURLOPT_SSL_VERIFYPEER\s*(,|=>)\s*(false|0)|algorithms?\s*[:=]\s*\[?\s*["']none["']|verify_signature["']?\s*:\s*(False|false)/;

export const authGuard: Detector = {
  id: "code/auth-guard",
  reads: "checks of identity, permission, origin and certificates in code",
  reversibility: "recoverable",
  hazard: "critical",
  why: "A check on who may do this is gone; what was read or done meanwhile stays done.",
  remedy: "Keep the check, or show beside it what checks now; prove with a test that a stranger is refused.",
  source: "OWASP ASVS 4: access control; CWE-862, CWE-295, CWE-352",
  concerns: isProgram,
  detect: (file) => [
    ...(mentions(file, guards) ? removedGuards(file) : []),
    ...(mentions(file, openings) || mentions(file, unverified) ? openedDoors(file) : []),
  ],
};

function removedGuards(file: ReadFile): Hit[] {
  if (file.change.status === "removed") return [];
  const name = (text: string) => guards.exec(text)?.[0] ?? "";
  const come = new Map<string, number>();
  for (const l of newCode(file)) if (guards.test(l.code)) come.set(name(l.code), (come.get(name(l.code)) ?? 0) + 1);
  return goneCode(file)
    .filter(
      (l) =>
        guards.test(l.code) &&
        !/^\s*(import|from|use|require|const .*require|def |function |class |export )/.test(l.code),
    )
    .filter((l) => {
      const left = come.get(name(l.code)) ?? 0;
      come.set(name(l.code), left - 1);
      return left <= 0;
    })
    .map((l) => ({
      path: file.change.path,
      line: l.number,
      why: `${name(l.code)} is gone: what it guarded is open until something else guards it.`,
    }));
}

function openedDoors(file: ReadFile): Hit[] {
  return newCode(file).flatMap((l): Hit[] => {
    const hit = { path: file.change.path, line: l.number };
    if (openings.test(l.code) && !/^\s*(import|from|use)\b/.test(l.code))
      return [{ ...hit, why: "This is open to everybody now." }];
    if (unverified.test(l.uncommented))
      return [{ ...hit, why: "The other side's certificate or signature is no longer checked." }];
    return [];
  });
}
