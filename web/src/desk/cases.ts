// What follows from a case for the officer who looks at it. No rule of the house is repeated here: whatever is offered
// too much, the server refuses.
import type { Check, DeskCase, Due, Line, Officer, Programme } from "./client";

export type Deed = "claim" | "evidence" | "accept" | "approve" | "give_back" | "refuse" | "identity" | "legal" | "dispatch" | "parcel";

/** What the role may do in this state, in the order of the buttons. */
export function deeds_of(shown: DeskCase, officer: Officer): Deed[] {
  const state = shown.state.code;
  const is_mine = shown.state.turn === officer.role;
  const is_held_by_other = shown.claim !== null && shown.claim.person !== officer.person;
  if (is_held_by_other) {
    return [];
  }
  const deeds: Deed[] = is_mine && shown.claim === null ? ["claim"] : [];
  if (officer.role === "registration_officer") {
    if (state === "awaiting_acceptance") {
      return [...deeds, "evidence", "accept", "give_back", "refuse"];
    }
    if (state === "proving_identity") {
      return [...deeds, "identity", "give_back", "refuse"];
    }
    if (state === "awaiting_account_proof") {
      return [...deeds, "legal", "give_back"];
    }
    if (state === "returned") {
      return [...deeds, "refuse"];
    }
    if (state === "ready") {
      return [...deeds, "dispatch"];
    }
    if (state === "shipped") {
      return [...deeds, "parcel"];
    }
  }
  if (officer.role === "review_officer") {
    if (state === "awaiting_review") {
      return [...deeds, "evidence", "approve", "give_back", "refuse"];
    }
    if (state === "awaiting_account_proof") {
      return [...deeds, "legal"];
    }
  }
  if (officer.role === "production_officer" && state === "ready") {
    return [...deeds, "dispatch"];
  }
  return deeds;
}

export const receipt_kinds = ["carrier_check", "liveness_check", "payment", "micro_deposit"] as const;

/** Kinds of receipts that are not there, or not passed: acceptance needs each, or a reason. */
export function receipts_wanting(shown: DeskCase): string[] {
  const good = new Set(shown.receipts.filter((each) => each.is_readable && each.passed && each.signature_holds).map((each) => each.kind));
  const there = shown.receipts.map((each) => each.kind ?? "");
  return receipt_kinds.filter((kind) => !good.has(kind) && (kind !== "micro_deposit" || there.includes(kind)));
}

export const paper_subject = (slot: string): string => `materials.${slot}`;

export function checks_of(shown: DeskCase, slot: string): Check[] {
  return shown.checks.filter((each) => each.subject === paper_subject(slot) || (each.subject === "card" && slot.endsWith("_card_portrait")));
}

export interface Reopenable {
  readonly name: string;
  readonly label: string;
}

/** What can be reopened: the programme's fields and the case's papers. */
export function reopenables(shown: DeskCase, programme: Programme | undefined, slot_name: (slot: string) => string): Reopenable[] {
  const papers = shown.materials.map((each) => ({ name: paper_subject(each.slot), label: slot_name(each.slot) }));
  return [...papers, ...(programme?.fields ?? [])];
}

/** Whether the desk covers this value and the officer may have it told. */
export function may_reveal(shown: DeskCase, officer: Officer | null, field: string): boolean {
  return shown.covered.includes(field) && (officer?.role === "registration_officer" || officer?.role === "review_officer");
}

/** Whether the seal of the line is made: since its key was bound for the last time. */
export function is_sealed(shown: DeskCase, line: Line): boolean {
  const of_line = shown.timeline.filter((each) => each.kind.startsWith("line.") && each.detail === String(line.number)).map((each) => each.kind);
  return of_line.lastIndexOf("line.sealed") > of_line.lastIndexOf("line.bind_key");
}

/** The clock of a limit: whole days where there is more than one, hours otherwise. */
export function clock_of(due: Due, now: number): { word: "left_days" | "left_hours" | "overdue_days" | "overdue_hours"; n: number } {
  const hour = 3_600_000;
  const left = new Date(due.at).getTime() - now;
  const hours = Math.max(left > 0 ? Math.floor(left / hour) : Math.ceil(-left / hour), 0);
  const days = Math.floor(hours / 24);
  const [word, unit_days] = left > 0 ? (["left_hours", "left_days"] as const) : (["overdue_hours", "overdue_days"] as const);
  return days >= 2 ? { word: unit_days, n: days } : { word, n: hours };
}

export const yuan = (fen: number): string => `${Math.trunc(fen / 100)}.${String(Math.abs(fen % 100)).padStart(2, "0")}`;

/** Fen of "12.5", "12" or "0.01"; null for anything else. No floating point touches money. */
export function fen_of(text: string): number | null {
  const read = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(text.trim());
  if (read === null) {
    return null;
  }
  const fen = Number(read[1]) * 100 + Number((read[2] ?? "").padEnd(2, "0"));
  return fen > 0 ? fen : null;
}

/** In China's time, whatever machine it is read on. */
export function time_text(at: string, timeStyle: "short" | "medium" = "short"): string {
  const moment = new Date(at);
  return Number.isNaN(moment.getTime())
    ? at
    : new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai", dateStyle: "short", timeStyle }).format(moment);
}
