import { describe, expect, it } from "vitest";
import { problem_of, sentence_of, unreachable } from "./problem";

describe("a problem", () => {
  it("is read from what the server says, in the page's language", () => {
    const said = problem_of(422, {
      code: "invalid_input",
      detail: "手机号码应为11位数字",
      detail_en: "A mobile number has 11 digits",
      problems: [{ field: "mobile", code: "mobile", message: "x", message_en: "y", is_warning: false }, 7, null],
    });
    expect(sentence_of(said, "zh-CN")).toBe("手机号码应为11位数字");
    expect(sentence_of(said, "en")).toBe("A mobile number has 11 digits");
    expect(said.problems.map((each) => each.field)).toEqual(["mobile"]);
  });
  it("is still told when something else than the server answered", () => {
    for (const body of [undefined, "<html>", 5, { detail: 7, problems: "no" }]) {
      expect(sentence_of(problem_of(502, body), "zh-CN")).toContain("502");
    }
    expect(sentence_of(unreachable, "en")).toContain("cannot be reached");
  });
});
