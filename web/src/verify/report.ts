// The report of POST /api/v1/verify, read without trust: what is missing is missing, and nothing throws.

export type Level = "pass" | "info" | "warn" | "fail";
export interface Finding {
  readonly id: string;
  readonly level: Level;
  readonly question: string;
  readonly answer: string;
  readonly clause: string;
  readonly where: string;
}
export interface Signature {
  readonly index: number;
  readonly kind: string;
  readonly integrity: "intact" | "broken" | "unknown";
  readonly trust: "trusted" | "untrusted" | "unknown";
  readonly verdict: string;
  readonly sealer: string;
  readonly seal_name: string;
  readonly sealed_at: string;
  readonly sealed_at_proven: boolean;
  readonly findings: readonly Finding[];
}
export interface Report {
  readonly kind: string;
  readonly verdict: string;
  readonly signatures: readonly Signature[];
  readonly findings: readonly Finding[];
}

const levels: readonly Level[] = ["pass", "info", "warn", "fail"];

const record = (value: unknown): Record<string, unknown> => (typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string => (typeof value === "string" ? value : "");
function one_of<T extends string>(value: unknown, known: readonly T[], otherwise: T): T {
  return known.find((each) => each === value) ?? otherwise;
}

function finding_of(value: unknown): Finding {
  const said = record(value);
  return {
    id: text(said["id"]),
    level: one_of(said["level"], levels, "warn"), // a level that we do not know is none to be silent about
    question: text(said["question"]),
    answer: text(said["answer"]),
    clause: text(said["clause"]),
    where: text(said["where"]),
  };
}

function signature_of(value: unknown, place: number): Signature {
  const said = record(value);
  return {
    index: typeof said["index"] === "number" ? said["index"] : place + 1,
    kind: text(said["kind"]),
    integrity: one_of(said["integrity"], ["intact", "broken"], "unknown"),
    trust: one_of(said["trust"], ["trusted", "untrusted"], "unknown"),
    verdict: text(said["verdict"]),
    sealer: text(said["sealer"]),
    seal_name: text(said["seal_name"]),
    sealed_at: text(said["sealed_at"]),
    sealed_at_proven: said["sealed_at_proven"] === true,
    findings: list(said["findings"]).map(finding_of),
  };
}

export function report_of(value: unknown): Report {
  const said = record(value);
  return {
    kind: text(said["kind"]),
    verdict: text(said["verdict"]),
    signatures: list(said["signatures"]).map(signature_of),
    findings: list(said["findings"]).map(finding_of),
  };
}

const known_verdicts = ["valid", "valid_when_sealed", "indeterminate", "invalid", "unsigned"] as const;
export type VerdictWord = (typeof known_verdicts)[number] | "other";
export const verdict_word = (verdict: string): VerdictWord => one_of<VerdictWord>(verdict, known_verdicts, "other");

/** Of the whole file. Nothing is said against signatures of a file in which nobody could look for them. */
export function verdict_of(report: Report): VerdictWord | "unreadable" {
  return report.signatures.length === 0 && report.findings.some((each) => each.id === "file.kind" && each.level === "fail") ? "unreadable" : verdict_word(report.verdict);
}

const moment = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g;
/** Times in a sentence as they are read here. */
export function in_local_time(sentence: string): string {
  const local = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai", dateStyle: "short", timeStyle: "medium" });
  return sentence.replace(moment, (at) => `${local.format(new Date(at))} (UTC+8)`);
}

/** The worst first, otherwise as they came. */
export function sorted(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => levels.indexOf(b.level) - levels.indexOf(a.level));
}
export const asks_for_attention = (finding: Finding): boolean => finding.level === "fail" || finding.level === "warn";

export function size_text(bytes: number): string {
  const kib = 1024;
  return bytes < kib ? `${bytes} B` : bytes < kib * kib ? `${(bytes / kib).toFixed(1)} KiB` : `${(bytes / kib / kib).toFixed(1)} MiB`;
}
