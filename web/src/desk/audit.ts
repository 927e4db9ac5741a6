// What follows from pages of the audit: which deeds there are to ask for, what an entry is about, whether the chain holds.
import type { AuditBreak, AuditPage } from "./client";

/** What officers do and see at the desk, as the desk writes it. */
export const desk_deeds = [
  "audit.read", "desk.login", "case.list", "case.read", "case.personal.read", "case.material.read", "case.consents.read",
  "case.bundle.read", "case.requery", "case.legal_check.read", "case.legal_check.prove", "case.line.read", "case.line.issue",
  "case.line.seal", "case.courier", "finance.list", "finance.voucher", "finance.deny_voucher", "finance.name_booking",
  "finance.give_back", "finance.decide",
] as const;
/** How a case moves. */
export const case_deeds = [
  "case.claim", "case.accept", "case.approve", "case.return_for_correction", "case.refuse", "case.manual_identity", "case.dispatch",
  "case.parcel_returned", "case.parcel_lost", "case.line.permit", "case.line.bind_key", "case.line.issued", "case.line.sealed",
  "case.line.read_back", "case.line.activate",
] as const;

export interface About {
  readonly number: string; // of the case; empty: none
  readonly rest: string;
}
/** The case that an entry names, and what of it. */
export function about(object: string): About {
  const read = /^(YX\d{15,16})(?![0-9A-Za-z])(.*)$/.exec(object);
  return read === null ? { number: "", rest: object } : { number: read[1] ?? "", rest: (read[2] ?? "").replace(/^\//, "") };
}

/** "lines.2.holder_id_number" is a field of line 2. */
export function field_of(rest: string): { line: string; field: string } {
  const read = /^lines\.(\d+)\.(.+)$/.exec(rest);
  return read === null ? { line: "", field: rest } : { line: read[1] ?? "", field: read[2] ?? "" };
}

export interface Verdict {
  readonly holds: boolean;
  readonly newest: number;
  readonly oldest: number;
  readonly start: number;
  readonly breaks: readonly AuditBreak[];
  readonly unjoined: readonly number[]; // entries that are not what the page above them says
}

/** Of pages that were read one after the other, the newest first. */
export function verdict_of(pages: readonly AuditPage[]): Verdict {
  const chains = pages.map((page) => page.chain).filter((chain) => chain.looked_at > 0);
  const breaks = pages.flatMap((page) => page.chain.breaks);
  const unjoined = chains.flatMap((chain, place) => {
    const above = chains[place - 1];
    return above !== undefined && chain.newest_sm3 !== above.predecessor_sm3 ? [chain.newest] : [];
  });
  return {
    holds: breaks.length === 0 && unjoined.length === 0 && chains[0]?.reaches_writer === true,
    newest: chains[0]?.newest ?? 0,
    oldest: chains[chains.length - 1]?.oldest ?? 0,
    start: chains[0]?.checked_at_start ?? 0,
    breaks,
    unjoined,
  };
}
