import { expect, it } from "vitest";
import { banks } from "./banks";

it("proposes each bank once, by a part of its name that people know", () => {
  expect(new Set(banks).size).toBe(banks.length);
  expect(banks.every((name) => /银行(（中国）)?$/.test(name))).toBe(true);
  for (const part of ["工商", "浦东", "农村商业", "华润"]) {
    expect(banks.filter((name) => name.includes(part)).length).toBeGreaterThan(0);
  }
});
