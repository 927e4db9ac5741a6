import { describe, expect, it } from "vitest";
import { beijing_time, minutes_and_seconds } from "./clock";
import { yuan } from "./money";

describe("what people read", () => {
  it("is yuan for fen", () => {
    expect([0, 1, 20000, 123456789, -550].map(yuan)).toEqual(["¥0.00", "¥0.01", "¥200.00", "¥1,234,567.89", "-¥5.50"]);
  });
  it("is the office's own time, wherever the machine stands", () => {
    expect(beijing_time("2026-11-22T16:30:00Z")).toBe("2026-11-23 00:30");
    expect(beijing_time("never")).toBe("never");
  });
  it("is minutes and seconds, never below nothing", () => {
    expect([300, 65.9, 0, -4].map(minutes_and_seconds)).toEqual(["5:00", "1:05", "0:00", "0:00"]);
  });
});
