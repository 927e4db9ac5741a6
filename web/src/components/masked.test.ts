import { describe, expect, it } from "vitest";
import { masked } from "./masked";

describe("what is shown of an answer", () => {
  it("hides the middle of numbers of persons, accounts and mails, and nothing else", () => {
    expect(masked("requester_id_number", "440304199003077842")).toBe("440***********7842");
    expect(masked("requester_mobile", "13912345678")).toBe("139****5678");
    expect(masked("account_number", "4000123456789012")).toBe("************9012");
    expect(masked("requester_mail", "abc@example.com")).toBe("a**@example.com");
    expect(masked("unit_name", "某某有限公司")).toBe("某某有限公司");
  });
});
