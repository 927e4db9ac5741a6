import { describe, expect, it } from "vitest";
import { asks_for_attention, in_local_time, report_of, size_text, sorted, verdict_of, verdict_word } from "./report";

const finding = (level: unknown) => ({ id: "x", level, question: "q", answer: "a", clause: "c", where: "w" });

describe("a report", () => {
  it("is read as it is told", () => {
    const report = report_of({
      kind: "ofd",
      verdict: "indeterminate",
      signatures: [{ index: 1, kind: "ses_v4", integrity: "intact", trust: "untrusted", verdict: "indeterminate", sealer: "甲", seal_name: "章", sealed_at: "2020-03-05T03:21:31Z", findings: [finding("pass")] }],
      findings: [finding("fail")],
    });
    expect(report.signatures[0]?.integrity).toBe("intact");
    expect(report.signatures[0]?.sealed_at_proven).toBe(false);
    expect(report.findings[0]?.level).toBe("fail");
  });
  it("never makes more of it than was said", () => {
    for (const body of [undefined, null, 5, "<html>", { signatures: "no", findings: [7, null] }]) {
      expect(report_of(body).signatures).toEqual([]);
    }
    const odd = report_of({ verdict: "splendid", signatures: [{ integrity: "perfect", trust: 1 }], findings: [finding("fine")] });
    expect(verdict_word(odd.verdict)).toBe("other");
    expect(odd.signatures[0]?.integrity).toBe("unknown");
    expect(odd.signatures[0]?.trust).toBe("unknown");
    expect(odd.findings.every(asks_for_attention)).toBe(true);
  });
  it("has the worst first", () => {
    expect(sorted(["pass", "fail", "info", "warn"].map((level) => report_of({ findings: [finding(level)] }).findings[0] as never)).map((each) => each.level)).toEqual(["fail", "warn", "info", "pass"]);
    expect([size_text(10), size_text(2048), size_text(5 << 20)]).toEqual(["10 B", "2.0 KiB", "5.0 MiB"]);
  });
});

describe("a file in which nobody could look", () => {
  it("is not called invalid, and one whose signatures fail is", () => {
    const unknown = { ...finding("fail"), id: "file.kind" };
    expect(verdict_of(report_of({ verdict: "invalid", signatures: [], findings: [unknown] }))).toBe("unreadable");
    expect(verdict_of(report_of({ verdict: "invalid", signatures: [], findings: [finding("fail")] }))).toBe("invalid");
    expect(verdict_of(report_of({ verdict: "invalid", signatures: [{ verdict: "invalid" }], findings: [unknown] }))).toBe("invalid");
  });
});

describe("times in sentences", () => {
  it("are told in China's time", () => {
    expect(in_local_time("在有效期内：2026-11-22T16:30:00Z – 2036-11-22T07:26:12Z")).toBe("在有效期内：2026-11-23 00:30:00 (UTC+8) – 2036-11-22 15:26:12 (UTC+8)");
    expect(in_local_time("正确")).toBe("正确");
  });
});
