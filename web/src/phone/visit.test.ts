import { describe, expect, it } from "vitest";
import type { PhoneView } from "@/client/hall";
import { step_after, token_of } from "./visit";

const view = (more: object, is_done = false): PhoneView => ({ is_done, identity: { state: "open", has_portrait_side: false, has_emblem_side: false, ...more } }) as unknown as PhoneView;

describe("a visit by the phone", () => {
  it("goes on at the first thing that is missing", () => {
    expect(step_after(view({}))).toBe("portrait");
    expect(step_after(view({ has_portrait_side: true }))).toBe("emblem");
    expect(step_after(view({ has_portrait_side: true, has_emblem_side: true }))).toBe("check");
    expect(step_after(view({ state: "manual" }))).toBe("person");
    expect(step_after(view({ state: "passed" }, true))).toBe("done");
  });
  it("reads its token from the address, and from nothing else", () => {
    expect(token_of(`/p/${"a1".repeat(18)}`)).toBe("a1".repeat(18));
    expect(token_of("/p/short")).toBe("");
    expect(token_of(`/p/${"A1".repeat(18)}`)).toBe("");
  });
});
