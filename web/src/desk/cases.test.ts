import { describe, expect, it } from "vitest";
import { clock_of, deeds_of, fen_of, is_sealed, may_reveal, receipts_wanting, reopenables, time_text, yuan } from "./cases";
import type { DeskCase, Line, Officer, Receipt } from "./client";

function officer(role: Officer["role"], person = "aa"): Officer {
  return { role, person, name: "演示", expires_at: "2026-01-01T00:00:00Z" };
}

function in_state(code: DeskCase["state"]["code"], turn: string, claim: DeskCase["claim"] = null): DeskCase {
  return {
    state: { code, label: "", label_en: "", turn, turn_label: "", is_final: false },
    claim,
    receipts: [],
    materials: [{ slot: "licence", original_sm3: "", rendition_sm3: "" }],
    checks: [],
  } as unknown as DeskCase;
}

function receipt(kind: string, passed: boolean, signature_holds = true): Receipt {
  return { kind, is_readable: true, passed, signature_holds };
}

describe("what an officer may do", () => {
  it("follows role and state", () => {
    const waiting = in_state("awaiting_acceptance", "registration_officer");
    expect(deeds_of(waiting, officer("registration_officer"))).toEqual(["claim", "evidence", "accept", "give_back", "refuse"]);
    expect(deeds_of(waiting, officer("review_officer"))).toEqual([]);
    expect(deeds_of(in_state("awaiting_review", "review_officer"), officer("review_officer"))).toContain("approve");
    expect(deeds_of(in_state("completed", "nobody"), officer("registration_officer"))).toEqual([]);
    // Whoever waits to be seen, for the bank or to correct is not out of the officer's hands.
    expect(deeds_of(in_state("proving_identity", "requester"), officer("registration_officer"))).toEqual(["identity", "give_back", "refuse"]);
    expect(deeds_of(in_state("awaiting_account_proof", "outside"), officer("registration_officer"))).toEqual(["legal", "give_back"]);
    expect(deeds_of(in_state("returned", "requester"), officer("registration_officer"))).toEqual(["refuse"]);
  });
  it("is nothing while somebody else has the case", () => {
    const claim = { role: "registration_officer", person: "bb", at: "", until: "" };
    expect(deeds_of(in_state("awaiting_acceptance", "registration_officer", claim), officer("registration_officer"))).toEqual([]);
    const own = { ...claim, person: "aa" };
    expect(deeds_of(in_state("awaiting_acceptance", "registration_officer", own), officer("registration_officer"))).not.toContain("claim");
  });
});

describe("receipts", () => {
  it("want a reason when they are missing, failed or not truly signed", () => {
    const shown = { ...in_state("awaiting_acceptance", "registration_officer"), receipts: [receipt("carrier_check", true), receipt("liveness_check", false), receipt("payment", true, false)] };
    expect(receipts_wanting(shown)).toEqual(["liveness_check", "payment"]);
  });
});

describe("a return", () => {
  it("may reopen the papers of the case and the fields of the programme", () => {
    const shown = in_state("awaiting_acceptance", "registration_officer");
    const offered = reopenables(shown, { fields: [{ name: "unit_name", label: "机构名称" }] } as never, (slot) => `<${slot}>`);
    expect(offered).toEqual([
      { name: "materials.licence", label: "<licence>" },
      { name: "unit_name", label: "机构名称" },
    ]);
  });
});

describe("clocks and money", () => {
  it("count in hours near the limit and in days far from it", () => {
    const due = { at: "2026-01-10T00:00:00Z", date: "", label: "", is_overdue: false };
    const at = (text: string) => new Date(text).getTime();
    expect(clock_of(due, at("2026-01-09T21:30:00Z"))).toEqual({ word: "left_hours", n: 2 });
    expect(clock_of(due, at("2026-01-05T00:00:00Z"))).toEqual({ word: "left_days", n: 5 });
    expect(clock_of(due, at("2026-01-10T00:30:00Z"))).toEqual({ word: "overdue_hours", n: 1 });
    expect(clock_of(due, at("2026-01-13T00:00:00Z"))).toEqual({ word: "overdue_days", n: 3 });
  });
  it("read sums without floating point", () => {
    expect(["12.5", "0.01", " 3 ", "1000000"].map(fen_of)).toEqual([1250, 1, 300, 100000000]);
    expect(["", "0", "-1", "1.005", "1e3", "abc", "9999999999"].map(fen_of)).toEqual([null, null, null, null, null, null, null]);
    expect([yuan(40000), yuan(1), yuan(110)]).toEqual(["400.00", "0.01", "1.10"]);
  });
  it("say times in China's time", () => {
    expect(time_text("2026-01-01T16:30:00Z")).toBe("2026-01-02 00:30");
    expect(time_text("not a time")).toBe("not a time");
  });
});

describe("what is a person's own", () => {
  it("is told to who decides about the case, where the desk covers it", () => {
    const shown = { covered: ["requester_id_number"] } as unknown as DeskCase;
    expect(may_reveal(shown, officer("registration_officer"), "requester_id_number")).toBe(true);
    expect(may_reveal(shown, officer("review_officer"), "requester_id_number")).toBe(true);
    expect(may_reveal(shown, officer("review_officer"), "unit_name")).toBe(false);
    expect(may_reveal(shown, officer("production_officer"), "requester_id_number")).toBe(false);
    expect(may_reveal(shown, null, "requester_id_number")).toBe(false);
  });
});

describe("a line's seal", () => {
  const line = { number: 1 } as Line;
  const after = (...kinds: string[]) => ({ timeline: kinds.map((kind) => ({ kind, detail: "1", at: "", actor: "" })) }) as unknown as DeskCase;
  it("is made once it was noted, and no more when the line is made again", () => {
    expect(is_sealed(after("line.bind_key", "line.issued"), line)).toBe(false);
    expect(is_sealed(after("line.bind_key", "line.issued", "line.sealed"), line)).toBe(true);
    expect(is_sealed(after("line.bind_key", "line.sealed", "line.remake", "line.bind_key"), line)).toBe(false);
    expect(is_sealed(after("line.bind_key", "line.sealed"), { number: 2 } as Line)).toBe(false);
  });
});
