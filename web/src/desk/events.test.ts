// Whatever the house may note of a case has a word on the page, in both languages.
/// <reference types="node" />
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { en } from "@/i18n/en";
import { zh } from "@/i18n/zh";

const life = readFileSync("../src/hall/application/life.h", "utf8"); // from web/, where the tests run

function codes_of(table: string): string[] {
  const body = life.split(`> ${table}{{`)[1]?.split("}};")[0] ?? "";
  return [...body.matchAll(/\{[^,]+, "([a-z_]+)"/g)].map((each) => each[1] ?? "");
}

describe("the words of a case's history", () => {
  it("cover every event of a case and of a line", () => {
    expect(codes_of("case_events").length).toBeGreaterThan(20);
    expect(codes_of("line_events").length).toBeGreaterThan(10);
    for (const words of [zh.desk.event, en.desk.event]) {
      expect(Object.keys(words)).toEqual(expect.arrayContaining([...codes_of("case_events"), "claim", "add_evidence", "reopen", "manual_identity"]));
      expect(Object.keys(words.line)).toEqual(expect.arrayContaining([...codes_of("line_events"), "sealed"]));
    }
  });
});
