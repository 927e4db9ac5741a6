import { beforeEach, describe, expect, it } from "vitest";
import { credit_code, draw_sample, keep_sample, organization_code, recall_sample, resident_id } from "./sample";

describe("numbers of samples", () => {
  it("have the check characters that the standards' own examples have", () => {
    expect(resident_id("11010519491231002")).toBe("11010519491231002X"); // GB 11643-1999
    expect(resident_id("44052418800101001")).toBe("440524188001010014");
    expect(organization_code("72425018")).toBe("724250187"); // in the credit code 91370100724250187M
    expect(credit_code("91350100M000100Y4")).toBe("91350100M000100Y43"); // GB 32100-2015
  });
  it("are drawn whole", () => {
    let next = 0;
    const drawn = draw_sample((bound) => next++ % bound);
    expect(drawn.resident_id).toMatch(/^440304(19[7-9]\d)(0[1-9]|1[0-2])(0[1-9]|1\d|2[0-8])\d{3}[\dX]$/);
    expect(resident_id(drawn.legal_id.slice(0, 17))).toBe(drawn.legal_id);
    expect(credit_code(drawn.credit_code.slice(0, 17))).toBe(drawn.credit_code);
    expect(organization_code(drawn.credit_code.slice(8, 16))).toBe(drawn.credit_code.slice(8, 17));
    expect(drawn.mobile).toMatch(/^139\d{8}$/);
    expect(drawn.unit).toContain("样例");
    expect(drawn.name).toContain("样");
  });
});

describe("the sample that a browser keeps", () => {
  beforeEach(() => window.localStorage.clear());
  it("is nobody before one is drawn, and whatever somebody else wrote there", () => {
    expect(recall_sample().mobile).toBe("");
    window.localStorage.setItem("yinxin.sample", '{"mobile": 139, "name": "张样安"}');
    expect(recall_sample()).toMatchObject({ mobile: "", name: "张样安", account: "" });
    window.localStorage.setItem("yinxin.sample", "no JSON");
    expect(recall_sample().name).toBe("");
  });
  it("comes back as it was kept", () => {
    const drawn = draw_sample();
    keep_sample(drawn);
    expect(recall_sample()).toEqual(drawn);
  });
});
