import { describe, expect, it } from "vitest";
import type { Case, Programme } from "@/client/hall";
import { asks_account, blocks_of, finish_day, next_place, remark_of, slots_of, ways_of, years_of } from "./reading";

const programme = {
  years: { values: [1, 3] },
  seal: { mode: "optional", impression_form: "sheet" },
  payment: [
    { business: ["renew"], channels: ["counter"], ways: ["cash"] },
    { business: ["new"], channels: ["online"], ways: ["wechat", "corporate_transfer"] },
  ],
  micro_deposit: { ways: ["wechat"] },
  materials: [
    { id: "form", title: "", form: "f", business: ["new"], channels: ["online"] },
    { id: "sheet", title: "", form: "sheet", business: ["new"], channels: ["online"], if: ["seal"] },
    { id: "letter", title: "", business: ["new"], channels: ["online"], if: ["requester_is_not_legal_representative"] },
    { id: "unheard", title: "", business: ["new"], channels: ["online"], if: ["something_new"] },
    { id: "old", title: "", business: ["renew"], channels: ["counter"] },
  ],
  fields: [
    { block: "unit", name: "unit_name", label: "", required: true },
    { block: "account", name: "account_name", label: "", required: true },
    { block: "requester", name: "requester_name", label: "", required: true },
    { block: "unit", name: "unit_address", label: "", required: true },
  ],
} as unknown as Programme;

describe("a programme's data", () => {
  it("names the years either way it may be written", () => {
    expect(years_of(programme)).toEqual([1, 3]);
    expect(years_of({ ...programme, years: [2] })).toEqual([2]);
  });
  it("asks for the papers that this case's choices call for", () => {
    const ids = (wants_seal: boolean, answers: Record<string, string>): string[] => slots_of(programme, { wants_seal, answers }).map((slot) => slot.id);
    expect(ids(true, { requester_id_number: "1", legal_id_number: "2" })).toEqual(["form", "sheet", "letter"]);
    expect(ids(false, { requester_id_number: "1", legal_id_number: "1" })).toEqual(["form"]);
  });
  it("offers the ways to pay online only, and knows which of them need the account", () => {
    expect(ways_of(programme)).toEqual(["wechat", "corporate_transfer"]);
    expect(asks_account(programme, "wechat")).toBe(true);
    expect(asks_account(programme, "corporate_transfer")).toBe(false);
  });
  it("counts the days in which a closed programme's drafts may be finished", () => {
    expect(finish_day({ from: "2026-12-01", words: "", finish_days: 3 })).toBe("2026-12-04");
    expect(finish_day({ from: "2026-12-30", words: "", finish_days: 2 })).toBe("2027-01-01");
    expect(finish_day({ from: "2026-12-01", words: "", finish_days: 0 })).toBe("");
    expect(finish_day({ from: "2026-12-01", words: "" })).toBe("");
  });
  it("knows what finance is to look for in a remark", () => {
    const with_deposit = (more: object): Programme => ({ ...programme, micro_deposit: { amount_fen: 1, ...more } });
    expect(remark_of(with_deposit({ dialect: "secret_in_remark" }))).toBe("secret");
    expect(remark_of(with_deposit({ dialect: "code_in_remark" }))).toBe("code");
    expect(remark_of(with_deposit({ dialect: "random_amount" }))).toBe("");
    expect(remark_of({ ...programme, micro_deposit: { dialect: "none" } })).toBe("");
  });
  it("keeps the questions of a block together, the account apart", () => {
    expect(blocks_of(programme).map((block) => [block.name, block.fields.length])).toEqual([["unit", 2], ["requester", 1]]);
  });
});

describe("where somebody goes on", () => {
  const standing = (code: string, more: object = {}): Case => ({ id: "YX1", project_id: "p", state: { code }, consents: [{}], ...more }) as unknown as Case;
  it("is the step that the case stands at", () => {
    expect(next_place(standing("draft", { consents: [] }))).toBe("/apply/agreement?projectId=p&case=YX1");
    expect(next_place(standing("draft"))).toBe("/apply/YX1/info");
    expect(next_place(standing("draft", { form: { is_current: true, printed_at: "2026-01-01T00:00:00Z" } }))).toBe("/apply/YX1/materials");
    expect(next_place(standing("draft", { form: { is_current: false, printed_at: "2026-01-01T00:00:00Z" } }))).toBe("/apply/YX1/info");
    expect(next_place(standing("proving_identity"))).toBe("/apply/YX1/identity");
    expect(next_place(standing("awaiting_payment"))).toBe("/apply/YX1/pay");
    expect(next_place(standing("awaiting_funds"))).toBe("/apply/YX1/pay");
    expect(next_place(standing("returned"))).toBe("/apply/YX1/info?reopened=1");
    expect(next_place(standing("awaiting_review"))).toBe("/me/cases/YX1");
  });
});
